using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Writing events: each in the step of the change that it tells of.</summary>
internal static class EventCases
{
    private const string OfCall = "A call that changes a customer writes the event that it passes, once.";
    private const string Counted = "The events of a customer are numbered from 1 without a gap.";
    private const string Outlives = "Events and their counter outlive merging, unmerging and erasing.";
    private const string Kept = "An event is read as it was written.";
    private const string Same = "An event has one id, which no other event has.";

    private static readonly Case Case = new("events");

    public static ImmutableArray<StoreConformanceCase> All { get; } =
    [
        Of(OfCall, Creating_writes_an_event),
        Of(OfCall, Adding_writes_an_event_for_each_customer_that_is_added),
        Of(OfCall, An_update_that_is_written_writes_an_event),
        Of(OfCall, A_result_that_is_written_writes_an_event),
        Of(OfCall, Withholding_writes_an_event),
        Of(OfCall, Suppressing_writes_an_event_when_something_changes),
        OfMerging(OfCall, Merging_writes_an_event_for_each_customer),
        OfMerging(OfCall, Unmerging_writes_an_event_for_each_customer),
        OfErasing(OfCall, Erasing_writes_an_event),
        OfErasing(OfCall, Erasing_writes_an_event_for_each_absorbed_customer),
        OfErasing(OfCall, An_erasure_that_is_refused_writes_no_event),
        OfErasing(OfCall, Creating_by_the_hashes_of_the_erased_writes_an_event_when_somebody_is_created),
        Of("A call that passes no event writes none.", Without_an_event_nothing_is_written),
        Of("MostKept keeps changes in the history, not events.", An_event_is_written_where_no_history_is_kept),
        Of("An event is written whether or not events are on.", Events_are_written_while_they_are_off),
        Of(Counted, Each_customer_has_a_counter),
        Of(Counted, Refused_calls_leave_no_gap),
        OfMerging(Outlives, The_counter_goes_on_after_merging_and_unmerging),
        OfErasing(Outlives, The_counter_goes_on_after_erasing),
        OfErasing(Outlives, Waiting_events_outlive_the_customer),
        Of(Kept, Every_part_of_an_event_is_kept),
        Of(Kept, Every_kind_of_event_is_kept),
        Of(Same, An_event_has_the_same_id_at_each_delivery),
        Of(Same, Equal_events_have_different_ids),
        Of("Nothing is shared between two tenants.", Two_tenants_have_queues_of_their_own),
        Of("Writing happens as a whole or not at all, also when it is cancelled.", A_cancelled_update_is_whole_or_not),
    ];

    /// <summary>A case that a store without events passes.</summary>
    public static StoreConformanceCase Of(Case group, string rule, Func<EventStage, Task> run, string name) =>
        group.Of(
            rule,
            async scene =>
            {
                if (scene.Store is IEventStore store)
                {
                    await run(await EventStage.BeginAsync(scene, store).ConfigureAwait(false)).ConfigureAwait(false);
                }
            },
            name
        );

    private static StoreConformanceCase Of(
        string rule,
        Func<EventStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, run, name);

    /// <summary>A case that a store without events or without merging passes.</summary>
    private static StoreConformanceCase OfMerging(
        string rule,
        Func<EventStage, MergingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, stage => stage.Merging is { } merging ? run(stage, merging) : Task.CompletedTask, name);

    /// <summary>A case that a store without events or without erasing passes.</summary>
    private static StoreConformanceCase OfErasing(
        string rule,
        Func<EventStage, ErasingStage, Task> run,
        [CallerArgumentExpression(nameof(run))] string name = ""
    ) => Of(Case, rule, stage => stage.Erasing is { } erasing ? run(stage, erasing) : Task.CompletedTask, name);

    private static async Task Creating_writes_an_event(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var again = await stage.TryCreateAsync(stage.Scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        stage.Scene.Is(false, again.IsNewCustomer, "a customer with an identity that is somebody's is created");
        await stage.DeliveredAsync("created once, and met again", (ada, "1 Created")).ConfigureAwait(false);
    }

    private static async Task Adding_writes_an_event_for_each_customer_that_is_added(EventStage stage)
    {
        var scene = stage.Scene;
        var known = await scene.CreateAsync().ConfigureAwait(false);
        var first = scene.Someone();
        var last = scene.Someone();
        await scene
            .Store.AddAsync(
                scene.Tenant,
                [first, scene.Someone(id: known.Id), scene.Someone(known.Identities[0]), last],
                stage.Write(CustomerEventKind.Created),
                scene.Cancel
            )
            .ConfigureAwait(false);
        await scene.Store.AddAsync(scene.Tenant, [scene.Someone()], created: null, scene.Cancel).ConfigureAwait(false);
        await stage
            .DeliveredAsync(
                "two are added, two are refused, one has no event",
                (first, "1 Created"),
                (last, "1 Created")
            )
            .ConfigureAwait(false);
    }

    private static async Task An_update_that_is_written_writes_an_event(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var next = await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.DeliveredAsync("updated", (ada, "1 Updated")).ConfigureAwait(false);

        await stage.TryUpdateAsync(next).ConfigureAwait(false);
        await stage.TryUpdateAsync(scene.Next(scene.Next(next))).ConfigureAwait(false);
        await stage
            .TryUpdateAsync(scene.Next(next, identities: [ada.Identities[0], ben.Identities[0]]))
            .ConfigureAwait(false);
        await stage.TryUpdateAsync(scene.Next(scene.Someone())).ConfigureAwait(false);
        await stage.DeliveredAsync("a stale version, a taken identity, nobody").ConfigureAwait(false);
    }

    private static async Task A_result_that_is_written_writes_an_event(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync(scene.Provider, scene.OtherProvider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await CompleteAsync(stage, claim, CheckOutcome.Matched, scene.Next(scene.Next(ada))).ConfigureAwait(false);
        await stage.DeliveredAsync("the result is stale").ConfigureAwait(false);

        ada = scene.Next(ada, values: scene.Noted("found"));
        await CompleteAsync(stage, claim, CheckOutcome.Matched, ada).ConfigureAwait(false);
        await stage.DeliveredAsync("the result is written", (ada, "1 Updated")).ConfigureAwait(false);

        await CompleteAsync(stage, claim, CheckOutcome.Matched, scene.Next(ada)).ConfigureAwait(false);
        await stage.DeliveredAsync("the lease is lost").ConfigureAwait(false);

        var other = await scene.ClaimAsync(scene.OtherProvider).ConfigureAwait(false);
        await CompleteAsync(stage, other, CheckOutcome.NoMatch, profile: null).ConfigureAwait(false);
        await stage.DeliveredAsync("the result changes nothing of the profile").ConfigureAwait(false);

        var ben = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var dropped = await scene.ClaimAsync().ConfigureAwait(false);
        await scene.SuppressAsync(ben).ConfigureAwait(false);
        await CompleteAsync(stage, dropped, CheckOutcome.Matched, scene.Next(ben)).ConfigureAwait(false);
        await stage.DeliveredAsync("the result is dropped").ConfigureAwait(false);
    }

    private static async Task Withholding_writes_an_event(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        await CompleteAsync(stage, claim, CheckOutcome.Withheld, profile: null, CustomerEventKind.Suppressed)
            .ConfigureAwait(false);
        await stage.DeliveredAsync("withheld", (ada, "1 Suppressed")).ConfigureAwait(false);
    }

    private static async Task Suppressing_writes_an_event_when_something_changes(EventStage stage)
    {
        var ada = await stage.Scene.CreateAsync().ConfigureAwait(false);
        await stage.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await stage.DeliveredAsync("unsuppressed who was not suppressed").ConfigureAwait(false);
        await stage.SuppressAsync(ada).ConfigureAwait(false);
        await stage.SuppressAsync(ada).ConfigureAwait(false);
        await stage.DeliveredAsync("suppressed twice", (ada, "1 Suppressed")).ConfigureAwait(false);
        await stage.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await stage.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await stage.DeliveredAsync("unsuppressed twice", (ada, "2 Unsuppressed")).ConfigureAwait(false);
        await stage.SuppressAsync(stage.Scene.Someone()).ConfigureAwait(false);
        await stage.DeliveredAsync("suppressed nobody").ConfigureAwait(false);
    }

    private static async Task Merging_writes_an_event_for_each_customer(EventStage stage, MergingStage merging)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var stale = await merging.PlanAsync(ada, ben).ConfigureAwait(false);
        Tell(stage, stale);
        ben = await stage.UpdateAsync(ben).ConfigureAwait(false);
        stage.Scene.Is(false, await merging.TryMergeAsync(stale).ConfigureAwait(false), "a merge that came too late");
        await stage
            .DeliveredAsync("the merge was refused", (ada, "1 Created"), (ben, "1 Created, 2 Updated"))
            .ConfigureAwait(false);

        var merged = await merging.MergeAsync(ada, ben, plan => Tell(stage, plan)).ConfigureAwait(false);
        stage.Scene.Is(false, await merging.TryMergeAsync(merged).ConfigureAwait(false), "the same merge again");
        await stage.DeliveredAsync("merged", (ada, "2 MergedAway"), (ben, "3 Merged")).ConfigureAwait(false);
    }

    private static async Task Unmerging_writes_an_event_for_each_customer(EventStage stage, MergingStage merging)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        var stale = await merging.PlanUnmergingAsync(merged).ConfigureAwait(false);
        TellUndone(stage, stale);
        await stage.UpdateAsync(merged.Into.Profile).ConfigureAwait(false);
        stage.Scene.Is(false, await merging.TryUnmergeAsync(stale).ConfigureAwait(false), "one that came too late");
        await stage
            .DeliveredAsync("undoing was refused", (ada, "1 Created"), (ben, "1 Created, 2 Updated"))
            .ConfigureAwait(false);

        var undone = await merging.UnmergeAsync(merged, plan => TellUndone(stage, plan)).ConfigureAwait(false);
        stage.Scene.Is(false, await merging.TryUnmergeAsync(undone).ConfigureAwait(false), "undoing it again");
        await stage.DeliveredAsync("undone", (ada, "2 Unmerged"), (ben, "3 Unmerged")).ConfigureAwait(false);
    }

    private static async Task Erasing_writes_an_event(EventStage stage, ErasingStage erasing)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var write = erasing.Write(ada, written: stage.Write(CustomerEventKind.Erased));
        await erasing.TryAsync(write).ConfigureAwait(false);
        await stage.DeliveredAsync("erased", (ada, "1 Created, 2 Erased")).ConfigureAwait(false);

        await erasing.TryAsync(write).ConfigureAwait(false);
        await erasing
            .TryAsync(erasing.Write(ada, written: stage.Write(CustomerEventKind.Erased)))
            .ConfigureAwait(false);
        await erasing
            .TryAsync(erasing.Write(scene.Someone(), written: stage.Write(CustomerEventKind.Erased)))
            .ConfigureAwait(false);
        await stage.DeliveredAsync("the same erasure, another one, and one of nobody").ConfigureAwait(false);
    }

    private static async Task Erasing_writes_an_event_for_each_absorbed_customer(EventStage stage, ErasingStage erasing)
    {
        if (stage.Merging is not { } merging)
        {
            return;
        }

        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var eve = await stage.CreateAsync().ConfigureAwait(false);
        await merging.MergeAsync(ada, ben).ConfigureAwait(false);
        await merging.MergeAsync(ben, eve).ConfigureAwait(false);
        await stage.DeliverAsync().ConfigureAwait(false);

        var erased = stage.Write(CustomerEventKind.Erased);
        await erasing
            .TryAsync(await erasing.WriteAsync(eve, written: erased).ConfigureAwait(false))
            .ConfigureAwait(false);
        await erasing.TryAsync(erasing.Write(ada, includesAbsorbed: true, written: erased)).ConfigureAwait(false);
        await stage.DeliveredAsync("who has absorbed somebody is not erased, nor an absorbed id").ConfigureAwait(false);

        await erasing
            .TryAsync(await erasing.WriteAsync(eve, includesAbsorbed: true, written: erased).ConfigureAwait(false))
            .ConfigureAwait(false);
        await stage
            .DeliveredAsync("all three are erased", (ada, "2 Erased"), (ben, "2 Erased"), (eve, "2 Erased"))
            .ConfigureAwait(false);
    }

    private static async Task An_erasure_that_is_refused_writes_no_event(EventStage stage, ErasingStage erasing)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync(scene.Provider).ConfigureAwait(false);
        var erased = stage.Write(CustomerEventKind.Erased);
        ErasureWrite[] writes =
        [
            erasing.Write(scene.Next(ada), written: erased),
            erasing.Write(ada, written: erased, isSuppressed: true),
            erasing.Write(ada, written: erased, unlessActiveSince: scene.Now),
        ];
        foreach (var write in writes)
        {
            await erasing
                .RefusedAsync(new EraseResult.Changed(), write, "a version, a suppression and a check")
                .ConfigureAwait(false);
        }

        await stage.DeliveredAsync("nobody is erased", (ada, "1 Created")).ConfigureAwait(false);
    }

    private static async Task Creating_by_the_hashes_of_the_erased_writes_an_event_when_somebody_is_created(
        EventStage stage,
        ErasingStage erasing
    )
    {
        var scene = stage.Scene;
        var (kept, allowed) = (scene.NextEmail(), scene.NextEmail());
        await erasing
            .AddMarksAsync(erasing.Mark(kept, ErasureMarkKind.DoNotKeep), erasing.Mark(allowed))
            .ConfigureAwait(false);
        var created = stage.Write(CustomerEventKind.Created);
        await erasing
            .DeclinedAsync(erasing.Coming(kept) with { Event = created }, "a mark DoNotKeep")
            .ConfigureAwait(false);
        var ada = await erasing
            .CreateAsync(erasing.Coming(allowed) with { Event = created }, "a mark DoNotLookUp")
            .ConfigureAwait(false);
        await stage.DeliveredAsync("one is created", (ada, "1 Created")).ConfigureAwait(false);
    }

    private static async Task Without_an_event_nothing_is_written(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync(scene.Provider).ConfigureAwait(false);
        var next = await scene.UpdateAsync(scene.Next(ada)).ConfigureAwait(false);
        var silent = new ProfileChange
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", scene.Now),
            Values = [],
        };
        next = scene.Next(next);
        await scene.Store.UpdateAsync(next, silent, scene.Cancel).ConfigureAwait(false);
        var claim = await scene.ClaimAsync().ConfigureAwait(false);
        next = scene.Next(next);
        await scene
            .Store.CompleteCheckAsync(claim, CheckOutcome.Matched, next, silent, scene.Now, scene.Cancel)
            .ConfigureAwait(false);
        await scene
            .Store.SetSuppressedAsync(ada.Tenant, ada.Id, suppressed: true, silent, scene.Cancel)
            .ConfigureAwait(false);
        if (stage.Merging is { } merging)
        {
            var ben = await scene.CreateAsync().ConfigureAwait(false);
            var merged = await merging.MergeAsync(ben, ada).ConfigureAwait(false);
            await merging.UnmergeAsync(merged).ConfigureAwait(false);
        }

        if (stage.Erasing is { } erasing)
        {
            await erasing.EraseAsync(ada).ConfigureAwait(false);
        }

        await stage.DeliveredAsync("no call passed an event").ConfigureAwait(false);
    }

    private static async Task An_event_is_written_where_no_history_is_kept(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        for (var i = 0; i < 3; i++)
        {
            ada = scene.Next(ada);
            var change = stage.Change(mostKept: i == 0 ? 1 : 0);
            await scene.Store.UpdateAsync(ada, change, scene.Cancel).ConfigureAwait(false);
        }

        await stage
            .DeliveredAsync("two of three changes are not kept", (ada, "1 Updated, 2 Updated, 3 Updated"))
            .ConfigureAwait(false);
        if (scene.Store is IHistoryStore store)
        {
            var history = await store.GetHistoryAsync(ada.Tenant, ada.Id, scene.Cancel).ConfigureAwait(false);
            scene.Same(1, history?.Changes.Length ?? 0, "how many changes the history has");
        }
    }

    private static async Task Events_are_written_while_they_are_off(EventStage stage)
    {
        var scene = stage.Scene;
        await stage.Store.SetEventsOnAsync(areOn: true, scene.Cancel).ConfigureAwait(false);
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.DeliveredAsync("events are on", (ada, "1 Created")).ConfigureAwait(false);
        await stage.Store.SetEventsOnAsync(areOn: false, scene.Cancel).ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.DeliveredAsync("events are off", (ada, "2 Updated")).ConfigureAwait(false);
    }

    private static async Task Each_customer_has_a_counter(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        var next = await stage.UpdateAsync(ada).ConfigureAwait(false);
        next = await stage.UpdateAsync(next).ConfigureAwait(false);
        await stage
            .DeliveredAsync("two customers", (ada, "1 Created, 2 Updated, 3 Updated"), (ben, "1 Created"))
            .ConfigureAwait(false);
        await stage.UpdateAsync(ben).ConfigureAwait(false);
        next = await stage.UpdateAsync(next).ConfigureAwait(false);
        await stage.UpdateAsync(next).ConfigureAwait(false);
        await stage
            .DeliveredAsync("numbers go on when all was delivered", (ada, "4 Updated, 5 Updated"), (ben, "2 Updated"))
            .ConfigureAwait(false);
    }

    private static async Task Refused_calls_leave_no_gap(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        await stage.TryCreateAsync(scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        await stage.TryUpdateAsync(scene.Next(scene.Next(ada))).ConfigureAwait(false);
        await stage
            .TryUpdateAsync(scene.Next(ada, identities: [ada.Identities[0], ben.Identities[0]]))
            .ConfigureAwait(false);
        var created = stage.Write(CustomerEventKind.Created);
        await scene
            .Store.AddAsync(scene.Tenant, [scene.Someone(id: ada.Id)], created, scene.Cancel)
            .ConfigureAwait(false);
        await stage.SuppressAsync(ada, suppressed: false).ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage
            .DeliveredAsync("an update after refused calls", (ada, "1 Created, 2 Updated"), (ben, "1 Created"))
            .ConfigureAwait(false);
    }

    private static async Task The_counter_goes_on_after_merging_and_unmerging(EventStage stage, MergingStage merging)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var ben = await stage.CreateAsync().ConfigureAwait(false);
        ada = await stage.UpdateAsync(ada).ConfigureAwait(false);
        var merged = await merging.MergeAsync(ada, ben, plan => Tell(stage, plan)).ConfigureAwait(false);
        await stage
            .DeliveredAsync(
                "events of both wait while they are merged",
                (ada, "1 Created, 2 Updated, 3 MergedAway"),
                (ben, "1 Created, 2 Merged")
            )
            .ConfigureAwait(false);
        await stage.UpdateAsync(merged.Into.Profile).ConfigureAwait(false);
        var undone = await merging.UnmergeAsync(merged, plan => TellUndone(stage, plan)).ConfigureAwait(false);
        await stage.UpdateAsync(undone.From.Profile).ConfigureAwait(false);
        await stage
            .DeliveredAsync("undone", (ada, "4 Unmerged, 5 Updated"), (ben, "3 Updated, 4 Unmerged"))
            .ConfigureAwait(false);
    }

    private static async Task The_counter_goes_on_after_erasing(EventStage stage, ErasingStage erasing)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        await stage.DeliveredAsync("before", (ada, "1 Created, 2 Updated")).ConfigureAwait(false);
        await erasing
            .EraseAsync(
                await erasing.WriteAsync(ada, written: stage.Write(CustomerEventKind.Erased)).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        await stage.DeliveredAsync("erased", (ada, "3 Erased")).ConfigureAwait(false);
        var again = await stage.CreateAsync(stage.Scene.Someone(ada.Identities[0])).ConfigureAwait(false);
        await stage.DeliveredAsync("whoever comes again is somebody new", (again, "1 Created")).ConfigureAwait(false);
    }

    private static async Task Waiting_events_outlive_the_customer(EventStage stage, ErasingStage erasing)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var claim = await stage.ClaimOneAsync("before erasing", mostEvents: 1).ConfigureAwait(false);
        await erasing
            .EraseAsync(
                await erasing.WriteAsync(ada, written: stage.Write(CustomerEventKind.Erased)).ConfigureAwait(false)
            )
            .ConfigureAwait(false);
        await stage.NothingToClaimAsync("the queue is held while the customer is erased").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.All(claim)).ConfigureAwait(false);
        await stage.DeliveredAsync("after erasing", (ada, "2 Updated, 3 Erased")).ConfigureAwait(false);
    }

    private static async Task Every_part_of_an_event_is_kept(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        ImmutableArray<EventWrite> writes =
        [
            new EventWrite
            {
                Kind = CustomerEventKind.Updated,
                By = new Provenance(
                    ProvenanceSource.Agent,
                    "O'Brien \"\\ {}[] \u0444\u0438 \ud83d\ude00 %_",
                    scene.Now
                ),
                Fields =
                [
                    ProfileField.Company.Code,
                    CustomerEvent.Identities,
                    ProfileField.Custom("Licence 'no.' \u00e9").Code,
                ],
            },
            new EventWrite
            {
                Kind = CustomerEventKind.Merged,
                By = new Provenance(ProvenanceSource.Import, "old 'system'", scene.Later()),
                Fields = [ProfileField.Notes.Code],
                Merge = MergeId.From(Guid.CreateVersion7()),
                OtherCustomerId = CustomerId.New(scene.Now),
            },
            new EventWrite
            {
                Kind = CustomerEventKind.Updated,
                By = new Provenance(ProvenanceSource.Provider, scene.Provider, scene.Later()),
            },
            new EventWrite
            {
                Kind = CustomerEventKind.Created,
                By = new Provenance(ProvenanceSource.Conversation, "conversation 1", scene.Later()),
            },
            new EventWrite
            {
                Kind = CustomerEventKind.Erased,
                By = new Provenance(ProvenanceSource.Agent, "kim", scene.Later()),
                Erasure = Guid.CreateVersion7(),
            },
        ];
        await KeptAsync(stage, ada, writes).ConfigureAwait(false);
    }

    private static async Task Every_kind_of_event_is_kept(EventStage stage) =>
        await KeptAsync(
                stage,
                await stage.Scene.CreateAsync().ConfigureAwait(false),
                [.. Enum.GetValues<CustomerEventKind>().Select(kind => stage.Write(kind))]
            )
            .ConfigureAwait(false);

    /// <summary>Writes events with updates, and asserts that they are read as they were written.</summary>
    private static async Task KeptAsync(EventStage stage, CustomerProfile customer, ImmutableArray<EventWrite> writes)
    {
        var (tenant, id) = (customer.Tenant, customer.Id);
        foreach (var write in writes)
        {
            customer = await stage.UpdateAsync(customer, write).ConfigureAwait(false);
        }

        var claim = await stage.ClaimOneAsync("one customer").ConfigureAwait(false);
        stage.Scene.Same(
            string.Join(
                '\n',
                writes.Select(
                    (write, i) =>
                        StoredText.Of(EventSerializer.Deserialize(EventSerializer.Serialize(write), tenant, id, i + 1))
                )
            ),
            string.Join('\n', claim.Events.Select(StoredText.Of)),
            "every part of each event, as EventSerializer reads it"
        );
    }

    private static async Task An_event_has_the_same_id_at_each_delivery(EventStage stage)
    {
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var first = await stage.ClaimOneAsync("first", lease: Duration.FromMinutes(1)).ConfigureAwait(false);
        await stage.Scene.PassAsync(Duration.FromMinutes(2)).ConfigureAwait(false);
        var second = await stage.ClaimOneAsync("the lease has expired").ConfigureAwait(false);
        await stage.SettleAsync(EventStage.Through(second, 0, attempts: 1)).ConfigureAwait(false);
        var third = await stage.ClaimOneAsync("delivery has failed").ConfigureAwait(false);
        foreach (var again in (ClaimedEvents[])[second, third])
        {
            stage.Scene.Same(
                string.Join('\n', first.Events.Select(StoredText.Of)),
                string.Join('\n', again.Events.Select(StoredText.Of)),
                "the events of another delivery"
            );
        }
    }

    private static async Task Equal_events_have_different_ids(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await scene.CreateAsync().ConfigureAwait(false);
        var ben = await scene.CreateAsync().ConfigureAwait(false);
        var other = await scene.CreateAsync(scene.Someone(tenant: scene.OtherTenant, id: ada.Id)).ConfigureAwait(false);
        var write = stage.Write();
        foreach (var customer in (CustomerProfile[])[ada, ben, other])
        {
            await stage
                .UpdateAsync(await stage.UpdateAsync(customer, write).ConfigureAwait(false), write)
                .ConfigureAwait(false);
        }

        var events = await stage.DeliverAsync().ConfigureAwait(false);
        scene.Same(6, events.Count, "how many events are delivered");
        scene.Same(6, events.Select(one => one.Id).Distinct().Count(), "how many ids they have");
    }

    private static async Task Two_tenants_have_queues_of_their_own(EventStage stage)
    {
        var scene = stage.Scene;
        var ada = await stage.CreateAsync().ConfigureAwait(false);
        var other = await stage
            .CreateAsync(scene.Someone(ada.Identities[0], scene.OtherTenant, ada.Id))
            .ConfigureAwait(false);
        await stage.UpdateAsync(ada).ConfigureAwait(false);
        var claimed = await stage.ClaimAsync().ConfigureAwait(false);
        stage.Claimed(claimed, "two tenants", (ada, "1 Created, 2 Updated"), (other, "1 Created"));

        var ofAda = claimed.First(claim => claim.Tenant == scene.Tenant);
        var ofOther = claimed.First(claim => claim.Tenant == scene.OtherTenant);
        await stage
            .SettleAsync(EventStage.Through(ofAda, 0, attempts: 3, stops: true), EventStage.All(ofOther))
            .ConfigureAwait(false);
        await stage.NothingToClaimAsync("one is stopped, one is delivered").ConfigureAwait(false);
        scene.Is(false, await stage.RestartAsync(other, 1).ConfigureAwait(false), "restarting the other tenant's");
        await stage.UpdateAsync(other).ConfigureAwait(false);
        await stage.DeliveredAsync("the other tenant's next event", (other, "2 Updated")).ConfigureAwait(false);
        scene.Is(true, await stage.RestartAsync(ada, 1).ConfigureAwait(false), "restarting the queue that is stopped");
        await stage.DeliveredAsync("restarted", (ada, "1 Created, 2 Updated")).ConfigureAwait(false);
    }

    private static async Task A_cancelled_update_is_whole_or_not(EventStage stage)
    {
        var random = new Random(20_260_131);
        var scene = stage.Scene;
        for (var round = 0; round < scene.UnderTest.Rounds; round++)
        {
            var ada = await scene.CreateAsync().ConfigureAwait(false);
            var next = scene.Next(ada, values: scene.Noted("cancelled"));

            // A time within a fast call in memory or a slow one to a database.
            var most = TimeSpan.FromMicroseconds(Math.Pow(10, 1 + (random.NextDouble() * 3)));
            await CancellationCases
                .CancelledAsync(
                    cancel => scene.Store.UpdateAsync(next, stage.Change(), cancel).AsTask(),
                    (long)(most.TotalSeconds * System.Diagnostics.Stopwatch.Frequency),
                    scene.Cancel
                )
                .ConfigureAwait(false);
            var kept = await scene.ReadAsync(ada).ConfigureAwait(false);
            if (kept.Profile.Version == next.Version)
            {
                await stage.DeliveredAsync("the update was written", (ada, "1 Updated")).ConfigureAwait(false);
            }
            else
            {
                await stage.DeliveredAsync("the update was not written").ConfigureAwait(false);
            }
        }
    }

    private static async Task CompleteAsync(
        EventStage stage,
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        CustomerEventKind kind = CustomerEventKind.Updated
    ) =>
        await stage
            .Scene.Store.CompleteCheckAsync(
                claim,
                outcome,
                profile,
                stage.Change(kind),
                stage.Scene.Now,
                stage.Scene.Cancel
            )
            .ConfigureAwait(false);

    private static void Tell(EventStage stage, MergePlan plan)
    {
        plan.From.Change = stage.Change(CustomerEventKind.MergedAway);
        plan.Into.Change = stage.Change(CustomerEventKind.Merged);
    }

    private static void TellUndone(EventStage stage, MergePlan plan)
    {
        plan.From.Change = stage.Change(CustomerEventKind.Unmerged);
        plan.Into.Change = stage.Change(CustomerEventKind.Unmerged);
    }
}
