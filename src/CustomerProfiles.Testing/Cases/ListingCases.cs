using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Lists and their pages.</summary>
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
        var after = await scene
            .Store.ListAsync(scene.Tenant, new ProfileQuery { After = profile.Id }, scene.Cancel)
            .ConfigureAwait(false);
        scene.Same("0 null", $"{after.Profiles.Length} {after.Next?.ToString() ?? "null"}", "behind the last customer");
        var all = await scene
            .Store.ListAsync(
                scene.Tenant,
                new ProfileQuery { After = CustomerId.From(Guid.Parse("00000000-0000-7000-8000-000000000000")) },
                scene.Cancel
            )
            .ConfigureAwait(false);
        scene.Same(1, all.Profiles.Length, "behind an id that nobody has");
    }

    private static async Task Nobody_is_shown_twice_or_left_out_while_others_come(Scene scene)
    {
        {
            var one = scene;
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
                .CreatedAsync(
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

    private static FieldValue Name(Scene scene, string name) =>
        new(
            ProfileField.Name,
            "",
            new PersonName(name),
            new Provenance(ProvenanceSource.Conversation, "first", scene.Now)
        );
}
