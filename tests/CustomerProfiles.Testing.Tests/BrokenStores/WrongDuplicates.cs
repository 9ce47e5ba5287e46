using System.Collections.Concurrent;
using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Finds other people by match keys than there are, or keeps other keys and pairs than it is told.</summary>
internal sealed class WrongDuplicates(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<(CustomerId, CustomerId), bool> _pairs = [];
    private readonly ConcurrentBag<CustomerProfile> _absorbed = [];

    public bool CountsEveryKey { get; init; }

    public bool FindsTheCustomerToo { get; init; }

    public bool FindsTheAbsorbed { get; init; }

    /// <summary>Whether pairs are kept for the two ids only, and not for whoever absorbs them.</summary>
    public bool ForgetsPairsAfterMerging { get; init; }

    public bool KeepsPairsOneWay { get; init; }

    public bool PairsWithAnybody { get; init; }

    public bool WritesKeysOfAnyVersion { get; init; }

    /// <summary>Whether an update leaves the keys of the version before.</summary>
    public bool KeepsKeysWhenUpdated { get; init; }

    private IDuplicateStore Duplicates => (IDuplicateStore)Inner;

    public override async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        var before = await GetAsync(profile.Tenant, profile.Id, cancellationToken);
        var result = await base.UpdateAsync(profile, change, cancellationToken);
        if (KeepsKeysWhenUpdated && before is not null && result is UpdateResult.Updated)
        {
            var kept = InVersion(before.Profile, profile.Version);
            await Duplicates.WriteMatchKeysAsync(profile.Tenant, [kept], cancellationToken);
        }

        return result;
    }

    public override async ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken)
    {
        var isMerged = await base.MergeAsync(merge, cancellationToken);
        if (isMerged && FindsTheAbsorbed)
        {
            _absorbed.Add(merge.From.Profile);
        }

        return isMerged;
    }

    public override async ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    )
    {
        var found = await base.FindByMatchKeysAsync(
            tenant,
            id,
            keys,
            CountsEveryKey ? int.MaxValue : mostPerKey,
            cancellationToken
        );
        if (FindsTheCustomerToo && await GetAsync(tenant, id, cancellationToken) is { } customer)
        {
            found = found.Add(customer.Profile);
        }

        return
        [
            .. found.Where(other => !_pairs.ContainsKey((id, other.Id))),
            .. _absorbed.Where(one => StoreConformance.MatchKeys.Of(one).Intersect(keys).Any()),
        ];
    }

    public override async ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    )
    {
        if (!ForgetsPairsAfterMerging && !KeepsPairsOneWay)
        {
            var isMade = await base.MarkNotDuplicatesAsync(tenant, one, other, at, by, cancellationToken);
            return isMade || PairsWithAnybody;
        }

        _pairs[(one, other)] = true;
        if (!KeepsPairsOneWay)
        {
            _pairs[(other, one)] = true;
        }

        return true;
    }

    public override async ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    )
    {
        foreach (var profile in profiles)
        {
            var current = WritesKeysOfAnyVersion ? await GetAsync(tenant, profile.Id, cancellationToken) : null;
            var version = current?.Profile.Version ?? profile.Version;
            await base.WriteMatchKeysAsync(tenant, [InVersion(profile, version)], cancellationToken);
        }
    }

    private static CustomerProfile InVersion(CustomerProfile profile, long version) =>
        new(
            profile.Tenant,
            profile.Id,
            version,
            profile.CreatedAt,
            profile.UpdatedAt,
            profile.Identities,
            profile.Values
        );
}
