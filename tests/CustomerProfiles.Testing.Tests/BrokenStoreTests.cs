using System.Globalization;
using System.Text;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing.Tests.BrokenStores;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.Testing.Tests;

/// <summary>The kit fails broken stores, each with one fault, and reports the fault.</summary>
public sealed class BrokenStoreTests
{
    private static readonly Dictionary<
        string,
        (Func<InMemoryCustomerProfileStore, ICustomerProfileStore> Around, string[] CaughtBy)
    > Broken = new()
    {
        ["keeps the profile that was first read alone"] = (
            store => new WrongProfiles(store) { KeepsTheFirst = true },
            [Sequences]
        ),
        ["finds a profile alone in any tenant"] = (
            store => new WrongProfiles(store) { IgnoresTenants = true },
            ["reading: A profile read alone is that of the customer"]
        ),
        ["tells of a merge to the survivor only"] = (
            store => new WrongEvents(store) { Merges = WrongEvents.WithoutTheAbsorbed },
            ["events: Merging writes an event for each customer", SequencesOfMerges]
        ),
        ["numbers events anew after erasing"] = (
            store => new WrongEvents(store)
            {
                Claims = (claim, _, isErased) =>
                    isErased
                        ? WrongEvents.With(
                            claim,
                            claim.Events.Select((one, i) => WrongEvents.With(one, sequence: i + 1))
                        )
                        : claim,
            },
            ["events: The counter goes on after erasing"]
        ),
        ["removes the waiting events of who is erased"] = (
            store => new WrongEvents(store)
            {
                Claims = (claim, _, isErased) =>
                    isErased
                        ? WrongEvents.With(claim, claim.Events.Where(one => one.Kind == CustomerEventKind.Erased))
                        : claim,
            },
            ["events: Waiting events outlive the customer", "events: Erasing writes an event"]
        ),
        ["counts events of refused updates"] = (
            store => new WrongEvents(store)
            {
                Claims = (claim, refused, _) =>
                    WrongEvents.With(
                        claim,
                        claim.Events.Select(one =>
                            WrongEvents.With(one, sequence: one.Sequence + (one.Sequence > 1 ? refused : 0))
                        )
                    ),
            },
            ["events: Refused calls leave no gap"]
        ),
        ["gives an event a new id at each delivery"] = (
            store => new WrongEvents(store)
            {
                Claims = (claim, _, _) =>
                    WrongEvents.With(claim, claim.Events.Select(one => WrongEvents.With(one, id: Guid.NewGuid()))),
            },
            ["events: An event has the same id at each delivery", "events: Every part of an event is kept"]
        ),
        ["delivers the last event twice"] = (
            store => new WrongEvents(store)
            {
                Settles = (settlement, _) =>
                    WrongEvents.With(settlement, deliveredThrough: Math.Max(0, settlement.DeliveredThrough - 1)),
            },
            [
                "events: All of the events are delivered",
                "events: Creating writes an event",
                "races: Writers and claimers at once",
            ]
        ),
        ["removes every event of a queue that is settled"] = (
            store => new WrongEvents(store)
            {
                Settles = (settlement, _) =>
                    settlement.DeliveredThrough == 0
                        ? settlement
                        : WrongEvents.With(settlement, deliveredThrough: long.MaxValue),
            },
            ["events: Part of the events is delivered", "events: Events that come meanwhile are not lost"]
        ),
        ["settles under a lease that was replaced"] = (
            store => new WrongEvents(store) { Settles = (settlement, last) => WrongEvents.With(settlement, last) },
            ["events: A lease that was replaced settles nothing"]
        ),
        ["stops no queue"] = (
            store => new WrongEvents(store) { Settles = (settlement, _) => WrongEvents.With(settlement, stops: false) },
            ["events: A stopped queue is not claimed", "events: Stopped queues are listed"]
        ),
        ["forgets how often an event failed"] = (
            store => new WrongEvents(store) { Settles = (settlement, _) => WrongEvents.With(settlement, attempts: 0) },
            ["events: None of the events is delivered", "events: Stopped queues are listed"]
        ),
        ["delays no queue"] = (
            store => new WrongEvents(store)
            {
                Settles = (settlement, _) => WrongEvents.With(settlement, delay: Duration.Zero),
            },
            ["events: A delayed queue is claimed after the delay"]
        ),
        ["claims every queue"] = (
            store => new WrongEvents(store) { ClaimsEveryQueue = true },
            [
                "events: No more queues and events are claimed than asked for",
                "events: The queue that has waited longest comes first",
            ]
        ),
        ["keeps what waits when events are set off"] = (
            store => new WrongEvents(store) { KeepsWhatWaits = true },
            ["events: Setting events off removes what waits", "events: Whether events are on is remembered"]
        ),
        ["restarts a queue at any event"] = (
            store => new WrongEvents(store) { RestartsAtAnyEvent = true },
            ["events: Only a queue that is stopped at that event is restarted"]
        ),
        ["counts keys of many customers"] = (
            store => new WrongDuplicates(store) { CountsEveryKey = true },
            [
                "duplicates: A key of many customers counts for nothing",
                "duplicates: An absorbed customer is not counted",
            ]
        ),
        ["suggests the customer as their own duplicate"] = (
            store => new WrongDuplicates(store) { FindsTheCustomerToo = true },
            ["duplicates: Whoever shares a key is found"]
        ),
        ["suggests the absorbed"] = (
            store => new WrongDuplicates(store) { FindsTheAbsorbed = true },
            ["duplicates: An absorbed customer is not found"]
        ),
        ["forgets a pair after merging"] = (
            store => new WrongDuplicates(store) { ForgetsPairsAfterMerging = true },
            [
                "duplicates: A pair holds after merges on either side",
                "duplicates: An absorbed customer can be one of a pair",
            ]
        ),
        ["keeps a pair in one direction"] = (
            store => new WrongDuplicates(store) { KeepsPairsOneWay = true },
            ["duplicates: A pair is not found"]
        ),
        ["makes a pair with anybody"] = (
            store => new WrongDuplicates(store) { PairsWithAnybody = true },
            ["duplicates: An unknown customer makes no pair", "duplicates: An erased customer makes no pair"]
        ),
        ["writes the keys of any version"] = (
            store => new WrongDuplicates(store) { WritesKeysOfAnyVersion = true },
            ["duplicates: Keys are written for the current version only"]
        ),
        ["keeps the keys of the version before"] = (
            store => new WrongDuplicates(store) { KeepsKeysWhenUpdated = true },
            ["duplicates: Keys follow creating adding and updating"]
        ),
        ["writes any version of definitions"] = (
            store => new WrongProperties(store) { WritesAnyVersion = true },
            ["properties: Another version is refused", "races: One of several definitions is written"]
        ),
        ["keeps definitions for all tenants"] = (
            store => new WrongProperties(store) { TenantOf = _ => default },
            ["properties: Another tenant has definitions of its own"]
        ),
        ["sorts definitions by key"] = (
            store => new WrongProperties(store)
            {
                Reads = properties => properties.OrderBy(one => one.Definition.Key, StringComparer.Ordinal),
            },
            ["properties: Every part of a definition is kept"]
        ),
        ["loses the archived options"] = (
            store => new WrongProperties(store) { Reads = WrongProperties.WithoutArchivedOptions },
            ["properties: Every part of a definition is kept"]
        ),
        ["searches by the properties in code only"] = (
            store => new ScanningSearch(store),
            ["properties: A defined property is searched"]
        ),
        ["keeps no history of updates"] = (
            store => new WrongHistory(store) { OfUpdates = _ => null },
            ["history: An update keeps its change", "history: Racing writers keep one change"]
        ),
        ["keeps every change for ever"] = (
            store => new WrongHistory(store)
            {
                OfUpdates = change =>
                    change is null
                        ? null
                        : new ProfileChange
                        {
                            Kind = change.Kind,
                            By = change.By,
                            CaseReference = change.CaseReference,
                            Values = change.Values,
                            Identities = change.Identities,
                            UpdatedAt = change.UpdatedAt,
                        },
            },
            ["history: The oldest changes go"]
        ),
        ["keeps no history of results"] = (
            store => new WrongHistory(store) { OfResults = _ => null },
            ["history: A result keeps its change", "history: Withholding keeps its change"]
        ),
        ["keeps no history of suppressing"] = (
            store => new WrongHistory(store) { OfSuppressing = _ => null },
            ["history: Suppressing keeps its change"]
        ),
        ["reads the oldest change first"] = (
            store => new WrongHistory(store)
            {
                Reads = history => new StoredHistory
                {
                    Profile = history.Profile,
                    Changes = [.. history.Changes.Reverse()],
                },
            },
            ["history: An update keeps its change", "history: The oldest changes go"]
        ),
        ["replaces whatever change is there"] = (
            store => new WrongHistory(store) { ReplacesWhateverIsThere = true },
            ["history: Only a change as read is replaced"]
        ),
        ["exports the newest conversation first"] = (
            store => new WrongRecord(
                store,
                record => WrongRecord.With(record, conversations: record.Conversations.Reverse())
            ),
            ["export: Every conversation is read"]
        ),
        ["exports one conversation only"] = (
            store => new WrongRecord(
                store,
                record => WrongRecord.With(record, conversations: record.Conversations.Take(1))
            ),
            ["export: Every conversation is read"]
        ),
        ["exports whoever is suppressed as marked"] = (
            store => new WrongRecord(store, record => WrongRecord.With(record, isMarked: record.Customer.IsSuppressed)),
            ["export: Marks of the customer and of identities are told apart"]
        ),
        ["exports every identity of a suppressed customer as marked"] = (
            store => new WrongRecord(
                store,
                record =>
                    WrongRecord.With(
                        record,
                        marked: record.Customer.IsSuppressed ? record.Customer.Profile.Identities : []
                    )
            ),
            ["export: Marks of the customer and of identities are told apart"]
        ),
        ["takes an identity for suppressed when a customer is"] = (
            store => new SuppressionOfTheOwner(store),
            ["export: Marks of an identity are read"]
        ),
        ["exports no history"] = (
            store => new WrongRecord(store, record => WrongRecord.With(record, changes: [])),
            ["export: The history is read"]
        ),
        ["merges whoever has changed since"] = (
            store => new WrongMerging(store) { Merges = WrongMerging.OfNow },
            ["merging: A merge that was planned before a change is not written"]
        ),
        ["unmerges whoever has changed since"] = (
            store => new WrongMerging(store) { Unmerges = WrongMerging.OfNow },
            ["merging: An unmerge after a change is refused"]
        ),
        ["compares both customers, then merges"] = (
            store => new WrongMerging(store) { ComparesFirst = true },
            ["races: Merging and updating"]
        ),
        ["finds the survivor by an absorbed id"] = (
            store => new WrongMerging(store) { FindsTheAbsorbed = true },
            ["merging: An absorbed customer is not found by id"]
        ),
        ["lists the absorbed"] = (
            store => new WrongMerging(store) { ListsTheAbsorbed = true },
            [
                "merging: An absorbed customer is not listed and not searched",
                "races: Two customers merged into each other",
            ]
        ),
        ["takes the id of an absorbed customer for free"] = (
            store => new WrongMerging(store) { FreesTheId = true },
            ["merging: The id of an absorbed customer is taken"]
        ),
        ["records conversations under the survivor"] = (
            store => new WrongMerging(store) { RecordsUnderTheSurvivor = true },
            [
                "merging: A conversation from before the merge is recognised",
                "merging: A conversation during the merge is recognised after it",
                "merging: One conversation id under both customers stays two conversations",
                "merging: Conversations are recognised through several merges",
                SequencesOfMerges,
            ]
        ),
        ["follows one merge only"] = (
            store => new WrongMerging(store) { LeadsToTheFirstSurvivor = true },
            ["merging: Absorbed ids lead to the last survivor", SequencesOfMerges]
        ),
        ["lists the merges into a customer, but not those of the absorbed"] = (
            store => new WrongMerging(store) { ListsDirectMergesOnly = true },
            ["merging: Merges are listed newest first"]
        ),
        ["drops the checks of the absorbed"] = (
            store => new WrongMerging(store)
            {
                Merges = (write, now) =>
                    WrongMerging.With(write, into: WrongMerging.With(write.Into, checks: now.Into?.Checks)),
            },
            [
                "merging: The survivor has the checks that are given",
                "merging: A waiting check is claimed once for the survivor",
                "merging: A running check is completed under the survivor",
                "merging: Unmerging at once leaves both as before",
            ]
        ),
        ["takes the leases away by merging"] = (
            store => new WrongMerging(store) { Merges = (write, _) => WithoutLeases(write) },
            [
                "merging: A running check is completed under the survivor",
                "merging: A running check is completed under the absorbed after unmerging",
                SequencesOfMerges,
            ]
        ),
        ["takes the leases away by merging, while results are on their way"] = (
            store => new WrongMerging(store) { Merges = (write, _) => WithoutLeases(write), CompletesLater = true },
            ["races: Merging and completing a check"]
        ),
        ["takes every check of a merge as wanted"] = (
            store => new WrongMerging(store)
            {
                Merges = (write, _) =>
                    WrongMerging.With(
                        write,
                        into: WrongMerging.With(
                            write.Into,
                            checks: write.Into.Checks.Select(check => check with { IsWanted = check.State.IsPending })
                        )
                    ),
            },
            ["merging: A check given as not wanted ends"]
        ),
        ["takes every check of a merge as of the current setting"] = (
            store => new WrongMerging(store)
            {
                Merges = (write, _) =>
                    WrongMerging.With(
                        write,
                        into: WrongMerging.With(
                            write.Into,
                            checks: write.Into.Checks.Select(check => check with { SettingGeneration = 2 })
                        )
                    ),
            },
            ["merging: A check of an earlier setting of the provider is not wanted"]
        ),
        ["marks in nobody's name"] = (
            store => new WrongMerging(store)
            {
                AfterMerging = async (inner, write) =>
                {
                    foreach (var identity in write.NewMarks)
                    {
                        await inner.SetSuppressedAsync(write.Tenant, identity, suppressed: true, default);
                    }
                },
            },
            [
                "merging: The marks of a merge name it",
                "merging: Unmerging removes the marks of the merge",
                SequencesOfMerges,
            ]
        ),
        ["unsuppresses by unmerging"] = (
            store => new WrongMerging(store)
            {
                AfterUnmerging = async (inner, write) =>
                    await inner.SetSuppressedAsync(
                        write.Tenant,
                        write.Merge.Into,
                        suppressed: false,
                        change: null,
                        default
                    ),
            },
            ["merging: A mark that somebody sets again stays", "merging: The marks of another merge stay"]
        ),
        ["gives no aliases back"] = (
            store => new WrongMerging(store) { Unmerges = (write, _) => WrongMerging.With(write, aliases: []) },
            ["merging: The outer of two merges is undone first", SequencesOfMerges]
        ),
        ["keeps the time at which the survivor was created"] = (
            store => new WrongMerging(store)
            {
                Merges = (write, now) =>
                    WrongMerging.With(
                        write,
                        into: WrongMerging.With(
                            write.Into,
                            profile: new CustomerProfile(
                                write.Tenant,
                                write.Merge.Into,
                                write.Into.Profile.Version,
                                now.Into!.Profile.CreatedAt,
                                write.Into.Profile.UpdatedAt,
                                write.Into.Profile.Identities,
                                write.Into.Profile.Values
                            )
                        )
                    ),
            },
            [
                "merging: The survivor is written as given",
                "merging: An absorbed customer is not listed and not searched",
            ]
        ),
        ["keeps the history of the survivor only"] = (
            store => new WrongMerging(store)
            {
                Merges = (write, _) =>
                    WrongMerging.With(write, from: WrongMerging.With(write.From, keepsHistory: false)),
            },
            ["merging: The history of both is written"]
        ),
        ["keeps no journal"] = (
            store => new WrongMerging(store)
            {
                Reads = merge => new StoredMerge
                {
                    Record = merge.Record,
                    UndoneAt = merge.UndoneAt,
                    Journal = null,
                    Sides = merge.Sides,
                },
            },
            ["merging: A merge is read as written"]
        ),
        ["returns that it has undone what was undone"] = (
            store => new WrongMerging(store) { SaysThatItWasUndone = true },
            ["merging: The same merge is undone once", "races: One of several undoes a merge"]
        ),
        ["redacts whatever journal is there"] = (
            store => new WrongForgetting(store)
            {
                Redacts = (redaction, now) => WrongForgetting.With(redaction, read: now?.Journal),
            },
            ["merging: A redaction of another journal is refused", "races: One of several redacts a merge"]
        ),
        ["compares the journal, then redacts"] = (
            store => new WrongForgetting(store) { ComparesFirst = true },
            ["races: One of several redacts a merge"]
        ),
        ["redacts the journal only"] = (
            store => new WrongForgetting(store)
            {
                Redacts = (redaction, now) => WrongForgetting.With(redaction, from: now?.Sides.From?.Profile),
            },
            [
                "merging: A redaction replaces the journal and the absorbed profile",
                "merging: Unmerging after a redaction uses it",
            ]
        ),
        ["redacts the profile only"] = (
            store => new WrongForgetting(store)
            {
                Redacts = (redaction, _) => WrongForgetting.With(redaction, journal: redaction.Read),
            },
            ["merging: A redaction replaces the journal and the absorbed profile"]
        ),
        ["lets merges of the time itself lapse"] = (
            store => new WrongForgetting(store) { Lapses = (before, most) => (before + Duration.Epsilon, most) },
            ["merging: Merges before a time lapse"]
        ),
        ["lets all old merges lapse at once"] = (
            store => new WrongForgetting(store) { Lapses = (before, _) => (before, int.MaxValue) },
            ["merging: Merges lapse in steps"]
        ),
        ["reads the absorbed without their histories"] = (
            store => new WrongForgetting(store)
            {
                Reads = history => new StoredHistory
                {
                    Profile = history.Profile,
                    Changes = history.Changes,
                    Absorbed =
                    [
                        .. history.Absorbed.Select(absorbed => new AbsorbedCustomer
                        {
                            Profile = absorbed.Profile,
                            Merge = absorbed.Merge,
                            Changes = [],
                        }),
                    ],
                },
            },
            ["merging: The history has those who are absorbed", "merging: Changes of the absorbed are replaced"]
        ),
        ["replaces no change of the absorbed"] = (
            store => new WrongForgetting(store) { ReplacesNothingOfTheAbsorbed = true },
            ["merging: Changes of the absorbed are replaced"]
        ),
        ["exports nobody who is absorbed"] = (
            store => new WrongRecord(store, record => WrongRecord.With(record, absorbed: [])),
            [
                "merging: The record has those who are absorbed and the merges",
                "merging: A redaction replaces the journal and the absorbed profile",
            ]
        ),
        ["exports the oldest merge first"] = (
            store => new WrongRecord(store, record => WrongRecord.With(record, merges: record.Merges.Reverse())),
            ["merging: The record has those who are absorbed and the merges"]
        ),
        ["erases whatever can still be undone"] = (
            store => new WrongErasing(store) { Erases = write => WrongErasing.With(write, includesAbsorbed: true) },
            [
                "erasing: A merge that can be undone prevents erasing",
                "erasing: A merge that was undone or has lapsed prevents nothing",
            ]
        ),
        ["erases the survivor by an absorbed id"] = (
            store => new WrongErasing(store) { FollowsAbsorbedIds = true },
            ["erasing: An absorbed id erases nobody"]
        ),
        ["keeps the identities of who was erased"] = (
            store => new WrongErasing(store)
            {
                AfterErasing = async (inner, erased) =>
                {
                    var profile = erased.Customer.Profile;
                    var kept = new CustomerProfile(
                        profile.Tenant,
                        CustomerId.New(profile.CreatedAt),
                        1,
                        profile.CreatedAt,
                        profile.CreatedAt,
                        profile.Identities,
                        values: []
                    );
                    await inner.AddAsync(profile.Tenant, [kept], created: null, default);
                },
            },
            [
                "erasing: No call finds an erased customer",
                "erasing: Whoever comes again is somebody new",
                "erasing: The absorbed are erased too",
                "races: Erasing and editing",
            ]
        ),
        ["completes the checks of who was erased"] = (
            store => new WrongErasing(store) { CompletesWhatIsLost = true },
            ["erasing: A result under way is lost"]
        ),
        ["keeps no marks of erasures"] = (
            store => new WrongErasing(store) { Erases = write => WrongErasing.With(write, marks: []) },
            [
                "marks: Marks are kept and the receipt has them",
                "marks: Whoever must not be looked up is created suppressed",
            ]
        ),
        ["keeps the suppression marks of who was erased"] = (
            store => new WrongErasing(store)
            {
                AfterErasing = async (inner, erased) =>
                {
                    foreach (var identity in erased.MarkedIdentities)
                    {
                        await inner.SetSuppressedAsync(
                            erased.Customer.Profile.Tenant,
                            identity,
                            suppressed: true,
                            default
                        );
                    }
                },
            },
            ["erasing: Suppression marks are removed", "marks: Marks are kept beside the suppression that is removed"]
        ),
        ["replaces DoNotKeep by DoNotLookUp"] = (
            store => new WrongErasing(store) { ReplacesMarks = true },
            ["marks: DoNotKeep stays whichever comes first"]
        ),
        ["creates who must not be kept"] = (
            store => new WrongErasing(store) { CreatesTheForbidden = true },
            [
                "marks: Nobody is created with an identity that must not be kept",
                "marks: DoNotKeep by one key wins over DoNotLookUp by another",
                "guards: A guarded conversation creates nobody by any identity",
            ]
        ),
        ["requests checks of who must not be looked up"] = (
            store => new WrongErasing(store)
            {
                Counts = (hashes, marks) =>
                    hashes.Except(
                        marks.Where(mark => mark.Kind == ErasureMarkKind.DoNotLookUp).Select(mark => mark.Hash),
                        StringComparer.Ordinal
                    ),
            },
            [
                "marks: Whoever must not be looked up is created suppressed",
                "marks: Unsuppressing leaves the mark of the erasure",
            ]
        ),
        ["ignores the guards"] = (
            store => new WrongErasing(store) { Counts = (_, marks) => marks.Select(mark => mark.Hash) },
            [
                "guards: Conversations from the time on are guarded",
                "guards: A guarded conversation creates nobody by any identity",
                "guards: Conversations of the absorbed are guarded",
            ]
        ),
        ["guards conversations for longer"] = (
            store => new WrongErasing(store)
            {
                Erases = write => WrongErasing.With(write, guardedLonger: Duration.FromDays(36_500)),
            },
            ["guards: A guard is over at its time", "guards: Guards that are over are removed"]
        ),
        ["erases whoever has changed"] = (
            store => new WrongErasing(store) { ErasesTheChanged = true },
            [
                "erasing: Another version is not erased",
                "erasing: Whoever was suppressed meanwhile is not erased",
                "erasing: Whoever was unsuppressed meanwhile is not erased",
                "events: An erasure that is refused writes no event",
            ]
        ),
        ["erases whoever is active"] = (
            store => new WrongErasing(store) { Erases = write => WrongErasing.With(write, isUnconditional: true) },
            [
                "erasing: Whoever has a later conversation is not erased",
                "erasing: A later conversation of an absorbed customer counts",
                "erasing: Whoever has a pending check is not erased",
            ]
        ),
        ["compares the customer, then erases"] = (
            store => new WrongErasing(store) { ComparesFirst = true },
            ["races: Erasing the inactive and editing"]
        ),
        ["lists the absorbed to a retention policy"] = (
            store => new RetainsTheAbsorbed(store),
            ["retention: Absorbed customers are not listed"]
        ),
        ["marks whoever was erased"] = (
            store => new WrongErasing(store)
            {
                AfterErasing = async (inner, erased) =>
                {
                    var profile = erased.Customer.Profile;
                    foreach (var identity in profile.Identities)
                    {
                        await inner.SetSuppressedAsync(profile.Tenant, identity, suppressed: true, default);
                    }
                },
            },
            [
                "erasing: Suppression marks are removed",
                "erasing: Suppression marks of a merge are removed with the others",
                "erasing: A result under way is lost",
            ]
        ),
        ["names every provider with a check"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, before) =>
                    WrongErasing.With(
                        result,
                        providers: before?.Customer.Checks.Select(check => check.Provider).Order(StringComparer.Ordinal)
                    ),
            },
            ["erasing: Only providers that were asked are named"]
        ),
        ["names only providers with a result"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, before) =>
                    WrongErasing.With(
                        result,
                        providers: before
                            ?.Customer.Checks.Where(check => check.LastCheckAt is not null)
                            .Select(check => check.Provider)
                    ),
            },
            ["erasing: Only providers that were asked are named"]
        ),
        ["counts the changes of the survivor only"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, before) => WrongErasing.With(result, changes: before?.Changes.Length),
            },
            ["erasing: The absorbed are erased too"]
        ),
        ["counts a conversation too few"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, before) =>
                    WrongErasing.With(result, conversations: before?.Conversations.Length - 1),
            },
            ["erasing: The receipt counts what was erased", "races: Erasing and recording conversations"]
        ),
        ["erases again whoever was erased"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, _) =>
                    result is EraseResult.AlreadyErased { Receipt: var first } ? new EraseResult.Erased(first) : result,
            },
            [
                "erasing: Another erasure returns the first receipt",
                "erasing: Each erased id leads to the receipt",
                "races: One of several erases a customer",
            ]
        ),
        ["returns another result when an erasure is repeated"] = (
            store => new WrongErasing(store)
            {
                Returns = (result, _, before) =>
                    result is EraseResult.Erased { Receipt: var first } && before is null
                        ? new EraseResult.AlreadyErased(first)
                        : result,
            },
            ["erasing: The same erasure has the same result"]
        ),
        ["looks for a receipt, then erases"] = (
            store => new WrongErasing(store) { LooksFirst = true },
            ["races: One of several erases a customer"]
        ),
        ["finds a receipt by the first id only"] = (
            store => new WrongErasing(store) { FindsByTheFirstIdOnly = true },
            ["erasing: Each erased id leads to the receipt"]
        ),
        ["lists the newest erasure first"] = (
            store => new WrongErasing(store) { Lists = page => [.. page.Reverse()] },
            ["erasing: Erasures are listed oldest first", "erasing: Pages of erasures follow each other and end"]
        ),
        ["lists erasures after a time only"] = (
            store => new WrongErasing(store) { Pages = (since, after) => (since + Duration.Epsilon, after) },
            ["erasing: Erasures are listed oldest first"]
        ),
        ["goes on after the time of the last erasure"] = (
            store => new WrongErasing(store)
            {
                Pages = (since, after) => after is null ? (since, after) : (after.At + Duration.Epsilon, null),
            },
            ["erasing: Pages of erasures follow each other and end"]
        ),
        ["gives erased ids again"] = (
            store => new WrongErasing(store) { GivesIdsAgain = true },
            ["erasing: Erased ids are not given again"]
        ),
        ["adds half a profile when an identity is taken"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.Half },
            [
                "adding: A profile with one taken identity is not written",
                "adding: Those that can be added are added beside those that cannot",
            ]
        ),
        ["keeps the free identities of a profile that it refuses"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.IdentitiesOfRefused },
            [
                "adding: A profile with one taken identity is not written",
                "adding: Those that can be added are added beside those that cannot",
            ]
        ),
        ["adds all or none"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.AllOrNone },
            [
                "adding: Those that can be added are added beside those that cannot",
                "adding: Hundreds are added in one call",
            ]
        ),
        ["returns what was added in the order of the ids"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.InTheOrderOfIds },
            ["adding: Those that can be added are added beside those that cannot"]
        ),
        ["adds over the customer who has the id"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.Overwriting },
            ["adding: A profile whose id is taken leaves the customer as before"]
        ),
        ["looks up, then adds"] = (
            store => new WrongAdding(store) { Adds = WrongAdding.LookupFirst },
            ["races: Adding overlapping identities in opposite orders", "races: Adding the same profiles twice"]
        ),
        ["finds a customer once for each identity"] = (
            store => new WrongAdding(store) { Finds = profiles => [.. profiles, .. profiles] },
            ["adding: Many identities lead to each customer once", "adding: Hundreds are added in one call"]
        ),
        ["counts adding as a conversation"] = (
            store => new ScanningSearch(store) { NoConversation = profile => profile.CreatedAt },
            ["adding: Whoever never had a conversation comes last"]
        ),
        ["looks up, then inserts"] = (
            store => new LookupThenInsert(store),
            ["races: Creating one identity makes one customer"]
        ),
        ["ignores the version"] = (
            store => new VersionIgnored(store),
            [
                "updating: A newer version is not overwritten",
                "races: One of several updates to a version is written",
                Sequences,
            ]
        ),
        ["reads the version first"] = (
            store => new VersionReadFirst(store),
            ["races: One of several updates to a version is written", "races: One of an update and a result is written"]
        ),
        ["leases that never expire"] = (
            store => new InMemoryCustomerProfileStore(new FakeTimeProvider()),
            [
                "leases: The check of a dead host is claimed again",
                "leases: A lease holds until it expires",
                SequencesOfChecks,
            ]
        ),
        ["leases that expire at once"] = (
            store => new LeaseExpiringAtOnce(store),
            [
                "checks: A claimed check is not claimed again",
                "leases: A lease holds until it expires",
                "races: Each check is claimed once",
                SequencesOfChecks,
            ]
        ),
        ["identities compared without case"] = (
            store => new FoldedIdentities(store, text => text.ToLowerInvariant()),
            ["comparing: Identities that look alike are two"]
        ),
        ["identities compared without accents"] = (
            store => new FoldedIdentities(store, WithoutAccents),
            ["comparing: Identities that look alike are two"]
        ),
        ["identities compared without blanks at the end"] = (
            store => new FoldedIdentities(store, text => text.TrimEnd(' ')),
            [
                "comparing: Identities that look alike are two",
                "comparing: Identities that look alike are moved and suppressed apart",
            ]
        ),
        ["identities normalised"] = (
            store => new FoldedIdentities(store, text => text.Normalize(NormalizationForm.FormC)),
            ["comparing: Identities that look alike are two"]
        ),
        ["instants cut to milliseconds"] = (
            store => new ChangedProfiles(store, CutToMilliseconds),
            ["keeping: Times are kept to the microsecond", "keeping: Any profile is kept", Sequences]
        ),
        ["times of checks cut to milliseconds"] = (
            store => new CheckTimesCut(store),
            ["keeping: The times of checks and settings are kept to the microsecond", SequencesOfChecks]
        ),
        ["cleared marks dropped"] = (
            store => new ChangedProfiles(
                store,
                profile => With(profile, [.. profile.Values.Where(value => !value.IsCleared)])
            ),
            ["keeping: Cleared marks are kept", "keeping: Any profile is kept"]
        ),
        ["values sorted"] = (
            store => new ChangedProfiles(
                store,
                profile => With(profile, [.. profile.Values.OrderBy(value => value.Field.Code, StringComparer.Ordinal)])
            ),
            ["keeping: The order of values is kept"]
        ),
        ["empty text is nothing"] = (
            store => new ChangedProfiles(
                store,
                profile => With(profile, [.. profile.Values.Where(value => value.Value is not "")])
            ),
            ["keeping: Empty and missing parts are told apart"]
        ),
        ["text cut to 4,000 characters"] = (
            store => new ChangedProfiles(
                store,
                profile =>
                    With(
                        profile,
                        [
                            .. profile.Values.Select(value =>
                                value.Value is string { Length: > 4_000 } text
                                    ? new FieldValue(value.Field, value.Key, text[..4_000], value.Provenance)
                                    : value
                            ),
                        ]
                    )
            ),
            ["keeping: Long text and many values are kept"]
        ),
        ["addresses tidied"] = (
            store => new ChangedProfiles(
                store,
                profile =>
                    With(
                        profile,
                        [
                            .. profile.Values.Select(value =>
                                value.Value is Uri url
                                    ? new FieldValue(value.Field, value.Key, new Uri(url.AbsoluteUri), value.Provenance)
                                    : value
                            ),
                        ]
                    )
            ),
            ["keeping: Addresses are kept as they were written", "keeping: Every field with every provenance is kept"]
        ),
        ["ignores the tenant when it finds"] = (
            store => new TenantIgnored(store),
            [
                "tenants: The same identity in two tenants is two customers",
                "tenants: An id of another tenant is unknown",
                Sequences,
            ]
        ),
        ["writes half of an update"] = (
            store => new HalfAnUpdate(store),
            ["updating: A newer version is not overwritten"]
        ),
        ["frees no identities"] = (
            store => new IdentitiesNotFreed(store),
            ["updating: Identities move with the profile", Sequences]
        ),
        ["takes a second request"] = (
            store => new SecondRequest(store),
            [
                "checks: A check is requested once",
                "races: One of several requests for a check succeeds",
                SequencesOfChecks,
            ]
        ),
        ["disabling forgets checks under way"] = (
            store => new SettingIgnoresRunningChecks(store),
            ["settings: A result is dropped also when the provider is enabled again", SequencesOfChecks]
        ),
        ["disabling races with requesting"] = (
            store => new SettingThatRaces(store),
            ["races: Disabling and requesting"]
        ),
        ["the mark goes with the identity"] = (
            store => new MarkGoesWithIdentity(store),
            ["suppression: The marks of the identities stay when the customer loses them", Sequences]
        ),
        ["gained identities are not marked"] = (
            store => new GainedIdentitiesNotMarked(store),
            ["suppression: An identity gained by a suppressed customer is suppressed"]
        ),
        ["pages by offset"] = (
            store => new PagesByOffset(store),
            ["listing: Nobody is shown twice or left out while others come"]
        ),
        ["searches by pattern"] = (
            store => new ScanningSearch(store) { HasTerm = (term, keys, _) => IsLike(keys.Text, term.Text) },
            ["search: Every character is taken literally"]
        ),
        ["finds short words anywhere"] = (
            store => new ScanningSearch(store)
            {
                HasTerm = (term, keys, _) => HasText(keys, term.Text) || HasText(keys, term.Digits),
            },
            ["search: Short words are found at the beginning of words only"]
        ),
        ["finds telephone numbers by their spelling"] = (
            store => new ScanningSearch(store) { HasTerm = (term, keys, _) => ScanningSearch.HasWord(term, keys) },
            ["search: A telephone number is found by its digits"]
        ),
        ["finds notes"] = (
            store => new ScanningSearch(store)
            {
                HasTerm = (term, keys, profile) =>
                    ScanningSearch.HasWord(term, keys)
                    || HasText(keys, term.Digits)
                    || profile.Notes?.Contains(term.Text, StringComparison.OrdinalIgnoreCase) == true,
            },
            ["search: Notes and other properties are not found"]
        ),
        ["finds every custom property"] = (
            store => new ScanningSearch(store)
            {
                Properties = new SearchableProperties([
                    .. new[] { "plan", "Licence no.", "Plan", "other" }.Select(key =>
                        PropertyDefinition.Text(key, key) with
                        {
                            IsSearchable = true,
                        }
                    ),
                    PropertyDefinition.Number("seats", "Seats") with
                    {
                        IsSearchable = true,
                    },
                    PropertyDefinition.Date("since", "Customer since") with
                    {
                        IsSearchable = true,
                    },
                ]),
            },
            ["search: Notes and other properties are not found"]
        ),
        ["finds a range without its end"] = (
            store => new ScanningSearch(store)
            {
                Filter = filter =>
                    filter is { From: { } from, To: not null }
                        ? new PropertyFilter { Key = filter.Key, From = from }
                        : filter,
            },
            ["search: Numbers and dates are found within a range"]
        ),
        ["compares numbers as text"] = (
            store => new ScanningSearch(store)
            {
                IsInRange = (filter, value) =>
                    (filter.From is null || string.CompareOrdinal(value, filter.From) >= 0)
                    && (filter.To is null || string.CompareOrdinal(value, filter.To) <= 0),
            },
            ["search: Numbers and dates are found within a range"]
        ),
        ["takes any range"] = (
            store => new ScanningSearch(store) { TakesAnyRange = true },
            ["search: A range that the property cannot have is refused"]
        ),
        ["ignores the filter of suppressed customers"] = (
            store => new ScanningSearch(store) { IgnoresSuppressed = true },
            [
                "search: Each filter holds alone and with others",
                "search: The filter of suppressed customers follows the marks",
            ]
        ),
        ["counts without a bound"] = (
            store => new ScanningSearch(store) { CountsWithoutBound = true },
            ["search: Counting ends at the bound"]
        ),
        ["repeats the last profile of the page before"] = (
            store => new ScanningSearch(store) { RepeatsTheLast = true },
            ["search order: Pages follow each other and end"]
        ),
        ["takes any cursor"] = (
            store => new ScanningSearch(store) { TakesAnyCursor = true },
            ["search order: A cursor of another query is refused"]
        ),
        ["sorts names by UTF-16"] = (
            store => new ScanningSearch(store)
            {
                Compare = (one, other) =>
                    one is { Step: SearchStep.Rest, Name: { } name }
                    && other.Name is { } otherName
                    && string.CompareOrdinal(name, otherName) is not 0 and var order
                        ? order
                        : SearchCriteria.Compare(one, other),
            },
            ["search order: Names are sorted by code points"]
        ),
        ["counts a redelivery as a conversation"] = (
            store => new ScanningSearch(store) { CountsRedeliveries = true },
            ["search order: The newest come first"]
        ),
        ["removes no old record"] = (
            store => new WrongRetention(store, (_, _, _, _, _) => new(new ConversationRemoval { Removed = 0 })),
            [
                "retention: Records before a time are removed",
                "retention: The newest record stays",
                "retention: Steps follow each other and end",
                "retention: Many records of one customer take several steps",
                "retention: Records of another tenant stay",
            ]
        ),
        ["removes a record of the time itself"] = (
            store => new WrongRetention(
                store,
                (inner, tenant, before, from, most) =>
                    inner.RemoveConversationsAsync(tenant, before + Duration.Epsilon, from, most, default)
            ),
            ["retention: Records before a time are removed"]
        ),
        ["ends after the first step"] = (
            store => new WrongRetention(
                store,
                async (inner, tenant, before, from, most) =>
                    new ConversationRemoval
                    {
                        Removed = (await inner.RemoveConversationsAsync(tenant, before, from, most, default)).Removed,
                    }
            ),
            ["retention: Steps follow each other and end", "retention: Many records of one customer take several steps"]
        ),
        ["cancelled in the middle"] = (
            store => new CancelledInTheMiddle(store),
            ["cancellation: A call cancelled on the way happens completely or not at all"]
        ),
        ["ignores cancellation"] = (
            store => new CancellationIgnored(store),
            ["cancellation: A call cancelled before it begins does nothing"]
        ),
        ["counts only what waits"] = (
            store => new CountsOnlyWhatWaits(store),
            [
                "counting: A check counts from its request until it ends",
                "counting: Postponed and abandoned checks count",
                SequencesOfChecks,
            ]
        ),
        ["counts what was ended"] = (
            store => new CountsWhatWasEnded(store),
            [
                "counting: Disabling leaves running checks",
                "counting: Suppressing leaves running checks",
                SequencesOfChecks,
            ]
        ),
        ["spends over the limit"] = (
            store => new ReservesOverTheLimit(store),
            ["races: A budget is not exceeded by concurrent callers"]
        ),
        ["refunds below zero"] = (
            store => new RefundsBelowZero(store),
            ["budgets: A refunded lookup can be reserved again", Sequences]
        ),
        ["an old lease counts"] = (
            store => new OldLeaseCounts(store),
            ["leases: A lease that was replaced can do nothing", SequencesOfChecks]
        ),
        ["a stale result loses the lease"] = (
            store => new StaleResultLosesTheLease(store),
            ["checks: A stale result can be completed again", SequencesOfChecks]
        ),
        ["withheld does not suppress"] = (
            store => new WithheldDoesNotSuppress(store),
            ["checks: A withheld result suppresses the customer", Sequences]
        ),
        ["the newest first"] = (
            store => new NewestFirst(store),
            ["checks: The check that has waited longest comes first"]
        ),
        ["claims twice"] = (store => new ClaimedTwice(store), ["races: Each check is claimed once"]),
        ["remembers by identity"] = (
            store => new RecordsByIdentity(store),
            ["receiving: Conversations stay with a customer whose identities change"]
        ),
    };

    private const string Sequences = "sequences: Any sequence of calls returns what the model does";

    private const string SequencesOfChecks =
        "sequences: Any sequence of calls about checks returns what the model does";

    private const string SequencesOfMerges =
        "sequences: Any sequence of calls about merging returns what the model does";

    public static TheoryData<string, string> EachWithWhatCatchesIt
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (name, (_, caughtBy)) in Broken)
            {
                foreach (var one in caughtBy)
                {
                    data.Add(name, one);
                }
            }

            return data;
        }
    }

    public static TheoryData<string> WhatCatchesAny =>
        [.. Broken.Values.SelectMany(broken => broken.CaughtBy).Distinct()];

    public static TheoryData<string> WhereCallsMeet =>
        [
            .. StoreConformance
                .Cases.Where(one => one.Group is "races" or "leases" or "cancellation")
                .Select(one => one.Name),
        ];

    private static MergeWrite WithoutLeases(MergeWrite write) =>
        WrongMerging.With(
            write,
            into: WrongMerging.With(
                write.Into,
                checks: write.Into.Checks.Select(check => check with { LeaseId = null })
            )
        );

    [Theory]
    [MemberData(nameof(EachWithWhatCatchesIt))]
    public async Task A_broken_store_is_caught(string broken, string caughtBy)
    {
        var store = new InMemoryStoreUnderTest(sequences: 2_000, Broken[broken].Around);
        var run = async () => await StoreConformance.Named(caughtBy).RunAsync(store);
        var found = (await run.Should().ThrowAsync<StoreConformanceException>()).Which;
        found.Rule.Should().NotBeNullOrWhiteSpace();
        found.Expected.Should().NotBe(found.Actual);
        found.Message.Should().Contain(found.Expected).And.Contain(found.Actual);
    }

    [Theory]
    [MemberData(nameof(WhatCatchesAny))]
    public async Task Passing_calls_on_is_not_what_is_caught(string name)
    {
        var store = new InMemoryStoreUnderTest(sequences: 100, store => new PassingStore(store));
        var run = async () => await StoreConformance.Named(name).RunAsync(store);
        await run.Should().NotThrowAsync();
    }

    [Theory]
    [MemberData(nameof(WhereCallsMeet))]
    public async Task Slow_calls_are_not_what_is_caught(string name)
    {
        var store = new InMemoryStoreUnderTest(sequences: 1, store => new SlowStore(store), rounds: 2);
        var run = async () => await StoreConformance.Named(name).RunAsync(store);
        await run.Should().NotThrowAsync();
    }

    [Fact]
    public async Task Searching_by_reading_everybody_is_not_what_is_caught()
    {
        var store = new InMemoryStoreUnderTest(sequences: 1, store => new ScanningSearch(store));
        foreach (var one in StoreConformance.Cases.Where(one => one.Group is "search" or "search order" or "adding"))
        {
            await one.RunAsync(store);
        }
    }

    private static bool HasText(SearchKeys keys, string? text) =>
        text is not null && keys.Text.Contains(text, StringComparison.Ordinal);

    private static bool IsLike(string text, string term) =>
        System.Text.RegularExpressions.Regex.IsMatch(
            text,
            string.Concat(
                term.Select(c =>
                    c switch
                    {
                        '%' => ".*",
                        '_' => ".",
                        _ => System.Text.RegularExpressions.Regex.Escape($"{c}"),
                    }
                )
            ),
            System.Text.RegularExpressions.RegexOptions.Singleline
        );

    private static string WithoutAccents(string text) =>
        string.Concat(
            text.Normalize(NormalizationForm.FormD)
                .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
        );

    private static CustomerProfile With(
        CustomerProfile profile,
        System.Collections.Immutable.ImmutableArray<FieldValue> values
    ) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version,
            profile.CreatedAt,
            profile.UpdatedAt,
            profile.Identities,
            values
        );

    private static CustomerProfile CutToMilliseconds(CustomerProfile profile) =>
        new(
            profile.Tenant,
            profile.Id,
            profile.Version,
            Cut(profile.CreatedAt),
            Cut(profile.UpdatedAt),
            profile.Identities,
            [
                .. profile.Values.Select(value => new FieldValue(
                    value.Field,
                    value.Key,
                    value.Value,
                    value.Provenance with
                    {
                        ObservedAt = Cut(value.Provenance.ObservedAt),
                    }
                )),
            ]
        );

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());
}
