using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace CustomerProfiles.Testing;

/// <summary>The orders of a search, and its pages while profiles change.</summary>
internal static class SearchOrderCases
{
    private static readonly Case Case = new("search order");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(
            "BestMatch: identity, beginning of the name by name, the rest by the newest change; nobody twice.",
            The_best_match_comes_first
        ),
        Of("The order Name is by the code points of the folded name, then by id.", Names_are_sorted_by_code_points),
        Of(
            "LastChanged and LastConversation put the newest first, then go by id; a conversation counts once.",
            The_newest_come_first
        ),
        Of("Pages follow each other in every order, and the last one has no next.", Pages_follow_each_other_and_end),
        Of(
            "A profile whose place in the order stands is on exactly one page.",
            Whoever_stands_is_on_one_page_while_others_change
        ),
        Of(
            "After must be from a page of this query; anything else is an ArgumentException.",
            A_cursor_of_another_query_is_refused
        ),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<SearchStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => SearchCases.Of(Case, rule, run, name);

    private static async Task The_best_match_comes_first(SearchStage stage)
    {
        var scene = stage.Scene;
        var address = scene.Email("lin");
        await stage.CreateAsync(stage.Name("Lin Zhao"), stage.Company("Any")).ConfigureAwait(false);
        scene.Later();
        await stage.CreateAsync(address, stage.Name("Zoe")).ConfigureAwait(false);
        scene.Later();
        await stage.CreateAsync(stage.Name("Rosalind")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Name("Lindqvist, Bo")).ConfigureAwait(false);
        scene.Later();
        await stage.CreateAsync(stage.Company("Lin Ltd"), stage.Name("Ada Lin")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Name("L\u00cdN ABE")).ConfigureAwait(false);
        scene.Later();
        await stage.CreateAsync(stage.Email($"x.{address.Value}"), stage.Name("Not them")).ConfigureAwait(false);
        await stage.CreateAsync(Identity.External("lin"), stage.Name("External")).ConfigureAwait(false);
        await stage.CreateAsync(Identity.External("Lin"), stage.Name("Linus")).ConfigureAwait(false);
        foreach (
            var text in new[] { "lin", "Lin", " lin ", "lin a", "li", "l", address.Value, "lin zhao", "zhao lin", null }
        )
        {
            await stage
                .FindsAsync(new ProfileSearchQuery { Text = text }, $"by {StoredText.Quoted(text ?? "no text")}")
                .ConfigureAwait(false);
        }
    }

    private static async Task Names_are_sorted_by_code_points(SearchStage stage)
    {
        foreach (
            var name in new[]
            {
                "b",
                "B",
                "a",
                "\u00e4",
                "a b",
                "a-b",
                "ab",
                "Z",
                "\uff5a",
                "_",
                "1",
                "10",
                "2",
                "\u5409",
                "\ufb01",
                "\uffe6",
                "\ue000",
                "\ud83d\ude80",
                "\ud842\udfb7",
                "a",
                new string('q', 300) + "1",
                new string('q', 300) + "0",
            }
        )
        {
            await stage.CreateAsync(stage.Name(name)).ConfigureAwait(false);
        }

        await stage.CreateAsync(stage.Email("nameless@example.org")).ConfigureAwait(false);
        await stage
            .FindsAsync(new ProfileSearchQuery { Order = ProfileOrder.Name }, "without a text")
            .ConfigureAwait(false);
        await stage
            .FindsAsync(new ProfileSearchQuery { Order = ProfileOrder.Name, Text = "a" }, "by a letter")
            .ConfigureAwait(false);
    }

    private static async Task The_newest_come_first(SearchStage stage)
    {
        var scene = stage.Scene;
        var people = new List<SearchStage.Person>();
        for (var i = 0; i < 9; i++)
        {
            if (i % 3 != 1)
            {
                scene.Later();
            }

            people.Add(await stage.CreateAsync(stage.Name($"Ada {i}")).ConfigureAwait(false));
        }

        await BothAsync("as created").ConfigureAwait(false);
        scene.Later();
        people[1] = await stage.UpdateAsync(people[1], stage.Name("Ada changed")).ConfigureAwait(false);
        await BothAsync("after one changed").ConfigureAwait(false);
        scene.Later();
        people[2] = await stage.RecordAsync(people[2], "again").ConfigureAwait(false);
        await BothAsync("after one wrote").ConfigureAwait(false);

        scene.Later();
        people[3] = await stage.RecordAsync(people[3]).ConfigureAwait(false);

        // A redelivery is no conversation, so whoever wrote since then stays first.
        scene.Later();
        await scene
            .Store.RecordConversationAsync(
                scene.Tenant,
                people[2].Profile.Identities[0],
                scene.Conversation("again"),
                scene.Cancel
            )
            .ConfigureAwait(false);
        await BothAsync("after a conversation came twice").ConfigureAwait(false);

        async Task BothAsync(string about)
        {
            foreach (var order in new[] { ProfileOrder.LastChanged, ProfileOrder.LastConversation })
            {
                foreach (var text in new[] { null, "ada", "ad" })
                {
                    await stage
                        .FindsAsync(new ProfileSearchQuery { Order = order, Text = text }, about)
                        .ConfigureAwait(false);
                }
            }
        }
    }

    private static async Task Pages_follow_each_other_and_end(SearchStage stage)
    {
        for (var i = 0; i < 13; i++)
        {
            if (i % 4 == 0)
            {
                stage.Scene.Later();
            }

            await stage
                .CreateAsync(stage.Name(i % 3 == 0 ? $"Grace Ada {i % 2}" : $"Ada {i % 5}"))
                .ConfigureAwait(false);
        }

        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            foreach (var text in new[] { null, "ada", "ad", "grace", "ada 1" })
            {
                foreach (var pageSize in new[] { 1, 2, 4, 5, 12, 13, 14 })
                {
                    var query = new ProfileSearchQuery { Order = order, Text = text };
                    var whole = await stage.AllAsync(query, ProfileSearchQuery.MaxPageSize).ConfigureAwait(false);
                    var pages = await stage.AllAsync(query, pageSize).ConfigureAwait(false);
                    stage.Scene.Same(
                        string.Join('\n', whole.Select(profile => profile.Id)),
                        string.Join('\n', pages.Select(profile => profile.Id)),
                        $"pages of {pageSize} against one page, in the order {order}"
                    );
                }

                await stage
                    .FindsAsync(new ProfileSearchQuery { Order = order, Text = text }, "in pages")
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task Whoever_stands_is_on_one_page_while_others_change(SearchStage outer)
    {
        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            var scene = outer.Scene.Anew();
            var stage = new SearchStage(scene, outer.Search);
            var people = new List<SearchStage.Person>();
            for (var i = 0; i < 24; i++)
            {
                scene.Later();
                people.Add(
                    await stage
                        .CreateAsync(stage.Name(i % 2 == 0 ? $"Ada {i:00}" : $"Countess Ada {i:00}"))
                        .ConfigureAwait(false)
                );
            }

            // The first two thirds stand; the others change all the time, and new ones come before and after the
            // reader's place.
            var standing = people[..16].Select(person => person.Profile.Id).ToHashSet();
            var seen = await stage
                .AllAsync(
                    new ProfileSearchQuery { Order = order, Text = "ada" },
                    pageSize: 3,
                    afterPage: async page =>
                    {
                        if (page > 12)
                        {
                            return;
                        }

                        scene.Later();
                        var i = 16 + (page % 8);
                        people[i] = await stage
                            .UpdateAsync(people[i], stage.Name(page % 2 == 0 ? $"Zed Ada {page}" : $"Aaa Ada {page}"))
                            .ConfigureAwait(false);
                        people[i] = await stage.RecordAsync(people[i]).ConfigureAwait(false);
                        await stage
                            .CreateAsync(stage.Name(page % 2 == 0 ? $"Ada zz {page}" : $"Aaaa Ada {page}"))
                            .ConfigureAwait(false);
                    }
                )
                .ConfigureAwait(false);
            var counted = seen.Where(profile => standing.Contains(profile.Id)).CountBy(profile => profile.Id).ToList();
            scene.Same(16, counted.Count, $"how many of 16 that stand were seen, in the order {order}");
            scene.Same(
                0,
                counted.Count(one => one.Value != 1),
                $"how many that stand were seen twice, in the order {order}"
            );
        }
    }

    private static async Task A_cursor_of_another_query_is_refused(SearchStage stage)
    {
        for (var i = 0; i < 5; i++)
        {
            await stage.CreateAsync(stage.Name($"Ada {i}")).ConfigureAwait(false);
        }

        var cursor = await NextAsync(new ProfileSearchQuery { Text = "ada", PageSize = 2 }).ConfigureAwait(false);
        ProfileSearchQuery[] others =
        [
            new() { Text = "ad", After = cursor },
            new()
            {
                Text = "ada",
                Order = ProfileOrder.Name,
                After = cursor,
            },
            new()
            {
                Text = "ada",
                Company = "acme",
                After = cursor,
            },
            new()
            {
                Text = "ada",
                HasPhoto = false,
                After = cursor,
            },
            new()
            {
                Text = "ada",
                IsSuppressed = false,
                After = cursor,
            },
            new()
            {
                Text = "ada",
                CreatedSince = stage.Scene.Now,
                After = cursor,
            },
            new() { Text = "ada", After = "" },
            new() { Text = "ada", After = "nonsense" },
            new() { Text = "ada", After = "%_'\"\0" },
            new() { Text = "ada", After = cursor[..^4] },
            new() { Text = "ada", After = new string('A', 10_000) },
        ];
        foreach (var (other, i) in others.Select((other, i) => (other, i)))
        {
            try
            {
                await stage.Search.SearchAsync(stage.Scene.Tenant, other, stage.Scene.Cancel).ConfigureAwait(false);
            }
            catch (ArgumentException)
            {
                continue;
            }

            throw stage.Scene.Broken("an ArgumentException", "a page", $"cursor {i}, which is not of this query");
        }

        var page = await stage
            .Search.SearchAsync(
                stage.Scene.Tenant,
                new ProfileSearchQuery
                {
                    Text = " ADA",
                    PageSize = 3,
                    After = cursor,
                },
                stage.Scene.Cancel
            )
            .ConfigureAwait(false);
        stage.Scene.Same(3, page.Profiles.Length, "the rest, for the same words in another spelling and page size");

        async Task<string> NextAsync(ProfileSearchQuery query) =>
            (await stage.Search.SearchAsync(stage.Scene.Tenant, query, stage.Scene.Cancel).ConfigureAwait(false)).Next
            ?? throw stage.Scene.Broken("a next page", "none", "the first page of five people, two to a page");
    }
}
