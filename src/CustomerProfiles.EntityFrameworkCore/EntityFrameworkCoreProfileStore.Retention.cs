using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Removing what is no longer needed.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IRetentionStore
{
    public async ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var removal = await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.RemoveConversations,
                        session
                            .Parameters.Tenant(tenant)
                            .Id("from", from?.Value ?? Guid.Empty)
                            .Time("before", before)
                            .Number("most", most),
                        reader => new ConversationRemoval
                        {
                            Removed = (int)reader.GetInt64(0),
                            Next = reader.IsDBNull(1) ? null : CustomerId.From(sql.Dialect.ReadId(reader, 1)),
                        },
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        return removal!;
    }

    public async ValueTask<ImmutableArray<RetainedCustomer>> GetRetainedAsync(
        TenantId tenant,
        CustomerId? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.GetRetained,
                        session.Parameters.Tenant(tenant).Id("after", after?.Value ?? Guid.Empty).Number("most", most),
                        reader => sql.Columns.ReadRetained(reader, tenant),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }
}
