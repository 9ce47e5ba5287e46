using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Removing old conversation records.</summary>
internal static class RetentionCases
{
    private const int MostSteps = 100;

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
    ];

    /// <summary>A case that a store without retention passes.</summary>
    private static StoreConformanceCase Of(
        string rule,
        Func<Scene, IRetentionStore, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Case.Of(rule, scene => scene.Store is IRetentionStore store ? run(scene, store) : Task.CompletedTask, name);

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

    private static Instant Ago(int days) => Scene.Start - Duration.FromDays(days);

    private static ConversationRecord Recorded(int daysAgo) =>
        new($"{daysAgo} days ago", ConversationDirection.Received, Ago(daysAgo));

    /// <summary>A customer with a conversation so many days ago each.</summary>
    private static async Task<CustomerProfile> CreateAsync(Scene scene, params int[] daysAgo)
    {
        var profile = scene.Someone();
        await scene
            .Store.CreateAsync(
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
