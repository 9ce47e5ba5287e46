using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Definitions of custom properties per tenant, and what is searched by them.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IPropertyStore
{
    public async ValueTask<StoredProperties> GetPropertiesAsync(TenantId tenant, CancellationToken cancellationToken) =>
        await RunAsync(
                (sql, session) => ReadPropertiesAsync(sql, session, tenant, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> SavePropertiesAsync(
        TenantId tenant,
        StoredProperties properties,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(properties);
        var document = PropertySerializer.Serialize(properties.Properties);
        return await WriteAsync(
                async (sql, session) =>
                    await session
                        .QueryAsync(
                            sql.Statements.SaveProperties,
                            session
                                .Parameters.Tenant(tenant)
                                .Number("version", properties.Version)
                                .Text("definitions", document),
                            _ => true,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                    || (
                        session.IsRetry
                        && await ReadPropertiesAsync(sql, session, tenant, cancellationToken).ConfigureAwait(false)
                            is { } current
                        && current.Version == properties.Version
                        && string.Equals(
                            PropertySerializer.Serialize(current.Properties),
                            document,
                            StringComparison.Ordinal
                        )
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static async Task<StoredProperties> ReadPropertiesAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        CancellationToken cancellationToken
    ) =>
        await session
            .QueryAsync(
                sql.Statements.Properties,
                session.Parameters.Tenant(tenant),
                reader => new StoredProperties
                {
                    Version = reader.GetInt64(0),
                    Properties = PropertySerializer.Deserialize(reader.GetString(1)),
                },
                cancellationToken
            )
            .ConfigureAwait(false)
        ?? StoredProperties.None;

    /// <summary>
    /// The custom properties by which profiles that are about to be written are found. Without a custom property among
    /// their values, the definitions of the tenant are not read.
    /// </summary>
    private ValueTask<SearchableProperties> SearchableAsync(
        TenantId tenant,
        IReadOnlyCollection<CustomerProfile> profiles,
        CancellationToken cancellationToken
    ) =>
        profiles.Any(profile => profile.Values.Any(value => value.Field.CustomKey is not null))
            ? properties.GetSearchableAsync(tenant, this, cancellationToken)
            : new(SearchableProperties.None);

    private ValueTask<SearchableProperties> SearchableAsync(MergeWrite merge, CancellationToken cancellationToken) =>
        SearchableAsync(merge.Tenant, [merge.From.Profile, merge.Into.Profile], cancellationToken);

    /// <summary>The custom properties that a query may filter by.</summary>
    private ValueTask<SearchableProperties> SearchableAsync(
        TenantId tenant,
        ProfileSearchQuery query,
        CancellationToken cancellationToken
    ) =>
        query.Property is not null
            ? properties.GetSearchableAsync(tenant, this, cancellationToken)
            : new(SearchableProperties.None);
}
