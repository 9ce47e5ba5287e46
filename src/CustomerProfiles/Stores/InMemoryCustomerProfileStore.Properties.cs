namespace CustomerProfiles.Stores;

/// <content>Definitions of custom properties per tenant.</content>
public sealed partial class InMemoryCustomerProfileStore
{
    private readonly Dictionary<TenantId, (StoredProperties Stored, SearchableProperties Searchable)> _defined = [];

    /// <inheritdoc/>
    public ValueTask<StoredProperties> GetPropertiesAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new(_defined.TryGetValue(tenant, out var defined) ? defined.Stored : StoredProperties.None);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(properties);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var version = _defined.TryGetValue(tenant, out var defined) ? defined.Stored.Version : 0;
            if (properties.Version != version + 1)
            {
                return new(false);
            }

            _defined[tenant] = (
                properties,
                _properties.With(properties.Properties.Select(property => property.Definition))
            );
            return new(true);
        }
    }

    /// <summary>The properties by which a tenant's profiles are found now.</summary>
    private SearchableProperties SearchableOf(TenantId tenant)
    {
        lock (_lock)
        {
            return _defined.TryGetValue(tenant, out var defined) ? defined.Searchable : _properties;
        }
    }
}
