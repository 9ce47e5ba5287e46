using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Writes other events than it is given, or claims and settles another way than it is told.</summary>
internal sealed class WrongEvents(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(TenantId, CustomerId), int> _refused = [];
    private readonly ConcurrentDictionary<(TenantId, CustomerId), ClaimedEvents> _claimed = [];
    private readonly ConcurrentDictionary<(TenantId, CustomerId), bool> _erased = [];

    /// <summary>What is merged instead.</summary>
    public Func<MergeWrite, MergeWrite> Merges { get; init; } = write => write;

    /// <summary>What is settled instead, given the last claim of the queue.</summary>
    public Func<EventSettlement, ClaimedEvents, EventSettlement> Settles { get; init; } = (settlement, _) => settlement;

    /// <summary>What is claimed instead, given how many updates were refused and whether the customer is
    /// erased.</summary>
    public Func<ClaimedEvents, int, bool, ClaimedEvents> Claims { get; init; } = (claim, _, _) => claim;

    public bool ClaimsEveryQueue { get; init; }

    public bool KeepsWhatWaits { get; init; }

    public bool RestartsAtAnyEvent { get; init; }

    private IEventStore Events => (IEventStore)Inner;

    public static EventSettlement With(
        EventSettlement settlement,
        ClaimedEvents? claim = null,
        long? deliveredThrough = null,
        int? attempts = null,
        Duration? delay = null,
        bool? stops = null
    ) =>
        new()
        {
            Claim = claim ?? settlement.Claim,
            DeliveredThrough = deliveredThrough ?? settlement.DeliveredThrough,
            Attempts = attempts ?? settlement.Attempts,
            Delay = delay ?? settlement.Delay,
            Stops = stops ?? settlement.Stops,
        };

    public static ClaimedEvents With(ClaimedEvents claim, IEnumerable<CustomerEvent> events) =>
        new()
        {
            Tenant = claim.Tenant,
            CustomerId = claim.CustomerId,
            Lease = claim.Lease,
            Attempts = claim.Attempts,
            Events = [.. events],
        };

    public static CustomerEvent With(CustomerEvent one, Guid? id = null, long? sequence = null) =>
        new()
        {
            Id = id ?? one.Id,
            Tenant = one.Tenant,
            CustomerId = one.CustomerId,
            Sequence = sequence ?? one.Sequence,
            Kind = one.Kind,
            By = one.By,
            Fields = one.Fields,
            Merge = one.Merge,
            OtherCustomerId = one.OtherCustomerId,
            Erasure = one.Erasure,
        };

    /// <summary>A merge that tells of the survivor only.</summary>
    public static MergeWrite WithoutTheAbsorbed(MergeWrite write) =>
        new()
        {
            Tenant = write.Tenant,
            Merge = write.Merge,
            Journal = write.Journal,
            From = new MergeSideWrite
            {
                State = write.From.State,
                Profile = write.From.Profile,
                Checks = write.From.Checks,
                IsMarked = write.From.IsMarked,
                MarkedBy = write.From.MarkedBy,
                Change = null,
            },
            Into = write.Into,
            NewMarks = write.NewMarks,
            Aliases = write.Aliases,
        };

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var result = await base.UpdateAsync(profile, change, cancellationToken);
        if (result is not UpdateResult.Updated)
        {
            _refused.AddOrUpdate((profile.Tenant, profile.Id), 1, (_, count) => count + 1);
        }

        return result;
    }

    public override ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken) =>
        base.MergeAsync(Merges(merge), cancellationToken);

    public override async ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken)
    {
        var result = await base.EraseAsync(erasure, cancellationToken);
        if (result is EraseResult.Erased)
        {
            _erased[(erasure.Tenant, erasure.Id)] = true;
        }

        return result;
    }

    public override ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken) =>
        KeepsWhatWaits && !areOn ? default : base.SetEventsOnAsync(areOn, cancellationToken);

    public override async ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        var claimed = await base.ClaimEventsAsync(
            ClaimsEveryQueue ? int.MaxValue : mostQueues,
            mostEvents,
            lease,
            cancellationToken
        );
        foreach (var claim in claimed)
        {
            _claimed[(claim.Tenant, claim.CustomerId)] = claim;
        }

        return
        [
            .. claimed.Select(claim =>
                Claims(
                    claim,
                    _refused.GetValueOrDefault((claim.Tenant, claim.CustomerId)),
                    _erased.ContainsKey((claim.Tenant, claim.CustomerId))
                )
            ),
        ];
    }

    public override ValueTask SettleEventsAsync(
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    ) =>
        base.SettleEventsAsync(
            [
                .. settlements.Select(settlement =>
                    Settles(settlement, _claimed[(settlement.Claim.Tenant, settlement.Claim.CustomerId)])
                ),
            ],
            cancellationToken
        );

    public override async ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    )
    {
        if (RestartsAtAnyEvent)
        {
            var stopped = await Events.GetStoppedEventsAsync(int.MaxValue, cancellationToken);
            sequence = stopped.FirstOrDefault(one => one.Event.CustomerId == id)?.Event.Sequence ?? sequence;
        }

        return await base.RestartEventsAsync(tenant, id, sequence, skips, cancellationToken);
    }
}
