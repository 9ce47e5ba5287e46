using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Keeps other definitions of custom properties than it is given.</summary>
internal sealed class WrongProperties(ICustomerProfileStore inner) : PassingStore(inner)
{
    public bool WritesAnyVersion { get; init; }

    public Func<TenantId, TenantId> TenantOf { get; init; } = tenant => tenant;

    public Func<IEnumerable<StoredProperty>, IEnumerable<StoredProperty>> Reads { get; init; } =
        properties => properties;

    public static IEnumerable<StoredProperty> WithoutArchivedOptions(IEnumerable<StoredProperty> properties) =>
        properties.Select(property => new StoredProperty
        {
            Definition = property.Definition with
            {
                Options = [.. property.Definition.Options.Where(option => !option.IsArchived)],
            },
            DefinedAt = property.DefinedAt,
            DefinedBy = property.DefinedBy,
        });

    public override async ValueTask<StoredProperties> GetPropertiesAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    )
    {
        var read = await base.GetPropertiesAsync(TenantOf(tenant), cancellationToken);
        return new StoredProperties { Version = read.Version, Properties = [.. Reads(read.Properties)] };
    }

    public override async ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    )
    {
        tenant = TenantOf(tenant);
        while (WritesAnyVersion)
        {
            var current = await base.GetPropertiesAsync(tenant, cancellationToken);
            var next = new StoredProperties { Version = current.Version + 1, Properties = properties.Properties };
            if (await base.SavePropertiesAsync(tenant, next, cancellationToken))
            {
                return true;
            }
        }

        return await base.SavePropertiesAsync(tenant, properties, cancellationToken);
    }
}
