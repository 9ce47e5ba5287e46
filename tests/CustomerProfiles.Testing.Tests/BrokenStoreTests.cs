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
        ["exports no history"] = (
            store => new WrongRecord(store, record => WrongRecord.With(record, changes: [])),
            ["export: The history is read"]
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
