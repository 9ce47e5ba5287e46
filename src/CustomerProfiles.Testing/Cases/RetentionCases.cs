using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Removing old conversation records, and reading what a retention policy decides by.</summary>
internal static class RetentionCases
{
    private const int MostSteps = 100;
    private const string Pages = "GetRetainedAsync lists each customer once, in the order of their ids, in pages.";
    private const string Last = "LastConversationAt is the time of the last recorded conversation; null for none.";

    private static readonly Case Case = new("retention");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(
            "RemoveConversationsAsync removes records before a time; one of this time stays.",
            Records_before_a_time_are_removed
        ),
        Of("The newest record of a customer always stays.", The_newest_record_stays),
        Of("Each call says where to go on, until all customers were looked at.", Steps_follow_each_other_and_end),
        Of(
            "A customer who has more old records than a call removes is gone on with.",
            Many_records_of_one_customer_take_several_steps
        ),
        Of("A call concerns one tenant.", Records_of_another_tenant_stay),
        Of("A conversation that is recorded at the same moment stays.", What_comes_meanwhile_stays),
        Of("A cancelled call removes nothing.", A_cancelled_call_removes_nothing),
        Of(Pages, Customers_are_listed_in_order_and_in_pages),
        Of(Pages, A_page_of_none_is_refused),
        Of("A call concerns one tenant.", Customers_of_another_tenant_are_not_listed),
        OfMerging("GetRetainedAsync lists no absorbed customer.", Absorbed_customers_are_not_listed),
        Of(Last, The_last_conversation_is_the_newest),
        OfMerging(Last, The_last_conversation_of_an_absorbed_customer_counts),
        Of("GetRetainedAsync says whether a check is pending.", Pending_checks_are_read),
        Of("GetRetainedAsync says whether the customer is suppressed.", Suppression_is_read),
        Of("A cancelled call is an OperationCanceledException.", A_cancelled_call_lists_nobody),
    ];

    /// <summary>A case that a store without retention passes.</summary>
    private static StoreConformanceCase Of(
        string rule,
        Func<Scene, IRetentionStore, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Case.Of(rule, scene => scene.Store is IRetentionStore store ? run(scene, store) : Task.CompletedTask, name);

    /// <summary>A case that a store without retention or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<Scene, IRetentionStore, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) =>
        Of(
            rule,
            (scene, store) =>
                scene.Store is IMergingStore merging
                    ? run(scene, store, new MergingStage(scene, merging))
                    : Task.CompletedTask,
            name
        );

    private static async Task Records_before_a_time_are_removed(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 10, 5, 2, 1).ConfigureAwait(false);

        scene.Same(
            2,
            await RemoveAllAsync(scene, store, 2).ConfigureAwait(false),
            "two records are older than two days"
        );
        await RememberedAsync(scene, ada, 2, 1).ConfigureAwait(false);
        await ForgottenAsync(scene, ada, 10, 5).ConfigureAwait(false);
    }

    private static async Task The_newest_record_stays(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 30).ConfigureAwait(false);
        var ben = await CreateAsync(scene, 40, 20, 50).ConfigureAwait(false);

        scene.Same(2, await RemoveAllAsync(scene, store, 1).ConfigureAwait(false), "each customer keeps the newest");
        await RememberedAsync(scene, ada, 30).ConfigureAwait(false);
        await RememberedAsync(scene, ben, 20).ConfigureAwait(false);
    }

    private static async Task Steps_follow_each_other_and_end(Scene scene, IRetentionStore store)
    {
        const int people = 7;
        for (var i = 0; i < people; i++)
        {
            await CreateAsync(scene, 10, 9, 1).ConfigureAwait(false);
        }

        scene.Same(
            2 * people,
            await RemoveAllAsync(scene, store, 2, most: 3).ConfigureAwait(false),
            "the steps together remove what one would"
        );
        scene.Same(
            0,
            await RemoveAllAsync(scene, store, 2, most: 3).ConfigureAwait(false),
            "nothing is left to remove"
        );
    }

    private static async Task Many_records_of_one_customer_take_several_steps(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 20, 19, 18, 17, 16, 1).ConfigureAwait(false);
        await CreateAsync(scene, 12, 11, 1).ConfigureAwait(false);

        scene.Same(
            7,
            await RemoveAllAsync(scene, store, 2, most: 2).ConfigureAwait(false),
            "all old records are removed"
        );
        await RememberedAsync(scene, ada, 1).ConfigureAwait(false);
    }

    private static async Task Records_of_another_tenant_stay(Scene scene, IRetentionStore store)
    {
        var other = scene.Someone(tenant: scene.OtherTenant);
        await scene.CreateAsync(other).ConfigureAwait(false);
        await RecordAsync(scene, other, 10).ConfigureAwait(false);
        await CreateAsync(scene, 10, 1).ConfigureAwait(false);

        scene.Same(1, await RemoveAllAsync(scene, store, 2).ConfigureAwait(false), "one record of the tenant is old");
        await RememberedAsync(scene, other, 10).ConfigureAwait(false);
    }

    private static async Task What_comes_meanwhile_stays(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 10, 9, 8).ConfigureAwait(false);
        int[] days = [-1, -2, -3, -4, -5];

        var recorded = days.Select((day, caller) => RecordAsync(scene, ada, day, caller)).ToArray();
        await RemoveAllAsync(scene, store, 2).ConfigureAwait(false);

        foreach (var isNew in await Task.WhenAll(recorded).ConfigureAwait(false))
        {
            scene.Is(true, isNew, "each of these conversations is new");
        }

        await RememberedAsync(scene, ada, days).ConfigureAwait(false);
    }

    private static async Task A_cancelled_call_removes_nothing(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 10, 1).ConfigureAwait(false);
        var isCancelled = false;
        try
        {
            await store
                .RemoveConversationsAsync(scene.Tenant, Ago(2), null, 10, new CancellationToken(canceled: true))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }

        scene.Is(true, isCancelled, "a token that was cancelled is an OperationCanceledException");
        await RememberedAsync(scene, ada, 10, 1).ConfigureAwait(false);
    }

    private static async Task Customers_are_listed_in_order_and_in_pages(Scene scene, IRetentionStore store)
    {
        const int people = 7;
        var expected = new List<RetainedCustomer>();
        for (var i = 0; i < people; i++)
        {
            scene.Later();
            var profile = await scene
                .CreateAsync(scene.Someone(values: scene.Noted($"customer {i}")))
                .ConfigureAwait(false);
            expected.Add(Retained(profile, scene.Now));
        }

        expected = [.. expected.OrderBy(one => one.Profile.Id)];
        foreach (var most in (int[])[1, 2, 3, people, people + 1])
        {
            var listed = new List<RetainedCustomer>();
            ImmutableArray<RetainedCustomer> page;
            do
            {
                page = await store
                    .GetRetainedAsync(scene.Tenant, listed.LastOrDefault()?.Profile.Id, most, scene.Cancel)
                    .ConfigureAwait(false);
                scene.Is(true, page.Length <= most, $"a page of at most {most}");
                listed.AddRange(page);
            } while (page.Length == most && listed.Count <= people);

            Same(scene, expected, listed, $"in pages of {most}");
        }

        // Somebody may have been erased since the page before.
        var after = CustomerId.New(scene.Now - Duration.FromDays(1));
        var rest = await store.GetRetainedAsync(scene.Tenant, after, 99, scene.Cancel).ConfigureAwait(false);
        Same(scene, expected.Where(one => one.Profile.Id > after), rest, "after an id that is nobody's");
    }

    private static async Task A_page_of_none_is_refused(Scene scene, IRetentionStore store)
    {
        foreach (var most in (int[])[0, -1])
        {
            var isRefused = false;
            try
            {
                await store.GetRetainedAsync(scene.Tenant, null, most, scene.Cancel).ConfigureAwait(false);
            }
            catch (ArgumentOutOfRangeException)
            {
                isRefused = true;
            }

            scene.Is(true, isRefused, $"a page of {most} is an ArgumentOutOfRangeException");
        }
    }

    private static async Task Customers_of_another_tenant_are_not_listed(Scene scene, IRetentionStore store)
    {
        await ListedAsync(scene, store, "a tenant without customers").ConfigureAwait(false);
        await scene.CreateAsync(scene.Someone(tenant: scene.OtherTenant)).ConfigureAwait(false);
        await ListedAsync(scene, store, "another tenant has a customer").ConfigureAwait(false);
    }

    private static async Task Absorbed_customers_are_not_listed(
        Scene scene,
        IRetentionStore store,
        MergingStage merging
    )
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await ListedAsync(scene, store, "merged", Retained(merged.Into.Profile, scene.Now)).ConfigureAwait(false);
        scene.Same(
            0,
            (
                await store
                    .GetRetainedAsync(scene.Tenant, merged.Into.Profile.Id, 9, scene.Cancel)
                    .ConfigureAwait(false)
            ).Length,
            "how many come after the survivor"
        );

        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await ListedAsync(
                scene,
                store,
                "unmerged",
                Retained(undone.From.Profile, scene.Now),
                Retained(undone.Into.Profile, scene.Now)
            )
            .ConfigureAwait(false);
    }

    private static async Task The_last_conversation_is_the_newest(Scene scene, IRetentionStore store)
    {
        var ada = await CreateAsync(scene, 30).ConfigureAwait(false);
        await ListedAsync(scene, store, "one", Retained(ada, Ago(30))).ConfigureAwait(false);
        await RecordAsync(scene, ada, 10).ConfigureAwait(false);
        await RecordAsync(scene, ada, 20).ConfigureAwait(false);
        await ListedAsync(scene, store, "the newest is not the last recorded", Retained(ada, Ago(10)))
            .ConfigureAwait(false);
        await scene
            .Store.RecordConversationAsync(
                scene.Tenant,
                ada.Identities[0],
                Recorded(10) with
                {
                    At = Ago(5),
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        await ListedAsync(scene, store, "a redelivered one", Retained(ada, Ago(10))).ConfigureAwait(false);
        await RemoveAllAsync(scene, store, 1).ConfigureAwait(false);
        await ListedAsync(scene, store, "after removing records", Retained(ada, Ago(10))).ConfigureAwait(false);

        var ben = scene.Someone();
        await AddingCases.AddAsync(scene, scene.Tenant, ben).ConfigureAwait(false);
        await ListedAsync(scene, store, "none", Retained(ada, Ago(10)), Retained(ben, null)).ConfigureAwait(false);
    }

    private static async Task The_last_conversation_of_an_absorbed_customer_counts(
        Scene scene,
        IRetentionStore store,
        MergingStage merging
    )
    {
        var ada = await CreateAsync(scene, 10).ConfigureAwait(false);
        var ben = await CreateAsync(scene, 20).ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await ListedAsync(scene, store, "merged", Retained(merged.Into.Profile, Ago(10))).ConfigureAwait(false);
        await RecordAsync(scene, ada, 5).ConfigureAwait(false);
        await ListedAsync(
                scene,
                store,
                "recorded by an identity of the absorbed",
                Retained(merged.Into.Profile, Ago(5))
            )
            .ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged).ConfigureAwait(false);
        await ListedAsync(
                scene,
                store,
                "unmerged",
                Retained(undone.From.Profile, Ago(5)),
                Retained(undone.Into.Profile, Ago(20))
            )
            .ConfigureAwait(false);
    }

    private static async Task Pending_checks_are_read(Scene scene, IRetentionStore store)
    {
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        await CheckedAsync(isPending: true, "a check waits").ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await CheckedAsync(isPending: true, "a check is claimed").ConfigureAwait(false);
        await scene.ReleaseAsync(claim, scene.Now + Duration.FromHours(1)).ConfigureAwait(false);
        await CheckedAsync(isPending: true, "a check is delayed").ConfigureAwait(false);
        await scene.SwitchAsync(on: false).ConfigureAwait(false);
        await CheckedAsync(isPending: false, "a check was ended").ConfigureAwait(false);

        Task CheckedAsync(bool isPending, string about) =>
            ListedAsync(scene, store, about, Retained(ada, Scene.Start, isPending), Retained(ben, Scene.Start));
    }

    private static async Task Suppression_is_read(Scene scene, IRetentionStore store)
    {
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var cleo = await scene.CreateAsync().ConfigureAwait(false);
        await scene.SuppressAsync(ada).ConfigureAwait(false);
        await scene.SuppressAsync(ben.Identities[0]).ConfigureAwait(false);
        await ListedAsync(
                scene,
                store,
                "suppressed themselves, by an identity, and not",
                Retained(ada, Scene.Start, isSuppressed: true),
                Retained(ben, Scene.Start, isSuppressed: true),
                Retained(cleo, Scene.Start)
            )
            .ConfigureAwait(false);
    }

    private static async Task A_cancelled_call_lists_nobody(Scene scene, IRetentionStore store)
    {
        var isCancelled = false;
        try
        {
            await store
                .GetRetainedAsync(scene.Tenant, null, 10, new CancellationToken(canceled: true))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isCancelled = true;
        }

        scene.Is(true, isCancelled, "a token that was cancelled is an OperationCanceledException");
    }

    private static RetainedCustomer Retained(
        CustomerProfile profile,
        Instant? last,
        bool hasPendingCheck = false,
        bool isSuppressed = false
    ) =>
        new()
        {
            Profile = profile,
            IsSuppressed = isSuppressed,
            HasPendingCheck = hasPendingCheck,
            LastConversationAt = last,
        };

    private static async Task ListedAsync(
        Scene scene,
        IRetentionStore store,
        string about,
        params RetainedCustomer[] expected
    ) =>
        Same(
            scene,
            expected.OrderBy(one => one.Profile.Id),
            await store.GetRetainedAsync(scene.Tenant, null, 99, scene.Cancel).ConfigureAwait(false),
            about
        );

    private static void Same(
        Scene scene,
        IEnumerable<RetainedCustomer> expected,
        IEnumerable<RetainedCustomer> actual,
        string about
    ) =>
        scene.Same(
            string.Join('\n', expected.Select(StoredText.Of)),
            string.Join('\n', actual.Select(StoredText.Of)),
            $"the customers with what a policy decides by; {about}"
        );

    private static Instant Ago(int days) => Scene.Start - Duration.FromDays(days);

    private static ConversationRecord Recorded(int daysAgo) =>
        new($"{daysAgo} days ago", ConversationDirection.Received, Ago(daysAgo));

    /// <summary>A customer with a conversation so many days ago each.</summary>
    private static async Task<CustomerProfile> CreateAsync(Scene scene, params int[] daysAgo)
    {
        var profile = scene.Someone();
        await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = profile,
                    Conversation = Recorded(daysAgo[0]),
                    Checks = [],
                },
                scene.Cancel
            )
            .ConfigureAwait(false);
        foreach (var days in daysAgo.Skip(1))
        {
            await RecordAsync(scene, profile, days).ConfigureAwait(false);
        }

        return profile;
    }

    private static async Task<bool> RecordAsync(Scene scene, CustomerProfile profile, int daysAgo, int caller = 0) =>
        (
            await scene
                .StoreOf(caller)
                .RecordConversationAsync(profile.Tenant, profile.Identities[0], Recorded(daysAgo), scene.Cancel)
                .ConfigureAwait(false)
        )!.IsNewConversation;

    private static async Task RememberedAsync(Scene scene, CustomerProfile profile, params int[] daysAgo)
    {
        foreach (var days in daysAgo)
        {
            scene.Is(
                false,
                await RecordAsync(scene, profile, days).ConfigureAwait(false),
                $"the conversation of {days} days ago is still recorded"
            );
        }
    }

    private static async Task ForgottenAsync(Scene scene, CustomerProfile profile, params int[] daysAgo)
    {
        foreach (var days in daysAgo)
        {
            scene.Is(
                true,
                await RecordAsync(scene, profile, days).ConfigureAwait(false),
                $"the conversation of {days} days ago was removed"
            );
        }
    }

    /// <summary>Removes what is older, step by step.</summary>
    /// <returns>How many records.</returns>
    private static async Task<int> RemoveAllAsync(Scene scene, IRetentionStore store, int daysAgo, int most = 1_000)
    {
        var removed = 0;
        CustomerId? from = null;
        for (var step = 0; step < MostSteps; step++)
        {
            var removal = await store
                .RemoveConversationsAsync(scene.Tenant, Ago(daysAgo), from, most, scene.Cancel)
                .ConfigureAwait(false);
            scene.Is(true, removal.Removed <= most, "a call removes no more than it may");
            removed += removal.Removed;
            from = removal.Next;
            if (from is null)
            {
                return removed;
            }
        }

        scene.Is(true, false, $"the calls end after at most {MostSteps}");
        return removed;
    }
}
