using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Everything about a customer.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IExportStore
{
    public async ValueTask<StoredRecord?> GetRecordAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.GetRecord,
                        session.Parameters.Customer(tenant, id),
                        reader =>
                        {
                            var customer = sql.Columns.ReadCustomer(reader, tenant);
                            const int After = StoredColumns.CountOfCustomer;
                            var marked = StoredColumns.ReadIdentities(StoredColumns.TextOrNull(reader, After + 1));
                            return new StoredRecord
                            {
                                Customer = customer,
                                IsMarked = reader.GetBoolean(After),
                                MarkedIdentities = [.. customer.Profile.Identities.Where(marked.Contains)],
                                Conversations = StoredColumns.ReadConversations(
                                    StoredColumns.TextOrNull(reader, After + 2)
                                ),
                                Changes = StoredColumns.ReadChanges(StoredColumns.TextOrNull(reader, After + 3)),
                                Absorbed = StoredColumns.ReadAbsorbed(
                                    StoredColumns.TextOrNull(reader, After + 4),
                                    tenant
                                ),
                                Merges = StoredColumns.ReadMerges(StoredColumns.TextOrNull(reader, After + 5)),
                            };
                        },
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> IsSuppressedAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.IsSuppressed,
                        session.Parameters.Identity(tenant, identity),
                        reader => reader.GetBoolean(0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
}
