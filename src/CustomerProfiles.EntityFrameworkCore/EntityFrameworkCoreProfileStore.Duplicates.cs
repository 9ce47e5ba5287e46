using System.Collections.Immutable;
using System.Globalization;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Finding duplicates.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IDuplicateStore
{
    public async ValueTask<ImmutableArray<CustomerProfile>> FindByMatchKeysAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<long> keys,
        int mostPerKey,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostPerKey, 2);
        return await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Duplicates.FindByMatchKeys,
                        session
                            .Parameters.Customer(tenant, id)
                            .Texts("keys", keys.Select(key => key.ToString(CultureInfo.InvariantCulture)))
                            .Number("most", mostPerKey),
                        reader => sql.Columns.ReadProfile(reader, tenant, from: 0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> MarkNotDuplicatesAsync(
        TenantId tenant,
        CustomerId one,
        CustomerId other,
        Instant at,
        string by,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Duplicates.MarkNotDuplicates,
                        session
                            .Parameters.Tenant(tenant)
                            .Id("one", one.Value)
                            .Id("other", other.Value)
                            .Time("at", at)
                            .Text("by", by),
                        reader => reader.GetBoolean(0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask WriteMatchKeysAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (profiles.IsEmpty || !matchKeys.IsOn)
        {
            return;
        }

        var document = MatchKeysDocument.Write(profiles, matchKeys);
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Duplicates.WriteMatchKeys,
                        session.Parameters.Tenant(tenant).Text("match_keys", document),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
