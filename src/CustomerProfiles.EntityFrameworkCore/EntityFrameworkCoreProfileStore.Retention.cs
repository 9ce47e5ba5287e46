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
}
