using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Lists, pages and search.</summary>
internal static class ListingCases
{
    private static readonly Case Case = new("listing");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Case.Of(
            "ListAsync lists profiles in the order of their ids, the unsigned order of the UUID's bytes.",
            Profiles_come_in_the_order_of_their_ids
        ),
        Case.Of(
            "Next is what to pass for the next page, and null when this is the last.",
            Pages_follow_each_other_and_end
        ),
        Case.Of("ListAsync returns a page; empty when nothing is found.", No_match_is_an_empty_page),
        Case.Of("ListAsync finds what ProfileSearch.Matches says.", Search_finds_what_the_search_text_contains),
        Case.Of(
            "ListAsync finds what ProfileSearch.Matches says: characters of a query language have no special meaning.",
            Search_takes_every_character_literally
        ),
        Case.Of(
            "ListAsync finds what ProfileSearch.Matches says of the profile as it is now.",
            Search_follows_the_profile
        ),
        Case.Of("Pages of a search follow each other by id, too.", Search_results_come_in_pages),
        Case.Of(
            "Pages follow each other by the id of the last profile, so that nothing is shown twice, and no "
                + "customer is left out who was there when the first page was read.",
            Nobody_is_shown_twice_or_left_out_while_others_come
        ),
        Case.Of(
            "Pages follow each other by the id of the last profile, so that nothing is shown twice, and no "
                + "customer is left out who was there when the first page was read.",
            Nobody_is_shown_twice_or_left_out_while_profiles_change
        ),
    ];

    private static async Task Profiles_come_in_the_order_of_their_ids(Scene scene)
    {
        // Ids that sort differently as signed numbers, as the mixed-endian bytes of a .NET Guid, as SQL Server sorts
        // them, or by the time of writing.
        string[] ids =
        [
            "80000000-0000-7000-8000-000000000001",
            "00000001-0000-7000-8000-000000000002",
            "ffffffff-ffff-7fff-bfff-ffffffffffff",
            "00000100-0000-7000-8000-000000000003",
            "00010000-0000-7000-8000-000000000000",
            "01000000-0000-7000-8000-000000000004",
            "7fffffff-ffff-7fff-8000-000000000005",
            "00000001-0100-7000-8000-000000000006",
            "00000001-0001-7000-8000-000000000007",
            "00000001-0000-7001-8000-000000000008",
            "00000001-0000-7100-8000-000000000009",
            "00000001-0000-7000-b000-000000000000",
        ];
        foreach (var id in ids)
        {
            await scene.CreateAsync(scene.Someone(id: CustomerId.From(Guid.Parse(id)))).ConfigureAwait(false);
        }

        var inOrder = string.Join('\n', ids.Order(StringComparer.Ordinal));
        foreach (var pageSize in new[] { 1, 5, 50 })
        {
            scene.Same(
                inOrder,
                string.Join(
                    '\n',
                    (await scene.EverybodyAsync(pageSize: pageSize).ConfigureAwait(false)).Select(profile => profile.Id)
                ),
                $"in pages of {pageSize}"
            );
        }
    }

    private static async Task Pages_follow_each_other_and_end(Scene scene)
    {
        for (var count = 0; count <= 7; count++)
        {
            foreach (var pageSize in new[] { 1, 2, 3, 7, ProfileQuery.MaxPageSize })
            {
                CustomerId? after = null;
                var (seen, pages) = (0, 0);
                do
                {
                    var page = await scene
                        .Store.ListAsync(
                            scene.Tenant,
                            new ProfileQuery { PageSize = pageSize, After = after },
                            scene.Cancel
                        )
                        .ConfigureAwait(false);
                    var expected = Math.Min(pageSize, count - seen);
                    scene.Same(
                        expected,
                        page.Profiles.Length,
                        $"profiles on page {pages + 1} of {count} customers, {pageSize} to a page"
                    );
                    seen += page.Profiles.Length;
                    var last = seen == count ? "the last page" : $"{page.Profiles[^1].Id}";
                    scene.Same(
                        last,
                        page.Next is { } next ? $"{next}" : "the last page",
                        $"what page {pages + 1} says of the next, of {count} customers, {pageSize} to a page"
                    );
                    after = page.Next;
                } while (after is not null && ++pages < 10);
            }

            await scene.CreateAsync().ConfigureAwait(false);
        }
    }

    private static async Task No_match_is_an_empty_page(Scene scene)
    {
        var empty = await scene
            .Store.ListAsync(scene.OtherTenant, new ProfileQuery(), scene.Cancel)
            .ConfigureAwait(false);
        scene.Same(
            "0 null",
            $"{empty.Profiles.Length} {empty.Next?.ToString() ?? "null"}",
            "a tenant without customers"
        );
        var profile = await scene.CreateAsync().ConfigureAwait(false);
        var none = await scene
            .Store.ListAsync(scene.Tenant, new ProfileQuery { Text = "nobody-is-called-so" }, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same("0 null", $"{none.Profiles.Length} {none.Next?.ToString() ?? "null"}", "a text that nobody has");
        var after = await scene
            .Store.ListAsync(scene.Tenant, new ProfileQuery { After = profile.Id }, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same("0 null", $"{after.Profiles.Length} {after.Next?.ToString() ?? "null"}", "behind the last customer");
        var all = await scene
            .Store.ListAsync(
                scene.Tenant,
                new ProfileQuery
                {
                    Text = " \t",
                    After = CustomerId.From(Guid.Parse("00000000-0000-7000-8000-000000000000")),
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Same(1, all.Profiles.Length, "blank text, behind an id that nobody has");
    }

    private static async Task Search_finds_what_the_search_text_contains(Scene scene)
    {
        await PeopleAsync(scene).ConfigureAwait(false);
        string[] queries =
        [
            "ada",
            "ADA",
            "lovelace ada",
            "ada ada ADA",
            "ada turing",
            "francois",
            "Fran\u00e7ois",
            "FRANC\u0327OIS",
            "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
            "\u03a3\u0399\u03a3\u03a5\u03a6\u039f\u03a3",
            "strasse",
            "stra\u00dfe",
            "istanbul",
            "\u0130stanbul",
            "\u0131stanbul",
            "\u5409\u7530",
            "\u7530",
            "\uff29\uff22\uff2d",
            "ibm",
            "b\u00fccher",
            "xn--bcher",
            "example.org",
            "@",
            "lond sw1y",
            "notes",
            "secret",
            "\u0645\u0631\u062d\u0628\u0627",
            "\u05e9\u05dc\u05d5\u05dd",
            "a b c d e f g h i j k l",
            "\ud83d\ude80",
            "  ada\t\n",
            "countess",
            "o'brien",
            "gold",
        ];
        foreach (var query in queries)
        {
            await FindsAsync(scene, query).ConfigureAwait(false);
        }
    }

    private static async Task Search_takes_every_character_literally(Scene scene)
    {
        string[] companies =
        [
            "100% Ltd",
            "100 Ltd",
            "a_b",
            "axb",
            "[ab]",
            "a",
            @"back\slash",
            "back/slash",
            "star*",
            "starry",
            "quo'te",
            "quo\"te",
            "semi;colon",
            "a&b|c",
            "-minus",
            "+plus",
            "near(x)",
            "\"phrase\"",
            "x:y",
            "?",
            "^caret$",
            "a%b_c",
        ];
        foreach (var company in companies)
        {
            await scene
                .CreateAsync(
                    scene.Someone(
                        Identity.External($"{company} {scene.Mark}"),
                        values: [new(ProfileField.Company, "", company, new(ProvenanceSource.Agent, "kim", scene.Now))]
                    )
                )
                .ConfigureAwait(false);
        }

        foreach (
            var query in companies.Concat([
                "%",
                "_",
                "*",
                "\\",
                "'",
                "\"",
                "a%",
                "_b",
                "[a",
                "%%",
                "a*",
                "or",
                "not",
                "-a",
                "()",
                "\\%",
                "\\_",
            ])
        )
        {
            await FindsAsync(scene, query).ConfigureAwait(false);
        }
    }

    private static async Task Search_follows_the_profile(Scene scene)
    {
        var profile = await scene
            .CreateAsync(scene.Someone(values: [Name(scene, "Ada Byron")]), scene.Provider)
            .ConfigureAwait(false);
        await FoundAsync("byron", 1, "as created").ConfigureAwait(false);
        profile = await scene.UpdateAsync(scene.Next(profile, values: [Name(scene, "Ada King")])).ConfigureAwait(false);
        await FoundAsync("byron", 0, "after an update took the name away").ConfigureAwait(false);
        await FoundAsync("king", 1, "after an update brought another").ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene
            .CompleteAsync(claim, scene.Next(profile, values: [Name(scene, "Ada Lovelace")]))
            .ConfigureAwait(false);
        await FoundAsync("king", 0, "after an answer took the name away").ConfigureAwait(false);
        await FoundAsync("lovelace", 1, "after an answer brought another").ConfigureAwait(false);
        await scene
            .Store.UpdateAsync(scene.Next(profile, values: [Name(scene, "Lost")]), scene.Cancel)
            .ConfigureAwait(false);
        await FoundAsync("lost", 0, "after an update that came too late").ConfigureAwait(false);

        async Task FoundAsync(string text, int expected, string about) =>
            scene.Same(
                expected,
                (await scene.EverybodyAsync(text).ConfigureAwait(false)).Count,
                $"looking for {text} {about}"
            );
    }

    private static async Task Search_results_come_in_pages(Scene scene)
    {
        for (var i = 0; i < 23; i++)
        {
            await scene
                .CreateAsync(scene.Someone(values: [Name(scene, i % 3 == 0 ? $"Grace {i}" : $"Ada {i}")]))
                .ConfigureAwait(false);
        }

        foreach (var pageSize in new[] { 1, 4, 5, 15, 16 })
        {
            var found = await scene.EverybodyAsync("ada", pageSize).ConfigureAwait(false);
            scene.Same(15, found.Count, $"how many are found in pages of {pageSize}");
            scene.Same(
                15,
                found.Select(profile => profile.Id).Distinct().Count(),
                $"how many different ones are found in pages of {pageSize}"
            );
        }
    }

    private static async Task Nobody_is_shown_twice_or_left_out_while_others_come(Scene scene)
    {
        foreach (var text in new[] { null, "ada" })
        {
            var one = scene.Anew();
            var before = new List<CustomerId>();
            for (var i = 0; i < 30; i++)
            {
                before.Add((await CreateAsync(one, i, 0x80).ConfigureAwait(false)).Id);
            }

            // Between two pages one customer is added before and one after the position of the reader, while others are
            // added all the time.
            using var done = CancellationTokenSource.CreateLinkedTokenSource(one.Cancel);
            var others = Task.Run(
                async () =>
                {
                    for (var i = 1_000; !done.IsCancellationRequested && i < 1_400; i++)
                    {
                        await CreateAsync(one, i, i % 2 == 0 ? (byte)0x01 : (byte)0xf0, one.Other)
                            .ConfigureAwait(false);
                    }
                },
                one.Cancel
            );
            var seen = await one.EverybodyAsync(
                    text,
                    pageSize: 4,
                    afterPage: async page =>
                    {
                        // Enough for the reader to notice, and few enough for the listing to end.
                        if (page <= 40)
                        {
                            await CreateAsync(one, 2_000 + page, 0x00).ConfigureAwait(false);
                            await CreateAsync(one, 3_000 + page, 0xff).ConfigureAwait(false);
                        }
                    }
                )
                .ConfigureAwait(false);
            await done.CancelAsync().ConfigureAwait(false);
            await others.ConfigureAwait(false);
            var ids = seen.Select(profile => profile.Id).ToList();
            one.Same(
                0,
                before.Except(ids).Count(),
                "customers who were there when the first page was read, and were left out"
            );
            one.Same(0, ids.Count - ids.Distinct().Count(), "customers who were shown twice");
        }

        static Task<CustomerProfile> CreateAsync(Scene one, int number, byte first, ICustomerProfileStore? store = null)
        {
            var id = Guid.NewGuid().ToByteArray(bigEndian: true);
            id[0] = first;
            var profile = one.Someone(
                one.Email($"n{number}-{first}"),
                id: CustomerId.From(new Guid(id, bigEndian: true)),
                values: [Name(one, $"Ada {number}")]
            );
            return CreateWithAsync(one, store ?? one.Store, profile);
        }

        static async Task<CustomerProfile> CreateWithAsync(
            Scene one,
            ICustomerProfileStore store,
            CustomerProfile profile
        )
        {
            var result = await store
                .CreateAsync(
                    new NewCustomer
                    {
                        Profile = profile,
                        Conversation = new ConversationRecord("first", default, one.Now),
                        Checks = [],
                    },
                    one.Cancel
                )
                .ConfigureAwait(false);
            one.Is(true, result.IsNewCustomer, "a customer with an identity that is nobody's is created");
            return profile;
        }
    }

    private static async Task Nobody_is_shown_twice_or_left_out_while_profiles_change(Scene scene)
    {
        var profiles = new List<CustomerProfile>();
        for (var i = 0; i < 20; i++)
        {
            profiles.Add(
                await scene.CreateAsync(scene.Someone(values: [Name(scene, $"Ada {i}")])).ConfigureAwait(false)
            );
        }

        var seen = await scene
            .EverybodyAsync(
                "ada",
                pageSize: 3,
                afterPage: async page =>
                {
                    // Each is updated, from the last to the first, so that a store that sorts by the time of writing
                    // loses its position.
                    foreach (var i in Enumerable.Range(0, profiles.Count).Reverse().Where(i => i % 6 == page % 6))
                    {
                        scene.Later();
                        profiles[i] = await scene
                            .UpdateAsync(scene.Next(profiles[i], profiles[i].Identities.Add(scene.NextEmail())))
                            .ConfigureAwait(false);
                    }
                }
            )
            .ConfigureAwait(false);
        scene.Same(
            string.Join('\n', profiles.Select(profile => profile.Id).Order()),
            string.Join('\n', seen.Select(profile => profile.Id)),
            "the customers in the order of their ids, each once"
        );
    }

    private static async Task FindsAsync(Scene scene, string query)
    {
        var terms = ProfileSearch.TermsOf(query);
        var everybody = await scene.EverybodyAsync(pageSize: ProfileQuery.MaxPageSize).ConfigureAwait(false);
        var expected = everybody
            .Where(profile => ProfileSearch.Matches(ProfileSearch.TextOf(profile), terms))
            .Select(profile => profile.Id);
        var found = (await scene.EverybodyAsync(query, pageSize: 7).ConfigureAwait(false)).Select(profile =>
            profile.Id
        );
        scene.Same(
            string.Join('\n', expected),
            string.Join('\n', found),
            $"who is found by {StoredText.Quoted(query)}"
        );
    }

    private static async Task PeopleAsync(Scene scene)
    {
        foreach (
            var name in new[]
            {
                "Ada Lovelace",
                "Alan Turing",
                "Fran\u00e7ois Vi\u00e8te",
                "\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
                "\u0130stanbullu",
                "Istanbul Deniz",
                "\u5409\u7530\u82b1\u5b50",
                "\u0645\u0631\u062d\u0628\u0627",
                "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
                "Miles O'Brien",
                "\ud83d\ude80 Rocket",
            }
        )
        {
            await scene.CreateAsync(scene.Someone(values: [Name(scene, name)])).ConfigureAwait(false);
        }

        Provenance by = new(ProvenanceSource.Agent, "kim", scene.Now);
        await scene
            .CreateAsync(
                scene.Someone(
                    values:
                    [
                        new(ProfileField.Name, "", new PersonName("A. K.", "Ada", "King"), by),
                        new(ProfileField.Company, "", "\uff29\uff22\uff2d", by),
                        new(ProfileField.JobTitle, "", "Countess", by),
                        new(ProfileField.Notes, "", "secret notes", by),
                        new(ProfileField.Custom("plan"), "", "gold", by),
                        new(
                            ProfileField.Emails,
                            "ada@xn--bcher-kva.example",
                            new ProfileEmail(
                                EmailAddress.FromStore("Ada@B\u00fccher.example", "ada@xn--bcher-kva.example")
                            ),
                            by
                        ),
                        new(
                            ProfileField.Address,
                            "",
                            new PostalAddress("Hauptstra\u00dfe 1", "London", null, "SW1Y 4JH", "GB"),
                            by
                        ),
                    ]
                )
            )
            .ConfigureAwait(false);
        await scene
            .CreateAsync(
                scene.Someone(
                    values:
                    [
                        new(ProfileField.Name, "", null, by),
                        new(
                            ProfileField.Emails,
                            "x@example.org",
                            new ProfileEmail(EmailAddress.Parse("x@example.org")),
                            by
                        ),
                    ]
                )
            )
            .ConfigureAwait(false);
    }

    private static FieldValue Name(Scene scene, string name) =>
        new(
            ProfileField.Name,
            "",
            new PersonName(name),
            new Provenance(ProvenanceSource.Conversation, "first", scene.Now)
        );
}
