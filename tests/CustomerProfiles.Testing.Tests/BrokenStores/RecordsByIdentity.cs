using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Records conversations by identity, and not by customer.</summary>
internal sealed class RecordsByIdentity(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) =>
        Inner.RecordConversationAsync(
            tenant,
            identity,
            conversation with
            {
                Id = $"{identity.Value} {conversation.Id}",
            },
            cancellationToken
        );
}
