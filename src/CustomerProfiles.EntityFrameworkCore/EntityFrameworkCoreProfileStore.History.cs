using System.Collections.Immutable;
using System.Globalization;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>The history of customers.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IHistoryStore
{
    public async ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.GetHistory,
                        session.Parameters.Customer(tenant, id),
                        reader => new StoredHistory
                        {
                            Profile = sql.Columns.ReadProfile(reader, tenant, from: 0),
                            Changes = StoredColumns.ReadChanges(StoredColumns.TextOrNull(reader, 5)),
                            Absorbed = StoredColumns.ReadAbsorbed(StoredColumns.TextOrNull(reader, 6), tenant),
                        },
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>
    /// When it is repeated because its connection broke, it may count too few. Nobody acts on the number alone.
    /// </summary>
    public async ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    ) =>
        await ForgetAsync(
                async (sql, session) =>
                    (
                        await session
                            .QueryAllAsync(
                                sql.Statements.ReplaceChanges,
                                session
                                    .Parameters.Customer(tenant, id)
                                    .Texts(
                                        "numbers",
                                        changes.Select(change => change.Number.ToString(CultureInfo.InvariantCulture))
                                    )
                                    .Texts("read", changes.Select(change => ChangeSerializer.Serialize(change.Read)))
                                    .Texts(
                                        "replacements",
                                        changes.Select(change => ChangeSerializer.Serialize(change.Replacement))
                                    ),
                                _ => true,
                                cancellationToken
                            )
                            .ConfigureAwait(false)
                    ).Length,
                cancellationToken
            )
            .ConfigureAwait(false);
}
