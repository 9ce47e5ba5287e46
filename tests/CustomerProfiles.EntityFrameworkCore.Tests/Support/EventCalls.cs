using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>Short forms of what writes, claims and settles events.</summary>
internal static class EventCalls
{
    private static readonly Provenance Kim = new(ProvenanceSource.Agent, "kim", StoreCalls.Now);

    public static IEventStore Events(this ICustomerProfileStore store) => (IEventStore)store;

    public static EventWrite Write(CustomerEventKind kind = CustomerEventKind.Updated) =>
        new() { Kind = kind, By = Kim };

    /// <summary>A change that the history does not keep, with its event.</summary>
    public static ProfileChange Change(CustomerEventKind kind = CustomerEventKind.Updated, int mostKept = 0) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = Kim,
            Values = [],
            MostKept = mostKept,
            Event = Write(kind),
        };

    public static async Task<CustomerProfile> CreateWithEventAsync(this ICustomerProfileStore store, string address) =>
        (
            await store.CreateAsync(
                new NewCustomer
                {
                    Profile = StoreCalls.NewProfile(address),
                    Conversation = StoreCalls.Record("first"),
                    Checks = [StoreCalls.Provider],
                    Event = Write(CustomerEventKind.Created),
                },
                default
            )
        )!.Customer.Profile;

    public static async Task<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        this ICustomerProfileStore store,
        int mostQueues = 100,
        int mostEvents = 100,
        Duration? lease = null
    ) => await store.Events().ClaimEventsAsync(mostQueues, mostEvents, lease ?? StoreCalls.Lease, default);

    public static async Task SettleAsync(this ICustomerProfileStore store, params EventSettlement[] settlements) =>
        await store.Events().SettleEventsAsync([.. settlements], default);

    public static EventSettlement Delivered(this ClaimedEvents claim) =>
        new() { Claim = claim, DeliveredThrough = claim.Events[^1].Sequence };

    public static EventSettlement Failed(this ClaimedEvents claim, bool stops = false, Duration delay = default) =>
        new()
        {
            Claim = claim,
            DeliveredThrough = 0,
            Attempts = claim.Attempts + 1,
            Delay = delay,
            Stops = stops,
        };

    /// <summary>The kinds of a customer's events that wait, in order, read from the table.</summary>
    public static async Task<IReadOnlyList<string>> WaitingAsync(this TestDatabase database, CustomerId id) =>
        (
            await database.ValueAsync<string?>(
                database is SqliteTestDatabase
                    ? $"select group_concat(k, ' ') from (select sequence || ':' || (event ->> '$.kind') as k from "
                        + $"cp_events where customer_id = '{id}' order by sequence)"
                    : "select string_agg(sequence || ':' || (event::json ->> 'kind'), ' ' order by sequence) "
                        + $"from cp_events where customer_id = '{id}'"
            )
        )?.Split(' ') ?? [];
}
