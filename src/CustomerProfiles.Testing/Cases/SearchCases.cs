using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>What a search finds: text, filters, counts, and queries that no person types.</summary>
internal static class SearchCases
{
    private static readonly Case Case = new("search");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of("SearchAsync finds what ProfileSearch says.", Every_word_is_found_anywhere),
        Of(
            "A word of one or two letters matches beginnings of words only.",
            Short_words_are_found_at_the_beginning_of_words_only
        ),
        Of(
            "SearchAsync finds what ProfileSearch says: characters of a query language have no special meaning.",
            Every_character_is_taken_literally
        ),
        Of(
            "A telephone number is found by its digits, however it is spelled.",
            A_telephone_number_is_found_by_its_digits
        ),
        Of(
            "Custom properties are found when their key is searchable; notes never.",
            Notes_and_other_properties_are_not_found
        ),
        Of(
            "A number or a date is found by its value and within a range, both bounds included.",
            Numbers_and_dates_are_found_within_a_range
        ),
        Of(
            "A range of a property that is neither a number nor a date is an ArgumentException.",
            A_range_that_the_property_cannot_have_is_refused
        ),
        Of("SearchAsync finds what ProfileSearch says of the profile as it is now.", Search_follows_the_profile),
        Of("A search finds profiles of its tenant only.", Tenants_are_searched_apart),
        Of("Text and filters must all hold.", Each_filter_holds_alone_and_with_others),
        Of("The filter IsSuppressed follows every mark.", The_filter_of_suppressed_customers_follows_the_marks),
        Of("CountAsync counts up to a bound, and says whether there are more.", Counting_ends_at_the_bound),
        Of("Any text is a page or an empty page.", Odd_queries_return_a_page),
        Of("A cancelled search throws OperationCanceledException.", A_cancelled_search_is_not_made),
    ];

    /// <summary>A case that a store without search passes.</summary>
    internal static StoreConformanceCase Of(Case group, string rule, Func<SearchStage, Task> run, string name) =>
        group.Of(
            rule,
            scene => scene.Store is ISearchStore search ? run(new SearchStage(scene, search)) : Task.CompletedTask,
            name
        );

    private static StoreConformanceCase Of(
        string rule,
        Func<SearchStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    private static async Task Every_word_is_found_anywhere(SearchStage stage)
    {
        await PeopleAsync(stage).ConfigureAwait(false);
        string[] queries =
        [
            "ada",
            "ADA",
            "velac",
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
            "\u82b1\u5b50",
            "\u7530",
            "\uae40\ubbfc\uc900",
            "\ubbfc\uc900",
            "\uff29\uff22\uff2d",
            "ibm",
            "b\u00fccher",
            "xn--bcher",
            "example.org",
            "x@example.org",
            "lond sw1y",
            "notes",
            "secret",
            "countess",
            "\u0645\u0631\u062d\u0628\u0627",
            "\u05e9\u05dc\u05d5\u05dd",
            "\u0438\u0432\u0430\u043d\u043e\u0432",
            "a b c d e f g h i j k l",
            "  ada\t\n",
            "o'brien",
            "gold",
            "gold ada",
            "nobody-is-called-so",
            "customer-17",
            "nick.of.ada",
        ];
        foreach (var query in queries)
        {
            await stage.FindsAsync(query).ConfigureAwait(false);
        }
    }

    private static async Task Short_words_are_found_at_the_beginning_of_words_only(SearchStage stage)
    {
        foreach (
            var name in new[]
            {
                "Bo Li",
                "Obo",
                "Lobo",
                "Anna-Bo",
                "O'Bo",
                "B",
                "Ab",
                "A B",
                "\u5409\u7530\u82b1\u5b50",
                "Ada\ud83d\ude80",
                "\ud83d\ude80 Rocket",
                "b\u00f6",
                "(bo)",
                "12 34",
                "512",
            }
        )
        {
            await stage.CreateAsync(stage.Name(name)).ConfigureAwait(false);
        }

        foreach (
            var query in new[]
            {
                "b",
                "bo",
                "o",
                "ob",
                "li",
                "bo li",
                "b bo",
                "\u7530",
                "\u7530\u82b1",
                "\u5b50",
                "\ud83d\ude80",
                "(b",
                "12",
                "1",
                "2",
                "'b",
                "-b",
                "a b",
                "ab",
                "zz",
            }
        )
        {
            await stage.FindsAsync(query).ConfigureAwait(false);
        }
    }

    private static async Task Every_character_is_taken_literally(SearchStage stage)
    {
        string[] companies =
        [
            "100% Ltd",
            "100 Ltd",
            "a_b_c",
            "axbxc",
            "[abc]",
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
            @"a\%b",
        ];
        foreach (var company in companies)
        {
            await stage.CreateAsync(stage.Company(company)).ConfigureAwait(false);
        }

        foreach (
            var query in companies.Concat([
                "%",
                "_",
                "*",
                "\\",
                "'",
                "\"",
                "%%%",
                "___",
                "a%b",
                "a_b",
                "0%",
                "_b_",
                "[ab",
                "sta*",
                "or",
                "and",
                "not",
                "near",
                "NEAR(x)",
                "abc OR star",
                "-min",
                "()()",
                "\\%b",
                "text:star",
            ])
        )
        {
            await stage.FindsAsync(query).ConfigureAwait(false);
        }

        foreach (var company in companies)
        {
            await stage
                .FindsAsync(new ProfileSearchQuery { Company = company }, $"at {StoredText.Quoted(company)}")
                .ConfigureAwait(false);
        }
    }

    private static async Task A_telephone_number_is_found_by_its_digits(SearchStage stage)
    {
        await stage.CreateAsync(stage.Phone("+44 20 7946 0123")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Phone("020 7946 0456")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Phone("(212) 555-0178")).ConfigureAwait(false);
        await stage.CreateAsync(Identity.Phone("+1 650 555 0199")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Company("Box 12 3456"), stage.Name("Agent 0123")).ConfigureAwait(false);
        foreach (
            var query in new[]
            {
                "+442079460123",
                "+44 20 7946 0123",
                "+44 (0)20 7946-0123",
                "0044 20 79460123",
                "020 7946 0123",
                "(020) 7946 0123",
                "+44 20 7946 0456",
                "7946",
                "0123",
                "46 0123",
                "946-0456",
                "212.555.0178",
                "+1 212 555 0178",
                "555",
                "650 555",
                "12 3456",
                "12 34",
                "+44 20 7946 9999",
                "agent 0123",
                "00",
                "+",
                "()",
            }
        )
        {
            await stage.FindsAsync(query).ConfigureAwait(false);
        }
    }

    private static async Task Notes_and_other_properties_are_not_found(SearchStage stage)
    {
        await stage
            .CreateAsync(
                stage.Notes("confidential"),
                stage.Property("plan", "Gold Plus"),
                stage.Property("Licence no.", "\u00c4-4711"),
                stage.Property("Plan", "silver"),
                stage.Property("other", "bronze")
            )
            .ConfigureAwait(false);
        await stage.CreateAsync(stage.Property("plan", "gold")).ConfigureAwait(false);
        foreach (var query in new[] { "confidential", "gold", "plus", "a-4711", "silver", "bronze", "plan", "licence" })
        {
            await stage.FindsAsync(query).ConfigureAwait(false);
        }

        foreach (
            var (key, value) in new[]
            {
                ("plan", "gold"),
                ("plan", " GOLD\t plus "),
                ("plan", "gol"),
                ("Licence no.", "a-4711"),
                ("licence no.", "a-4711"),
                ("Plan", "silver"),
                ("other", "bronze"),
                ("plan", ""),
            }
        )
        {
            await stage
                .FindsAsync(
                    new ProfileSearchQuery
                    {
                        Property = new PropertyFilter { Key = key, Value = value },
                    },
                    $"by the property {StoredText.Quoted(key)} with {StoredText.Quoted(value)}"
                )
                .ConfigureAwait(false);
        }
    }

    private static async Task Numbers_and_dates_are_found_within_a_range(SearchStage stage)
    {
        // What does not fit the type is kept, found by its text, and within no range.
        string[] seats =
        [
            "-79228162514264337593543950335",
            "-100",
            "-12.5",
            "-12.50",
            "-0.55",
            "-0.5",
            "0",
            "-0.00",
            "0.05",
            "9",
            "10",
            "+10.0",
            "11",
            "100",
            "79228162514264337593543950335",
            "1,5",
            "1e3",
            "N9",
            "many",
        ];
        string[] dates = ["0001-01-01", "1999-12-31", "2024-02-28", "2024-02-29", "2024-03-01", "9999-12-31"];
        string[] noDates = ["2023-02-29", "29.02.2024", "D2024-02-29"];
        foreach (var value in seats)
        {
            await stage.CreateAsync(stage.Name("Ada"), stage.Property("seats", value)).ConfigureAwait(false);
        }

        foreach (var value in dates.Concat(noDates))
        {
            await stage
                .CreateAsync(stage.Property("since", value), stage.Property("rating", "5"))
                .ConfigureAwait(false);
        }

        foreach (var value in seats.Concat(dates).Concat(noDates).Append("1.0").Append("10.00"))
        {
            await FindsAsync(new PropertyFilter { Key = "seats", Value = value }).ConfigureAwait(false);
            await FindsAsync(new PropertyFilter { Key = "since", Value = value }).ConfigureAwait(false);
        }

        foreach (
            var (from, to) in new (string?, string?)[]
            {
                ("-12.5", "-0.5"),
                ("-0.6", "0"),
                ("0", "0"),
                ("0.01", "10"),
                ("9.99", "10.01"),
                ("11", "9"),
                ("10", null),
                (null, "-0.5"),
                ("-79228162514264337593543950335", "79228162514264337593543950335"),
            }
        )
        {
            await FindsAsync(
                    new PropertyFilter
                    {
                        Key = "seats",
                        From = from,
                        To = to,
                    }
                )
                .ConfigureAwait(false);
        }

        foreach (
            var (from, to) in new (string?, string?)[]
            {
                ("2024-02-29", "2024-02-29"),
                ("2000-01-01", "2024-02-29"),
                ("2024-02-29", null),
                (null, "1999-12-31"),
                ("0001-01-01", "9999-12-31"),
            }
        )
        {
            await FindsAsync(
                    new PropertyFilter
                    {
                        Key = "since",
                        From = from,
                        To = to,
                    }
                )
                .ConfigureAwait(false);
        }

        var changed = stage.People.First(person =>
            person.Profile.CustomProperties.TryGetValue("seats", out var value) && value is "9"
        );
        await stage.UpdateAsync(changed, stage.Property("seats", "-9")).ConfigureAwait(false);
        await FindsAsync(new PropertyFilter { Key = "seats", From = "1" }).ConfigureAwait(false);
        await FindsAsync(new PropertyFilter { Key = "seats", To = "-1" }).ConfigureAwait(false);
        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            await stage
                .FindsAsync(
                    new ProfileSearchQuery
                    {
                        Text = "ada",
                        Order = order,
                        Property = new PropertyFilter { Key = "seats", From = "0.05" },
                    },
                    "by a range and a text"
                )
                .ConfigureAwait(false);
        }

        Task FindsAsync(PropertyFilter filter) =>
            stage.FindsAsync(
                new ProfileSearchQuery { Property = filter },
                $"by {filter.Key} {StoredText.Quoted(filter.Value ?? $"from {filter.From} to {filter.To}")}"
            );
    }

    private static async Task A_range_that_the_property_cannot_have_is_refused(SearchStage stage)
    {
        foreach (
            var filter in new[]
            {
                new PropertyFilter { Key = "plan", From = "a" },
                new PropertyFilter { Key = "rating", To = "5" },
                new PropertyFilter { Key = "seats", From = "1,5" },
                new PropertyFilter { Key = "since", To = "2023-02-29" },
                new PropertyFilter { Key = "seats" },
                new PropertyFilter
                {
                    Key = "seats",
                    Value = "1",
                    To = "2",
                },
            }
        )
        {
            var query = new ProfileSearchQuery { Property = filter };
            await RefusedAsync(
                    "SearchAsync",
                    filter,
                    async () =>
                        await stage
                            .Search.SearchAsync(stage.Scene.Tenant, query, stage.Scene.Cancel)
                            .ConfigureAwait(false)
                )
                .ConfigureAwait(false);
            await RefusedAsync(
                    "CountAsync",
                    filter,
                    async () =>
                        await stage
                            .Search.CountAsync(stage.Scene.Tenant, query, 5, stage.Scene.Cancel)
                            .ConfigureAwait(false)
                )
                .ConfigureAwait(false);
        }

        async Task RefusedAsync(string name, PropertyFilter filter, Func<Task> call)
        {
            try
            {
                await call().ConfigureAwait(false);
            }
            catch (ArgumentException)
            {
                return;
            }

            throw stage.Scene.Broken(
                "an ArgumentException",
                "a result",
                $"{name} by {filter.Key} is {filter.Value}, from {filter.From} to {filter.To}"
            );
        }
    }

    private static async Task Search_follows_the_profile(SearchStage stage)
    {
        var scene = stage.Scene;
        var profile = await scene
            .CreateAsync(
                scene.Someone(values: [stage.Name("Ada Byron"), stage.Property("plan", "gold"), stage.Company("Acme")]),
                scene.Provider
            )
            .ConfigureAwait(false);
        await FoundAsync("byron", 1, "as created").ConfigureAwait(false);
        await FoundAsync("by", 1, "as created").ConfigureAwait(false);
        await FoundAsync("gold", 1, "as created").ConfigureAwait(false);
        profile = await scene
            .UpdateAsync(
                scene.Next(
                    profile,
                    values:
                    [
                        stage.Name("Ada King"),
                        stage.Property("plan", "tin"),
                        stage.Company("Apex"),
                        stage.Photo(),
                    ]
                )
            )
            .ConfigureAwait(false);
        await FoundAsync("byron", 0, "after an update took the name away").ConfigureAwait(false);
        await FoundAsync("by", 0, "after an update took the name away").ConfigureAwait(false);
        await FoundAsync("king", 1, "after an update brought another").ConfigureAwait(false);
        await CountedAsync(new() { Company = "acme" }, 0, "by the company of before").ConfigureAwait(false);
        await CountedAsync(new() { Company = "apex" }, 1, "by the company of now").ConfigureAwait(false);
        await CountedAsync(
                new()
                {
                    Property = new() { Key = "plan", Value = "gold" },
                },
                0,
                "by the plan of before"
            )
            .ConfigureAwait(false);
        await CountedAsync(
                new()
                {
                    Property = new() { Key = "plan", Value = "tin" },
                },
                1,
                "by the plan of now"
            )
            .ConfigureAwait(false);
        await CountedAsync(new() { HasPhoto = true }, 1, "by the photo of now").ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await scene
            .CompleteAsync(claim, scene.Next(profile, values: [stage.Name("Ada Lovelace")]))
            .ConfigureAwait(false);
        await FoundAsync("king", 0, "after a result took the name away").ConfigureAwait(false);
        await FoundAsync("lovelace", 1, "after a result brought another").ConfigureAwait(false);
        await CountedAsync(new() { HasPhoto = true }, 0, "by a photo that a result took away").ConfigureAwait(false);
        await CountedAsync(
                new()
                {
                    Property = new() { Key = "plan", Value = "tin" },
                },
                0,
                "by a plan taken away"
            )
            .ConfigureAwait(false);
        await scene
            .Store.UpdateAsync(scene.Next(profile, values: [stage.Name("Lost")]), change: null, scene.Cancel)
            .ConfigureAwait(false);
        await FoundAsync("lost", 0, "after an update that came too late").ConfigureAwait(false);

        Task FoundAsync(string text, int expected, string about) =>
            CountedAsync(new ProfileSearchQuery { Text = text }, expected, $"looking for {text} {about}");

        async Task CountedAsync(ProfileSearchQuery query, int expected, string about)
        {
            scene.Same(expected, (await stage.AllAsync(query, 5).ConfigureAwait(false)).Count, about);
            scene.Same(
                $"{expected}",
                StoredText.Of(
                    await stage.Search.CountAsync(scene.Tenant, query, 5, scene.Cancel).ConfigureAwait(false)
                ),
                $"the count; {about}"
            );
        }
    }

    private static async Task Tenants_are_searched_apart(SearchStage stage)
    {
        var scene = stage.Scene;
        var address = scene.Email("ada");
        await stage.CreateAsync(address, stage.Name("Ada"), stage.Property("plan", "gold")).ConfigureAwait(false);
        await scene
            .CreateAsync(
                scene.Someone(address, scene.OtherTenant, values: [stage.Name("Ada"), stage.Property("plan", "gold")])
            )
            .ConfigureAwait(false);
        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            foreach (var text in new[] { "ada", "ad", address.Value, null })
            {
                await stage
                    .FindsAsync(new ProfileSearchQuery { Text = text, Order = order }, $"in one of two tenants")
                    .ConfigureAwait(false);
            }
        }

        await stage
            .FindsAsync(
                new ProfileSearchQuery
                {
                    Property = new PropertyFilter { Key = "plan", Value = "gold" },
                },
                "by a property in one of two tenants"
            )
            .ConfigureAwait(false);
    }

    private static async Task Each_filter_holds_alone_and_with_others(SearchStage stage)
    {
        var scene = stage.Scene;
        var times = new List<Instant>();
        for (var i = 0; i < 24; i++)
        {
            times.Add(scene.Later());
            var values = new List<FieldValue> { stage.Name(i % 2 == 0 ? $"Ada {i}" : $"Grace {i}") };
            if (i % 3 == 0)
            {
                values.Add(stage.Company(i % 6 == 0 ? "\u00c9cole  du Nord" : "Ecole"));
            }

            if (i % 4 == 0)
            {
                values.Add(stage.Photo());
            }

            if (i % 5 == 0)
            {
                values.Add(stage.Property("plan", "gold"));
            }

            var person = await stage.CreateAsync([.. values]).ConfigureAwait(false);
            if (i % 7 == 0)
            {
                await stage.SuppressAsync(person).ConfigureAwait(false);
            }
        }

        foreach (var (person, i) in stage.People.ToList().Select((person, i) => (person, i)))
        {
            scene.Later();
            var now = i % 5 == 1 ? await stage.RecordAsync(person).ConfigureAwait(false) : person;
            if (i % 5 == 3)
            {
                await stage.UpdateAsync(now, [.. now.Profile.Values]).ConfigureAwait(false);
            }
        }

        var middle = times[12];
        var micro = Duration.FromTicks(10);
        ProfileSearchQuery[] queries =
        [
            new() { Company = "ECOLE DU NORD" },
            new() { Company = "ecole" },
            new() { Company = "du nord" },
            new() { Company = " " },
            new()
            {
                Property = new PropertyFilter { Key = "plan", Value = "GOLD" },
            },
            new() { ChangedSince = middle },
            new() { ChangedSince = middle + micro },
            new() { CreatedSince = middle },
            new() { CreatedSince = middle + micro },
            new() { LastConversationBefore = middle },
            new() { LastConversationBefore = middle + micro },
            new() { LastConversationSince = middle },
            new() { LastConversationSince = middle + micro },
            new() { LastConversationSince = times[6], LastConversationBefore = times[18] },
            new() { HasPhoto = true },
            new() { HasPhoto = false },
            new() { IsSuppressed = true },
            new() { IsSuppressed = false },
        ];
        foreach (var (query, i) in queries.Select((query, i) => (query, i)))
        {
            await stage.FindsAsync(query, $"by filter {i} alone").ConfigureAwait(false);
            foreach (var order in Enum.GetValues<ProfileOrder>())
            {
                await stage
                    .FindsAsync(
                        new ProfileSearchQuery
                        {
                            Text = i % 2 == 0 ? "ada" : "gr",
                            Order = order,
                            Company = query.Company,
                            Property = query.Property,
                            ChangedSince = query.ChangedSince,
                            CreatedSince = query.CreatedSince,
                            LastConversationBefore = query.LastConversationBefore,
                            LastConversationSince = query.LastConversationSince,
                            HasPhoto = query.HasPhoto ?? (i % 3 == 0 ? false : null),
                            IsSuppressed = query.IsSuppressed ?? (i % 4 == 0 ? false : null),
                        },
                        $"by filter {i} with a text and others"
                    )
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task The_filter_of_suppressed_customers_follows_the_marks(SearchStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync(scene.Email("ada"), stage.Name("Ada")).ConfigureAwait(false);
        await SuppressedAsync("none is marked").ConfigureAwait(false);
        ada = await stage.SuppressAsync(ada).ConfigureAwait(false);
        await SuppressedAsync("the customer is marked").ConfigureAwait(false);
        ada = await stage.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await SuppressedAsync("the mark is removed").ConfigureAwait(false);
        var marked = scene.Email("marked");
        await scene.SuppressAsync(marked).ConfigureAwait(false);
        await SuppressedAsync("an identity that nobody has is marked").ConfigureAwait(false);
        await scene.UpdateAsync(scene.Next(ada.Profile, ada.Profile.Identities.Add(marked))).ConfigureAwait(false);
        foreach (var (suppressed, expected) in new[] { (true, 1), (false, 0) })
        {
            scene.Same(
                expected,
                (
                    await stage.AllAsync(new ProfileSearchQuery { IsSuppressed = suppressed }, 5).ConfigureAwait(false)
                ).Count,
                $"how many are found with IsSuppressed {suppressed} after a customer gained a marked identity"
            );
        }

        async Task SuppressedAsync(string about)
        {
            foreach (var text in new[] { null, "ada" })
            {
                await stage
                    .FindsAsync(new ProfileSearchQuery { Text = text, IsSuppressed = true }, $"suppressed when {about}")
                    .ConfigureAwait(false);
                await stage
                    .FindsAsync(new ProfileSearchQuery { Text = text, IsSuppressed = false }, $"others when {about}")
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task Counting_ends_at_the_bound(SearchStage stage)
    {
        var scene = stage.Scene;
        for (var i = 0; i < 7; i++)
        {
            await stage.CreateAsync(stage.Name($"Ada {i}")).ConfigureAwait(false);
        }

        // An identity made up of random letters could contain the text that is counted.
        await stage.CreateAsync(Identity.Chat("kit", "grace"), stage.Name("Grace")).ConfigureAwait(false);
        var next = (
            await stage
                .Search.SearchAsync(scene.Tenant, new ProfileSearchQuery { PageSize = 2 }, scene.Cancel)
                .ConfigureAwait(false)
        ).Next;
        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            foreach (var most in new[] { 1, 6, 7, 8, int.MaxValue })
            {
                foreach (var after in new[] { null, next })
                {
                    var count = await stage
                        .Search.CountAsync(
                            scene.Tenant,
                            new ProfileSearchQuery
                            {
                                Text = "ada",
                                Order = order,
                                PageSize = 1,
                                After = after,
                            },
                            most,
                            scene.Cancel
                        )
                        .ConfigureAwait(false);
                    scene.Same(
                        most < 7 ? $"more than {most}" : "7",
                        StoredText.Of(count),
                        $"seven people counted up to {most}"
                    );
                }
            }
        }

        foreach (var most in new[] { 0, -1 })
        {
            try
            {
                await stage
                    .Search.CountAsync(scene.Tenant, new ProfileSearchQuery(), most, scene.Cancel)
                    .ConfigureAwait(false);
            }
            catch (ArgumentOutOfRangeException)
            {
                continue;
            }

            throw scene.Broken("an ArgumentOutOfRangeException", "a count", $"counting up to {most}");
        }
    }

    private static async Task Odd_queries_return_a_page(SearchStage stage)
    {
        await PeopleAsync(stage).ConfigureAwait(false);
        await stage.CreateAsync(stage.Name("\u200f\u05d0\u05d1\u05d2 ada")).ConfigureAwait(false);
        await stage.CreateAsync(stage.Company(new string('x', 5_000))).ConfigureAwait(false);
        await stage.CreateAsync(stage.Company("\u0301")).ConfigureAwait(false);
        foreach (
            var text in new[]
            {
                " ",
                "\t\n\u00a0\u3000",
                "\0",
                "a\0da",
                "ada\0",
                "\ud800",
                "\udc00ada",
                "\ufffe\uffff",
                "\u200b",
                "\u202eada",
                "\u05d0\u05d1\u05d2",
                "\u05d0",
                "\u0301",
                "\u00a8",
                "\ud83d\udc69\ud83c\udffd\u200d\ud83d\udcbb",
                "%",
                "_",
                "\\",
                "'",
                "''",
                "\"",
                "\"\"\"",
                "';--",
                "$1",
                "@p0",
                "{0}",
                "e",
                "com",
                new string('a', 10_000),
                new string('x', 999),
                string.Join(' ', Enumerable.Repeat("ada", 3_000)),
                string.Join(' ', Enumerable.Range(0, 3_000)),
                new string('%', 10_000),
                new string('\ud83d', 10_000),
                new string('0', 10_000),
                "((((((((((",
                "+-+-+-",
            }
        )
        {
            await stage.FindsAsync(text).ConfigureAwait(false);
        }

        foreach (var value in new[] { "\0", "%", "\ud800", "\u0301", new string('x', 5_000), new string('x', 199) })
        {
            await stage
                .FindsAsync(new ProfileSearchQuery { Company = value }, $"at {StoredText.Quoted(value)}")
                .ConfigureAwait(false);
            await stage
                .FindsAsync(
                    new ProfileSearchQuery
                    {
                        Property = new PropertyFilter { Key = "plan", Value = value },
                    },
                    $"with the property {StoredText.Quoted(value)}"
                )
                .ConfigureAwait(false);
        }

        await stage
            .FindsAsync(
                new ProfileSearchQuery { ChangedSince = Instant.MinValue, LastConversationBefore = Instant.MaxValue },
                "between the first and the last moment"
            )
            .ConfigureAwait(false);
    }

    private static async Task A_cancelled_search_is_not_made(SearchStage stage)
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync().ConfigureAwait(false);
        var query = new ProfileSearchQuery { Text = "ada" };
        await CancelledAsync(
                "SearchAsync",
                async () =>
                    await stage.Search.SearchAsync(stage.Scene.Tenant, query, cancelled.Token).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        await CancelledAsync(
                "CountAsync",
                async () =>
                    await stage.Search.CountAsync(stage.Scene.Tenant, query, 5, cancelled.Token).ConfigureAwait(false)
            )
            .ConfigureAwait(false);

        async Task CancelledAsync(string name, Func<Task> call)
        {
            try
            {
                await call().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            throw stage.Scene.Broken("an OperationCanceledException", "a result", $"{name} with a cancelled token");
        }
    }

    private static async Task PeopleAsync(SearchStage stage)
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
                "\uae40\ubbfc\uc900",
                "\u0645\u0631\u062d\u0628\u0627",
                "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd",
                "\u0418\u0432\u0430\u043d\u043e\u0432\u0430",
                "Miles O'Brien",
                "\ud83d\ude80 Rocket",
            }
        )
        {
            await stage.CreateAsync(stage.Name(name)).ConfigureAwait(false);
        }

        await stage
            .CreateAsync(
                new FieldValue(
                    ProfileField.Name,
                    "",
                    new PersonName("A. K.", "Ada", "King"),
                    new Provenance(ProvenanceSource.Agent, "kim", stage.Scene.Now)
                ),
                stage.Company("\uff29\uff22\uff2d"),
                new FieldValue(
                    ProfileField.JobTitle,
                    "",
                    "Countess",
                    new Provenance(ProvenanceSource.Agent, "kim", stage.Scene.Now)
                ),
                stage.Notes("secret notes"),
                stage.Property("plan", "gold"),
                stage.Email("ada@b\u00fccher.example"),
                stage.Address(new PostalAddress("Hauptstra\u00dfe 1", "London", null, "SW1Y 4JH", "GB"))
            )
            .ConfigureAwait(false);
        await stage.CreateAsync(stage.Email("x@example.org")).ConfigureAwait(false);
        await stage.CreateAsync(Identity.External("Customer-17")).ConfigureAwait(false);
        await stage.CreateAsync(Identity.Chat("irc", "nick.of.ada")).ConfigureAwait(false);
    }
}
