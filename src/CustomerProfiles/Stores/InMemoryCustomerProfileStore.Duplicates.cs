using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

public sealed partial class InMemoryCustomerProfileStore
{
    /// <inheritdoc/>
    public ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostPerKey, 2);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_tenants.GetValueOrDefault(tenant)?.FindByMatchKeys(id, keys, mostPerKey) ?? []);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (
                _tenants.GetValueOrDefault(tenant) is not { } kept
                || kept.Find(one) is null
                || kept.Find(other) is null
            )
            {
                return new(false);
            }

            kept.MakePair(one, other);
            return new(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            foreach (var profile in profiles)
            {
                if (
                    _tenants.GetValueOrDefault(tenant)?.Customers.GetValueOrDefault(profile.Id) is { } customer
                    && customer.Profile.Version == profile.Version
                )
                {
                    customer.Tenant.KeepKeys(customer, profile);
                }
            }

            return default;
        }
    }

    private sealed partial class Tenant(MatchKeys matchKeys)
    {
        private readonly Dictionary<long, HashSet<Customer>> _byKey = [];

        /// <summary>The pairs that are not duplicates, each with the lesser id first.</summary>
        private readonly HashSet<(CustomerId, CustomerId)> _pairs = [];

        /// <summary>Keeps the match keys of a profile for a customer, who is not absorbed.</summary>
        public void KeepKeys(Customer customer, CustomerProfile profile)
        {
            RemoveKeys(customer);
            customer.Keys = matchKeys.Of(profile);
            foreach (var key in customer.Keys)
            {
                if (!_byKey.TryGetValue(key, out var holders))
                {
                    _byKey.Add(key, holders = []);
                }

                holders.Add(customer);
            }
        }

        public void RemoveKeys(Customer customer)
        {
            foreach (var key in customer.Keys)
            {
                var holders = _byKey[key];
                holders.Remove(customer);
                if (holders.Count == 0)
                {
                    _byKey.Remove(key);
                }
            }

            customer.Keys = [];
        }

        public ImmutableArray<CustomerProfile> FindByMatchKeys(
            CustomerId id,
            ImmutableArray<long> keys,
            int mostPerKey
        ) =>
            [
                .. keys.Select(key => _byKey.GetValueOrDefault(key, []))
                    .Where(holders => holders.Count <= mostPerKey)
                    .SelectMany(holders => holders)
                    .Distinct()
                    .Where(other => other.Profile.Id != id && !ArePair(Customers.GetValueOrDefault(id), other))
                    .Select(other => other.Profile),
            ];

        public void MakePair(CustomerId one, CustomerId other) => _pairs.Add(PairOf(one, other));

        public void RemovePairsOf(ImmutableArray<CustomerId> ids) =>
            _pairs.RemoveWhere(pair => ids.Contains(pair.Item1) || ids.Contains(pair.Item2));

        /// <summary>Whether there is a pair of the two, or of whomever they have absorbed.</summary>
        private bool ArePair(Customer? one, Customer other) =>
            _pairs.Count > 0
            && one is not null
            && one.WithAliases()
                .Any(ofOne =>
                    other.WithAliases().Any(ofOther => _pairs.Contains(PairOf(ofOne.Profile.Id, ofOther.Profile.Id)))
                );

        private static (CustomerId, CustomerId) PairOf(CustomerId one, CustomerId other) =>
            one < other ? (one, other) : (other, one);
    }

    private sealed partial class Customer
    {
        /// <summary>The match keys under which the customer is kept.</summary>
        public ImmutableArray<long> Keys { get; set; } = [];
    }
}
