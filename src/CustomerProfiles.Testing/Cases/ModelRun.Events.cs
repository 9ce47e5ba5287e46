using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>The calls of a sequence that deliver events or are about duplicates.</summary>
internal sealed partial class ModelRun
{
    private const int Many = 100;

    /// <summary>Removes the events of other sequences, because claiming knows no tenants.</summary>
    public async Task BeginAsync()
    {
        if (Store is IEventStore store)
        {
            await store.SetEventsOnAsync(areOn: false, Cancel).ConfigureAwait(false);
        }
    }

    private EventWrite Event(CustomerEventKind kind) =>
        new() { Kind = kind, By = new Provenance(ProvenanceSource.Agent, "kim", _model.Now) };

    /// <summary>A change that passes an event of the kind.</summary>
    private ProfileChange Change(CustomerEventKind kind) =>
        new()
        {
            Kind = HistoryKind.Edit,
            By = new Provenance(ProvenanceSource.Agent, "kim", _model.Now),
            Values = [],
            MostKept = 2,
            Event = Event(kind),
        };

    /// <summary>Delivers some events, or fails to.</summary>
    private async Task DeliverAsync(int mostQueues, int mostEvents, bool fails, string about)
    {
        if (Store is not IEventStore store)
        {
            return;
        }

        var claimed = await store.ClaimEventsAsync(mostQueues, mostEvents, Step, Cancel).ConfigureAwait(false);
        _scene.Same(
            Math.Min(mostQueues, _model.Queues.Count()),
            claimed.Length,
            $"how many queues are claimed; {about}"
        );
        foreach (var claim in claimed)
        {
            _scene.Same(
                _model.Waiting(claim.Tenant, claim.CustomerId, mostEvents),
                EventStage.TextOf(claim.Events),
                $"the events that are claimed; {about}"
            );
            if (!fails)
            {
                _model.Deliver(claim.Tenant, claim.CustomerId, claim.Events.Length);
            }
        }

        await store
            .SettleEventsAsync(
                [.. claimed.Select(claim => fails ? EventStage.Through(claim, 0) : EventStage.All(claim))],
                Cancel
            )
            .ConfigureAwait(false);
    }

    /// <summary>Delivers what is left.</summary>
    private async Task DeliverAllAsync(string about)
    {
        while (_model.Queues.Any())
        {
            await DeliverAsync(Many, Many, fails: false, about).ConfigureAwait(false);
        }

        await DeliverAsync(Many, Many, fails: false, about).ConfigureAwait(false);
    }

    private async Task MarkNotDuplicatesAsync(
        IDuplicateStore store,
        CustomerProfile one,
        CustomerProfile other,
        string about
    )
    {
        if (one.Id == other.Id)
        {
            return;
        }

        var isMade = await store
            .MarkNotDuplicatesAsync(one.Tenant, one.Id, other.Id, _model.Now, "kim", Cancel)
            .ConfigureAwait(false);
        _scene.Is(_model.MakePair(one.Tenant, one.Id, other.Id), isMade, about);
    }

    private async Task CompareDuplicatesAsync(IDuplicateStore store, int mostPerKey, string about)
    {
        foreach (var person in _model.People)
        {
            var profile = person.Profile;
            var found = await store
                .FindByMatchKeysAsync(
                    profile.Tenant,
                    profile.Id,
                    StoreConformance.MatchKeys.Of(profile),
                    mostPerKey,
                    Cancel
                )
                .ConfigureAwait(false);
            _scene.Same(
                string.Join(
                    '\n',
                    _model
                        .Duplicates(person, mostPerKey)
                        .Select(other => StoredText.Of(other.Profile))
                        .Order(StringComparer.Ordinal)
                ),
                string.Join('\n', found.Select(StoredText.Of).Order(StringComparer.Ordinal)),
                $"who shares a key with {profile.Id}; {about}"
            );
        }
    }
}
