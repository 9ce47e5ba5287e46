using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Writing and delivering events at once: the result must equal that of some sequential order.</summary>
internal static class EventRaceCases
{
    private const string Ordered =
        "The events of a customer are numbered from 1 without a gap, and delivered in order.";
    private const string Held = "A queue is held by one lease at a time.";

    private static readonly Case Case = new("races");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Ordered, Writers_and_claimers_at_once),
        Of(Ordered, Of_writers_who_race_for_one_version_one_writes_an_event),
        Of(Held, Each_queue_is_claimed_once),
        Of("A queue is restarted once.", One_of_several_skips_an_event),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<EventStage, Task> race,
        [CallerArgumentExpression(nameof(race))] string name = ""
    ) =>
        EventCases.Of(
            Case,
            rule,
            stage =>
                RaceCases.RoundsAsync(
                    stage.Scene,
                    async (scene, _) =>
                        await race(await EventStage.BeginAsync(scene, stage.Store).ConfigureAwait(false))
                            .ConfigureAwait(false)
                ),
            name
        );

    private static async Task Writers_and_claimers_at_once(EventStage stage)
    {
        const int versions = 4;
        var scene = stage.Scene;
        var writers = scene.UnderTest.Callers;
        CustomerProfile[] people =
        [
            await stage.CreateAsync().ConfigureAwait(false),
            await stage.CreateAsync().ConfigureAwait(false),
            await stage.CreateAsync(scene.Someone(tenant: scene.OtherTenant)).ConfigureAwait(false),
        ];
        var delivered = new ConcurrentDictionary<(TenantId, CustomerId), ConcurrentQueue<CustomerEvent>>();
        var written = new ConcurrentDictionary<(TenantId, CustomerId), int>();
        var writing = writers;
        await scene
            .AtOnceAsync(
                writers + 2,
                async caller =>
                {
                    if (caller < writers)
                    {
                        for (var i = 0; i < versions; i++)
                        {
                            var customer = people[(caller + i) % people.Length];
                            if (await WriteAsync(stage, customer, caller).ConfigureAwait(false))
                            {
                                written.AddOrUpdate((customer.Tenant, customer.Id), 1, (_, count) => count + 1);
                            }
                        }

                        Interlocked.Decrement(ref writing);
                        return true;
                    }

                    var isLast = false;
                    while (true)
                    {
                        isLast = Volatile.Read(ref writing) == 0;
                        var any = await DeliverAsync(stage, caller, delivered).ConfigureAwait(false);
                        if (isLast && !any)
                        {
                            return true;
                        }
                    }
                }
            )
            .ConfigureAwait(false);

        // Whatever another claimer held when the last one looked.
        await DeliverAsync(stage, 0, delivered).ConfigureAwait(false);
        foreach (var customer in people)
        {
            var key = (customer.Tenant, customer.Id);
            scene.Same(
                string.Join(' ', Enumerable.Range(1, 1 + written.GetValueOrDefault(key))),
                string.Join(' ', delivered.GetValueOrDefault(key, []).Select(one => one.Sequence)),
                "the numbers of a customer's events in the order of their delivery: one for each call that wrote"
            );
        }
    }

    /// <summary>Writes a version, or comes too late for it.</summary>
    private static async Task<bool> WriteAsync(EventStage stage, CustomerProfile customer, int caller)
    {
        var scene = stage.Scene;
        var store = scene.StoreOf(caller);
        var current = await store.GetAsync(customer.Tenant, customer.Id, scene.Cancel).ConfigureAwait(false);
        var result = await store
            .UpdateAsync(scene.Next(current!.Profile), stage.Change(), scene.Cancel)
            .ConfigureAwait(false);
        return result is UpdateResult.Updated;
    }

    /// <summary>Delivers what can be claimed now, in small parts, as one of several hosts.</summary>
    private static async Task<bool> DeliverAsync(
        EventStage stage,
        int caller,
        ConcurrentDictionary<(TenantId, CustomerId), ConcurrentQueue<CustomerEvent>> delivered
    )
    {
        var scene = stage.Scene;
        var store = (IEventStore)scene.StoreOf(caller);
        var any = false;
        while (true)
        {
            var claimed = await store.ClaimEventsAsync(2, 2, Scene.Lease, scene.Cancel).ConfigureAwait(false);
            if (claimed.IsEmpty)
            {
                return any;
            }

            any = true;
            foreach (var claim in claimed)
            {
                var queue = delivered.GetOrAdd((claim.Tenant, claim.CustomerId), _ => []);
                foreach (var one in claim.Events)
                {
                    queue.Enqueue(one);
                }

                if (queue.Count > 1_000)
                {
                    throw scene.Broken("an end", "more and more events", "delivering all events");
                }
            }

            await store.SettleEventsAsync([.. claimed.Select(EventStage.All)], scene.Cancel).ConfigureAwait(false);
        }
    }

    private static async Task Of_writers_who_race_for_one_version_one_writes_an_event(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var results = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                    await scene
                        .StoreOf(i)
                        .UpdateAsync(
                            scene.Next(ada),
                            stage.Change(written: stage.Write(by: $"agent {i}")),
                            scene.Cancel
                        )
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("one version was written").ConfigureAwait(false);
        stage.Claimed([claim], "one version was written", (ada, "1 Updated"));
        var winner = Array.FindIndex(results, result => result is UpdateResult.Updated);
        scene.Same($"agent {winner}", claim.Events[0].By.By, "whose event it is");
    }

    private static async Task Each_queue_is_claimed_once(EventStage stage)
    {
        const int queues = 12;
        var scene = stage.Scene;
        for (var i = 0; i < queues; i++)
        {
            await stage.CreateAsync().ConfigureAwait(false);
        }

        var claimed = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                {
                    var own = new List<CustomerId>();
                    while (true)
                    {
                        var claims = await ((IEventStore)scene.StoreOf(i))
                            .ClaimEventsAsync(2, 2, Scene.Lease, scene.Cancel)
                            .ConfigureAwait(false);
                        if (claims.IsEmpty)
                        {
                            return own;
                        }

                        own.AddRange(claims.Select(claim => claim.CustomerId));
                    }
                }
            )
            .ConfigureAwait(false);
        scene.Same(queues, claimed.Sum(own => own.Count), "how many queues all callers claimed");
        scene.Same(queues, claimed.SelectMany(own => own).Distinct().Count(), "how many of them are different");
    }

    private static async Task One_of_several_skips_an_event(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.StopAsync("ada").ConfigureAwait(false);
        var results = await scene
            .AtOnceAsync(
                scene.UnderTest.Callers,
                async i =>
                    await ((IEventStore)scene.StoreOf(i))
                        .RestartEventsAsync(ada.Tenant, ada.Id, 1, skips: true, scene.Cancel)
                        .ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        scene.Same(1, results.Count(isRestarted => isRestarted), "how many callers skipped the event");
        await stage.DeliveredAsync("one was skipped", (ada, "2 Updated")).ConfigureAwait(false);
    }
}
