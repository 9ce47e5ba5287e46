using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Remembers conversations by the identity that they came from, and not by the customer.</summary>
internal sealed class RemembersByIdentity(ICustomerProfileStore inner) : PassingStore(inner)
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
