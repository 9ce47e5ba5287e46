using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Removes conversation records as another one says.</summary>
internal sealed class WrongRetention(
    InMemoryCustomerProfileStore inner,
    Func<IRetentionStore, TenantId, Instant, CustomerId?, int, ValueTask<ConversationRemoval>> remove
) : PassingStore(inner)
{
    public override ValueTask<ConversationRemoval> RemoveConversationsAsync(
        TenantId tenant,
        Instant before,
        CustomerId? from,
        int most,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        return remove((IRetentionStore)Inner, tenant, before, from, most);
    }
}
