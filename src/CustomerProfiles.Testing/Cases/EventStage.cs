using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing;

/// <summary>Writing and delivering the events of a scene, which are the only ones that wait in the store.</summary>
internal sealed class EventStage(Scene scene, IEventStore store)
{
    private const int Many = 100;

    public Scene Scene => scene;

    public IEventStore Store => store;

    /// <summary>Merging in the same scene; null for a store that cannot merge.</summary>
    public MergingStage? Merging { get; } =
        scene.Store is IMergingStore merging ? new MergingStage(scene, merging) : null;

    /// <summary>Erasing in the same scene; null for a store that cannot erase.</summary>
    public ErasingStage? Erasing { get; } =
        scene.Store is IErasureStore erasing ? new ErasingStage(scene, erasing) : null;

    /// <summary>Removes the events of other cases, because claiming knows no tenants.</summary>
    public static async Task<EventStage> BeginAsync(Scene scene, IEventStore store)
    {
        await store.SetEventsOnAsync(areOn: false, scene.Cancel).ConfigureAwait(false);
        return new EventStage(scene, store);
    }

    public EventWrite Write(CustomerEventKind kind = CustomerEventKind.Updated, string by = "kim") =>
        new() { Kind = kind, By = new Provenance(ProvenanceSource.Agent, by, scene.Now) };

    /// <summary>A change that passes an event of the kind.</summary>
    public ProfileChange Change(
        CustomerEventKind kind = CustomerEventKind.Updated,
        int mostKept = int.MaxValue,
        EventWrite? written = null
    ) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", scene.Now),
            Values = [],
            MostKept = mostKept,
            Event = written ?? Write(kind),
        };

    /// <summary>Creates a customer with an event, and with the checks.</summary>
    public async Task<CustomerProfile> CreateAsync(CustomerProfile profile, params string[] checks)
    {
        await TryCreateAsync(profile, checks).ConfigureAwait(false);
        return profile;
    }

    public Task<CustomerProfile> CreateAsync(params string[] checks) => CreateAsync(scene.Someone(), checks);

    public async Task<ConversationLookup> TryCreateAsync(CustomerProfile profile, params string[] checks) =>
        await scene
            .Store.CreatedAsync(
                new NewCustomer
                {
                    Profile = profile,
                    Conversation = scene.Conversation(),
                    Checks = [.. checks],
                    Event = Write(CustomerEventKind.Created),
                },
                scene.Cancel
            )
            .ConfigureAwait(false);

    /// <summary>Writes the next version with an event.</summary>
    public async Task<CustomerProfile> UpdateAsync(CustomerProfile profile, EventWrite? written = null)
    {
        var next = scene.Next(profile);
        scene.Same(
            nameof(UpdateResult.Updated),
            await TryUpdateAsync(next, written).ConfigureAwait(false),
            "the version before is current"
        );
        return next;
    }

    public async Task<string> TryUpdateAsync(CustomerProfile next, EventWrite? written = null) =>
        StoredText.Of(
            await scene.Store.UpdateAsync(next, Change(written: written), scene.Cancel).ConfigureAwait(false)
        );

    public async Task<bool> SuppressAsync(CustomerProfile profile, bool suppressed = true) =>
        await scene
            .Store.SetSuppressedAsync(
                profile.Tenant,
                profile.Id,
                suppressed,
                Change(suppressed ? CustomerEventKind.Suppressed : CustomerEventKind.Unsuppressed),
                scene.Cancel
            )
            .ConfigureAwait(false);

    public async Task<ImmutableArray<ClaimedEvents>> ClaimAsync(
        int mostQueues = Many,
        int mostEvents = Many,
        Duration? lease = null
    ) => await store.ClaimEventsAsync(mostQueues, mostEvents, lease ?? Scene.Lease, scene.Cancel).ConfigureAwait(false);

    /// <summary>Claims the only queue that can be claimed.</summary>
    public async Task<ClaimedEvents> ClaimOneAsync(string about, int mostEvents = Many, Duration? lease = null)
    {
        var claimed = await ClaimAsync(Many, mostEvents, lease).ConfigureAwait(false);
        scene.Same(1, claimed.Length, $"how many queues are claimed; {about}");
        return claimed[0];
    }

    public async Task NothingToClaimAsync(string about) => Claimed(await ClaimAsync().ConfigureAwait(false), about);

    public async Task SettleAsync(params EventSettlement[] settlements) =>
        await store.SettleEventsAsync([.. settlements], scene.Cancel).ConfigureAwait(false);

    public static EventSettlement All(ClaimedEvents claim) => Through(claim, claim.Events[^1].Sequence);

    public static EventSettlement Through(
        ClaimedEvents claim,
        long sequence,
        int attempts = 0,
        Duration delay = default,
        bool stops = false
    ) =>
        new()
        {
            Claim = claim,
            DeliveredThrough = sequence,
            Attempts = attempts,
            Delay = delay,
            Stops = stops,
        };

    /// <summary>Claims the only queue that can be claimed, and stops it at its first event.</summary>
    public async Task<ClaimedEvents> StopAsync(string about, int attempts = 8)
    {
        var claim = await ClaimOneAsync(about).ConfigureAwait(false);
        await SettleAsync(Through(claim, 0, attempts, stops: true)).ConfigureAwait(false);
        return claim;
    }

    public async Task<bool> RestartAsync(CustomerProfile profile, long sequence, bool skips = false) =>
        await store.RestartEventsAsync(profile.Tenant, profile.Id, sequence, skips, scene.Cancel).ConfigureAwait(false);

    /// <summary>Asserts what is claimed: the queues in any order, each with its events.</summary>
    public void Claimed(
        ImmutableArray<ClaimedEvents> claimed,
        string about,
        params (CustomerProfile Customer, string Events)[] expected
    ) =>
        scene.Same(
            Lines(expected.Select(one => Line(one.Customer.Tenant, one.Customer.Id, one.Events))),
            Lines(claimed.Select(one => Line(one.Tenant, one.CustomerId, TextOf(one.Events)))),
            $"the events that are claimed; {about}"
        );

    /// <summary>Asserts which queues are stopped, in any order, each with its attempts and its first event.</summary>
    public async Task StoppedAsync(
        string about,
        params (CustomerProfile Customer, int Attempts, string Event)[] expected
    )
    {
        var stopped = await store.GetStoppedEventsAsync(Many, scene.Cancel).ConfigureAwait(false);
        scene.Same(
            Lines(
                expected.Select(one => Line(one.Customer.Tenant, one.Customer.Id, $"{one.Event} after {one.Attempts}"))
            ),
            Lines(
                stopped.Select(one =>
                    Line(one.Event.Tenant, one.Event.CustomerId, $"{TextOf([one.Event])} after {one.Attempts}")
                )
            ),
            $"the queues that are stopped; {about}"
        );
    }

    /// <summary>Delivers all events that can be claimed, and asserts which ones.</summary>
    public async Task DeliveredAsync(string about, params (CustomerProfile Customer, string Events)[] expected)
    {
        var delivered = await DeliverAsync().ConfigureAwait(false);
        scene.Same(
            Lines(expected.Select(one => Line(one.Customer.Tenant, one.Customer.Id, one.Events))),
            Lines(
                delivered
                    .GroupBy(one => (one.Tenant, one.CustomerId))
                    .Select(queue => Line(queue.Key.Tenant, queue.Key.CustomerId, TextOf(queue)))
            ),
            $"the events that are delivered; {about}"
        );
    }

    /// <summary>Delivers all events that can be claimed.</summary>
    /// <returns>The events, in the order of their delivery.</returns>
    public async Task<List<CustomerEvent>> DeliverAsync()
    {
        var delivered = new List<CustomerEvent>();
        while (true)
        {
            var claimed = await ClaimAsync().ConfigureAwait(false);
            if (claimed.IsEmpty)
            {
                return delivered;
            }

            delivered.AddRange(claimed.SelectMany(claim => claim.Events));
            if (delivered.Count > Many * Many)
            {
                throw scene.Broken("an end", "more and more events", "delivering all events");
            }

            await SettleAsync([.. claimed.Select(All)]).ConfigureAwait(false);
        }
    }

    /// <summary>Sequences and kinds, such as <c>1 Created, 2 Updated</c>.</summary>
    public static string TextOf(IEnumerable<CustomerEvent> events) =>
        string.Join(", ", events.Select(one => one.ToString()));

    private static string Line(TenantId tenant, CustomerId id, string events) =>
        $"{id} of {StoredText.Quoted(tenant.Value)}: {events}";

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));
}
