using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Delivering events: claiming and settling queues, restarting stopped ones, and setting events off.</summary>
internal static class EventDeliveryCases
{
    private const string Claims = "ClaimEventsAsync claims the queues that have waited longest and can be claimed.";
    private const string Held = "A queue is held by one lease at a time.";
    private const string Settles = "SettleEventsAsync removes what was delivered, and ends the leases.";
    private const string Stops =
        "GetStoppedEventsAsync lists stopped queues, which are not claimed until RestartEventsAsync restarts them.";
    private const string Off = "Setting events off removes every event that waits; the counters stay.";

    private static readonly Case Case = new("events");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(Claims, Without_events_nothing_is_claimed),
        Of(Claims, The_queue_that_has_waited_longest_comes_first),
        Of(Claims, No_more_queues_and_events_are_claimed_than_asked_for),
        Of("A number below 1 is an ArgumentOutOfRangeException.", Numbers_below_1_are_refused),
        Of(Held, A_held_queue_is_not_claimed),
        Of(Held, A_queue_whose_lease_has_expired_is_claimed_again),
        Of(Held, A_lease_that_was_replaced_settles_nothing),
        Of("A lease counts until another replaces it.", A_lease_that_has_expired_settles_until_it_is_replaced),
        Of(Settles, Part_of_the_events_is_delivered),
        Of(Settles, None_of_the_events_is_delivered),
        Of(Settles, All_of_the_events_are_delivered),
        Of(Settles, A_delayed_queue_is_claimed_after_the_delay),
        Of(Settles, Many_queues_are_settled_in_one_call),
        Of("Events that are written while their queue is held follow.", Events_that_come_meanwhile_are_not_lost),
        Of(Stops, A_stopped_queue_is_not_claimed),
        Of(Stops, Stopped_queues_are_listed),
        Of(Stops, A_restarted_queue_begins_with_the_event_that_failed),
        Of(Stops, A_skipped_event_is_not_delivered),
        Of(Stops, Only_a_queue_that_is_stopped_at_that_event_is_restarted),
        Of("AreEventsOnAsync is what SetEventsOnAsync wrote last.", Whether_events_are_on_is_remembered),
        Of(Off, Setting_events_off_removes_what_waits),
        Of("A cancelled call does nothing.", A_cancelled_call_does_nothing),
    ];

    private static StoreConformanceCase Of(
        string rule,
        Func<EventStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => EventCases.Of(Case, rule, run, name);

    private static async Task Without_events_nothing_is_claimed(EventStage stage)
    {
        await stage.NothingToClaimAsync("no event was ever written").ConfigureAwait(false);
        await stage.SettleAsync().ConfigureAwait(false);
        await stage.StoppedAsync("no event was ever written").ConfigureAwait(false);
    }

    private static async Task The_queue_that_has_waited_longest_comes_first(EventStage stage)
    {
        var people = new List<CustomerProfile>();
        foreach (var tenant in (TenantId[])[stage.Scene.Tenant, stage.Scene.OtherTenant])
        {
            for (var i = 0; i < 3; i++)
            {
                people.Add(await stage.Scene.CreateAsync(stage.Scene.Someone(tenant: tenant)).ConfigureAwait(false));
            }
        }

        // Neither in the order of the ids nor in that of the tenants.
        CustomerProfile[] order = [people[4], people[1], people[5], people[0], people[3], people[2]];
        foreach (var next in order)
        {
            await stage.UpdateAsync(next).ConfigureAwait(false);
            await stage.Scene.PassAsync(Duration.FromSeconds(1)).ConfigureAwait(false);
        }

        for (var i = 0; i < order.Length; i += 2)
        {
            var claimed = await stage.ClaimAsync(mostQueues: 2).ConfigureAwait(false);
            stage.Claimed(claimed, $"claim {i / 2 + 1}", (order[i], "1 Updated"), (order[i + 1], "1 Updated"));
            await stage.SettleAsync([.. claimed.Select(EventStage.All)]).ConfigureAwait(false);
        }
    }

    private static async Task No_more_queues_and_events_are_claimed_than_asked_for(EventStage stage)
    {
        var people = new List<CustomerProfile>();
        for (var i = 0; i < 3; i++)
        {
            var profile = await stage.CreateAsync().ConfigureAwait(false);
            people.Add(profile);
            profile = await stage.UpdateAsync(profile).ConfigureAwait(false);
            await stage.UpdateAsync(profile).ConfigureAwait(false);
        }

        var first = await stage.ClaimAsync(mostQueues: 2, mostEvents: 2).ConfigureAwait(false);
        stage.Scene.Same(2, first.Length, "how many queues are claimed of three");
        var second = await stage.ClaimAsync(mostQueues: 2, mostEvents: 2).ConfigureAwait(false);
        stage.Scene.Same(1, second.Length, "how many queues are claimed of one");
        ImmutableArray<ClaimedEvents> claimed = [.. first, .. second];
        stage.Claimed(claimed, "the first two of each", [.. people.Select(one => (one, "1 Created, 2 Updated"))]);
        await stage.SettleAsync([.. claimed.Select(EventStage.All)]).ConfigureAwait(false);
        claimed = await stage.ClaimAsync(mostQueues: 3, mostEvents: 1).ConfigureAwait(false);
        stage.Claimed(claimed, "the third of each", [.. people.Select(one => (one, "3 Updated"))]);
        await stage.SettleAsync([.. claimed.Select(EventStage.All)]).ConfigureAwait(false);
        await stage.NothingToClaimAsync("all were delivered").ConfigureAwait(false);
    }

    private static async Task Numbers_below_1_are_refused(EventStage stage)
    {
        await stage.CreateAsync().ConfigureAwait(false);
        (string Name, Func<Task> Act)[] calls =
        [
            ("ClaimEventsAsync of no queue", () => stage.ClaimAsync(mostQueues: 0)),
            ("ClaimEventsAsync of no event", () => stage.ClaimAsync(mostEvents: 0)),
            (
                "GetStoppedEventsAsync of no queue",
                () => stage.Store.GetStoppedEventsAsync(0, stage.Scene.Cancel).AsTask()
            ),
        ];
        foreach (var (name, act) in calls)
        {
            var isRefused = false;
            try
            {
                await act().ConfigureAwait(false);
            }
            catch (ArgumentOutOfRangeException)
            {
                isRefused = true;
            }

            stage.Scene.Is(true, isRefused, $"{name} is an ArgumentOutOfRangeException");
        }
    }

    private static async Task A_held_queue_is_not_claimed(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.ClaimOneAsync("the first claim", lease: Duration.FromMinutes(10)).ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is held").ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(9)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is held still").ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        stage.Claimed(await stage.ClaimAsync().ConfigureAwait(false), "another queue", (ben, "1 Created"));
    }

    private static async Task A_queue_whose_lease_has_expired_is_claimed_again(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var first = await stage.ClaimOneAsync("first", lease: Duration.FromMinutes(10)).ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(11)).ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var second = await stage.ClaimOneAsync("the lease has expired").ConfigureAwait(false);
        stage.Claimed([second], "the lease has expired", (ada, "1 Created, 2 Updated"));
        stage.Scene.Same(0, second.Attempts, "the attempts; a lease that expires is none");
        stage.Scene.Is(true, first.Lease != second.Lease, "the lease is another one");
    }

    private static async Task A_lease_that_was_replaced_settles_nothing(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var lost = await stage.ClaimOneAsync("first", lease: Duration.FromMinutes(10)).ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(11)).ConfigureAwait(false);
        var held = await stage.ClaimOneAsync("second").ConfigureAwait(false);

        await stage.SettleAsync(EventStage.All(lost)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the second lease is held still").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(lost, 0, attempts: 9, stops: true)).ConfigureAwait(false);
        await stage.StoppedAsync("the second lease is held still").ConfigureAwait(false);

        await stage.SettleAsync(EventStage.Through(held, 1)).ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(held, 2)).ConfigureAwait(false);
        var last = await stage.ClaimOneAsync("one was delivered, and a lease settles once").ConfigureAwait(false);
        stage.Claimed([last], "one was delivered, and a lease settles once", (ada, "2 Updated"));
        stage.Scene.Same(0, last.Attempts, "the attempts");
    }

    private static async Task A_lease_that_has_expired_settles_until_it_is_replaced(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("a slow host", lease: Duration.FromMinutes(1)).ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(2)).ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(claim, 1)).ConfigureAwait(false);
        await stage
            .DeliveredAsync("what was delivered is not delivered again", (ada, "2 Updated"))
            .ConfigureAwait(false);
    }

    private static async Task Part_of_the_events_is_delivered(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var next = await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.UpdateAsync(next).ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("three events").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(claim, 1, attempts: 1)).ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("the first was delivered").ConfigureAwait(false);
        stage.Claimed([claim], "the first was delivered", (ada, "2 Updated, 3 Updated"));
        stage.Scene.Same(1, claim.Attempts, "the attempts of the event that failed");
        await stage.SettleAsync(EventStage.Through(claim, 2)).ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("the second was delivered").ConfigureAwait(false);
        stage.Claimed([claim], "the second was delivered", (ada, "3 Updated"));
        stage.Scene.Same(0, claim.Attempts, "the attempts of an event that has not failed");
    }

    private static async Task None_of_the_events_is_delivered(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        for (var attempts = 1; attempts < 4; attempts++)
        {
            var claim = await stage.ClaimOneAsync($"attempt {attempts}").ConfigureAwait(false);
            stage.Claimed([claim], $"attempt {attempts}", (ada, "1 Created"));
            stage.Scene.Same(attempts - 1, claim.Attempts, "how often the event failed before");
            await stage.SettleAsync(EventStage.Through(claim, 0, attempts)).ConfigureAwait(false);
        }

        await stage.DeliveredAsync("after three failures", (ada, "1 Created")).ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var last = await stage.ClaimOneAsync("the next event").ConfigureAwait(false);
        stage.Claimed([last], "the next event", (ada, "2 Updated"));
        stage.Scene.Same(0, last.Attempts, "the attempts of the next event");
    }

    private static async Task All_of_the_events_are_delivered(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("two events").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.All(claim)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("all were delivered").ConfigureAwait(false);
        await stage.Scene.PassAsync(2 * Scene.Lease).ConfigureAwait(false);
        await stage.NothingToClaimAsync("all were delivered, and the lease has passed").ConfigureAwait(false);
    }

    private static async Task A_delayed_queue_is_claimed_after_the_delay(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("first").ConfigureAwait(false);
        await stage
            .SettleAsync(EventStage.Through(claim, 0, attempts: 1, delay: Duration.FromMinutes(10)))
            .ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is delayed").ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.NothingToClaimAsync("an event was written since").ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(9)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is delayed still").ConfigureAwait(false);
        await stage.StoppedAsync("a delayed queue is not stopped").ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(2)).ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("the delay is over").ConfigureAwait(false);
        stage.Claimed([claim], "the delay is over", (ada, "1 Created, 2 Updated"));
        stage.Scene.Same(1, claim.Attempts, "the attempts");
    }

    private static async Task Many_queues_are_settled_in_one_call(EventStage stage)
    {
        var scene = stage.Scene;
        var people = new List<CustomerProfile>();
        for (var i = 0; i < 6; i++)
        {
            var profile = scene.Someone(tenant: i % 2 == 0 ? scene.Tenant : scene.OtherTenant);
            people.Add(await stage.CreateAsync(profile).ConfigureAwait(false));
            await stage.UpdateAsync(profile).ConfigureAwait(false);
        }

        var first = await stage.ClaimAsync(lease: Duration.FromMinutes(1)).ConfigureAwait(false);
        await stage.SettleAsync([.. first.Where(claim => Number(claim) != 5).Select(Settlement)]).ConfigureAwait(false);
        var claimed = await stage.ClaimAsync().ConfigureAwait(false);
        stage.Claimed(
            claimed,
            "after the first call",
            (people[1], "1 Created, 2 Updated"),
            (people[2], "2 Updated"),
            (people[0], "1 Created, 2 Updated")
        );
        scene.Same(
            "0 2 4",
            string.Join(' ', claimed.OrderBy(Number).Select(claim => claim.Attempts)),
            "the attempts of each"
        );
        await stage.StoppedAsync("after the first call", (people[4], 8, "1 Created")).ConfigureAwait(false);

        await scene.PassAsync(Duration.FromMinutes(2)).ConfigureAwait(false);
        var last = await stage.ClaimOneAsync("the lease that was not settled has expired").ConfigureAwait(false);
        stage.Claimed([last], "its lease has expired", (people[5], "1 Created, 2 Updated"));
        await stage
            .SettleAsync([.. first.Where(claim => Number(claim) == 5).Append(last).Select(EventStage.All).Distinct()])
            .ConfigureAwait(false);
        await stage.SettleAsync([.. claimed.Select(EventStage.All)]).ConfigureAwait(false);
        await stage.DeliveredAsync("all but the stopped one were delivered").ConfigureAwait(false);

        int Number(ClaimedEvents claim) => people.FindIndex(one => one.Id == claim.CustomerId);

        EventSettlement Settlement(ClaimedEvents claim) =>
            Number(claim) switch
            {
                0 => EventStage.Through(claim, 0),
                1 => EventStage.Through(claim, 0, attempts: 2),
                2 => EventStage.Through(claim, 1, attempts: 4),
                3 => EventStage.All(claim),
                _ => EventStage.Through(claim, 0, attempts: 8, stops: true),
            };
    }

    private static async Task Events_that_come_meanwhile_are_not_lost(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("one event").ConfigureAwait(false);
        var next = await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.SettleAsync(EventStage.All(claim)).ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("the event that came meanwhile").ConfigureAwait(false);
        stage.Claimed([claim], "the event that came meanwhile", (ada, "2 Updated"));
        next = await stage.UpdateAsync(next).ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(claim, 0, attempts: 1)).ConfigureAwait(false);
        await stage.UpdateAsync(next).ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("two more").ConfigureAwait(false);
        stage.Claimed([claim], "two more", (ada, "2 Updated, 3 Updated, 4 Updated"));
        stage.Scene.Same(1, claim.Attempts, "the attempts of the first");
    }

    private static async Task A_stopped_queue_is_not_claimed(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.StopAsync("ada").ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is stopped, and has another event").ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromDays(400)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is stopped still").ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        await stage.DeliveredAsync("the queue of another customer", (ben, "1 Created")).ConfigureAwait(false);
        if (stage.Erasing is { } erasing)
        {
            await erasing
                .EraseAsync(
                    await erasing.WriteAsync(ada, written: stage.Write(CustomerEventKind.Erased)).ConfigureAwait(false)
                )
                .ConfigureAwait(false);
            await stage.NothingToClaimAsync("the customer was erased").ConfigureAwait(false);
            await stage.StoppedAsync("the customer was erased", (ada, 8, "1 Created")).ConfigureAwait(false);
        }
    }

    private static async Task Stopped_queues_are_listed(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.StopAsync("ada", attempts: 3).ConfigureAwait(false);
        var ben = await stage.CreateAsync(scene.Someone(tenant: scene.OtherTenant)).ConfigureAwait(false);
        await stage.UpdateAsync(ben).ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("ben").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(claim, 1, attempts: 5, stops: true)).ConfigureAwait(false);
        await stage.CreateAsync().ConfigureAwait(false);
        await stage
            .StoppedAsync("two of three, of two tenants", (ada, 3, "1 Created"), (ben, 5, "2 Updated"))
            .ConfigureAwait(false);
        var one = await stage.Store.GetStoppedEventsAsync(1, scene.Cancel).ConfigureAwait(false);
        scene.Same(1, one.Length, "how many are listed of at most one");
    }

    private static async Task A_restarted_queue_begins_with_the_event_that_failed(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.StopAsync("ada").ConfigureAwait(false);
        stage.Scene.Is(true, await stage.RestartAsync(ada, 1).ConfigureAwait(false), "restarting");
        await stage.StoppedAsync("restarted").ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("restarted").ConfigureAwait(false);
        stage.Claimed([claim], "restarted", (ada, "1 Created, 2 Updated"));
        stage.Scene.Same(0, claim.Attempts, "its attempts begin again");
    }

    private static async Task A_skipped_event_is_not_delivered(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var next = await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.StopAsync("ada").ConfigureAwait(false);
        stage.Scene.Is(true, await stage.RestartAsync(ada, 1, skips: true).ConfigureAwait(false), "skipping");
        var claim = await stage.ClaimOneAsync("one was skipped").ConfigureAwait(false);
        stage.Claimed([claim], "one was skipped", (ada, "2 Updated"));
        stage.Scene.Same(0, claim.Attempts, "the attempts of the event after it");

        await stage.SettleAsync(EventStage.Through(claim, 0, attempts: 8, stops: true)).ConfigureAwait(false);
        stage.Scene.Is(true, await stage.RestartAsync(ada, 2, skips: true).ConfigureAwait(false), "skipping the last");
        await stage.StoppedAsync("the last was skipped").ConfigureAwait(false);
        await stage.NothingToClaimAsync("the last was skipped").ConfigureAwait(false);
        await stage.UpdateAsync(next).ConfigureAwait(false);
        await stage.DeliveredAsync("the next event", (ada, "3 Updated")).ConfigureAwait(false);
    }

    private static async Task Only_a_queue_that_is_stopped_at_that_event_is_restarted(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        stage.Scene.Is(false, await stage.RestartAsync(ada, 1, skips: true).ConfigureAwait(false), "it is not stopped");
        await stage.StopAsync("ada").ConfigureAwait(false);
        foreach (var skips in (bool[])[true, false])
        {
            stage.Scene.Is(false, await stage.RestartAsync(ada, 2, skips).ConfigureAwait(false), "the second event");
            stage.Scene.Is(false, await stage.RestartAsync(ada, 0, skips).ConfigureAwait(false), "no event");
            stage.Scene.Is(
                false,
                await stage.RestartAsync(stage.Scene.Someone(), 1, skips).ConfigureAwait(false),
                "nobody's queue"
            );
        }

        await stage.StoppedAsync("no call restarted it", (ada, 8, "1 Created")).ConfigureAwait(false);
        stage.Scene.Is(true, await stage.RestartAsync(ada, 1, skips: true).ConfigureAwait(false), "skipping");
        stage.Scene.Is(false, await stage.RestartAsync(ada, 1, skips: true).ConfigureAwait(false), "skipping again");
        await stage.DeliveredAsync("one was skipped", (ada, "2 Updated")).ConfigureAwait(false);
    }

    private static async Task Whether_events_are_on_is_remembered(EventStage stage)
    {
        var other = (IEventStore)stage.Scene.Other;
        foreach (var areOn in (bool[])[true, true, false, false])
        {
            await stage.Store.SetEventsOnAsync(areOn, stage.Scene.Cancel).ConfigureAwait(false);
            foreach (var store in (IEventStore[])[stage.Store, other])
            {
                stage.Scene.Is(
                    areOn,
                    await store.AreEventsOnAsync(stage.Scene.Cancel).ConfigureAwait(false),
                    "events are on, by every host"
                );
            }
        }
    }

    private static async Task Setting_events_off_removes_what_waits(EventStage stage)
    {
        var scene = stage.Scene;
        var waiting = await stage.CreateAsync(scene.Someone(tenant: scene.OtherTenant)).ConfigureAwait(false);
        await stage.Store.SetEventsOnAsync(areOn: true, scene.Cancel).ConfigureAwait(false);
        await stage.DeliveredAsync("setting events on removes nothing", (waiting, "1 Created")).ConfigureAwait(false);

        var stopped = await stage.CreateAsync().ConfigureAwait(false);
        await stage.StopAsync("stopped").ConfigureAwait(false);
        var delayed = await stage.CreateAsync().ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("delayed").ConfigureAwait(false);
        await stage
            .SettleAsync(EventStage.Through(claim, 0, attempts: 3, delay: Duration.FromDays(1)))
            .ConfigureAwait(false);
        var held = await stage.CreateAsync().ConfigureAwait(false);
        claim = await stage.ClaimOneAsync("held").ConfigureAwait(false);
        var next = await stage.UpdateAsync(waiting).ConfigureAwait(false);

        await stage.Store.SetEventsOnAsync(areOn: false, scene.Cancel).ConfigureAwait(false);
        await stage.StoppedAsync("events are off").ConfigureAwait(false);
        await stage.NothingToClaimAsync("events are off").ConfigureAwait(false);
        await scene.PassAsync(Duration.FromDays(2)).ConfigureAwait(false);
        await stage.NothingToClaimAsync("leases and delays have passed").ConfigureAwait(false);

        foreach (var one in (CustomerProfile[])[next, stopped, delayed, held])
        {
            await stage.UpdateAsync(one).ConfigureAwait(false);
        }

        await stage.SettleAsync(EventStage.All(claim)).ConfigureAwait(false);
        var claimed = await stage.ClaimAsync().ConfigureAwait(false);
        stage.Claimed(
            claimed,
            "the numbers go on",
            (waiting, "3 Updated"),
            (stopped, "2 Updated"),
            (delayed, "2 Updated"),
            (held, "2 Updated")
        );
        scene.Same(
            "0 0 0 0",
            string.Join(' ', claimed.Select(one => one.Attempts)),
            "the attempts of events that have not failed"
        );
    }

    private static async Task A_cancelled_call_does_nothing(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.StopAsync("ada").ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var held = await stage.ClaimOneAsync("ben").ConfigureAwait(false);
        var eve = await stage.CreateAsync().ConfigureAwait(false);
        await stage.Store.SetEventsOnAsync(areOn: true, scene.Cancel).ConfigureAwait(false);
        (string Name, Func<CancellationToken, Task> Act)[] calls =
        [
            ("AreEventsOnAsync", cancel => stage.Store.AreEventsOnAsync(cancel).AsTask()),
            ("SetEventsOnAsync", cancel => stage.Store.SetEventsOnAsync(areOn: false, cancel).AsTask()),
            ("ClaimEventsAsync", cancel => stage.Store.ClaimEventsAsync(9, 9, Scene.Lease, cancel).AsTask()),
            ("SettleEventsAsync", cancel => stage.Store.SettleEventsAsync([EventStage.All(held)], cancel).AsTask()),
            ("GetStoppedEventsAsync", cancel => stage.Store.GetStoppedEventsAsync(9, cancel).AsTask()),
            (
                "RestartEventsAsync",
                cancel => stage.Store.RestartEventsAsync(scene.Tenant, ada.Id, 1, skips: true, cancel).AsTask()
            ),
            ("UpdateAsync", cancel => scene.Store.UpdateAsync(scene.Next(eve), stage.Change(), cancel).AsTask()),
        ];
        foreach (var (name, act) in calls)
        {
            var isCancelled = false;
            try
            {
                await act(new CancellationToken(canceled: true)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                isCancelled = true;
            }

            scene.Is(true, isCancelled, $"{name} with a cancelled token is an OperationCanceledException");
        }

        scene.Is(true, await stage.Store.AreEventsOnAsync(scene.Cancel).ConfigureAwait(false), "events are on still");
        await stage.StoppedAsync("after cancelled calls", (ada, 8, "1 Created")).ConfigureAwait(false);
        await stage.DeliveredAsync("what waits and is not held", (eve, "1 Created")).ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(held, 0)).ConfigureAwait(false);
        await stage.DeliveredAsync("what was held", (ben, "1 Created")).ConfigureAwait(false);
    }
}
