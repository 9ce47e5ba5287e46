using CustomerProfiles.Profiles;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Remembers conversations by the identity that they came from, and not by the customer.</summary>
internal sealed class RemembersByIdentity(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override ValueTask<ReceivedConversation?> ReceiveAsync(TenantId tenant, Identity identity, ToldConversation conversation, CancellationToken cancellationToken) =>
        Inner.ReceiveAsync(tenant, identity, conversation with { Id = $"{identity.Value} {conversation.Id}" }, cancellationToken);
}
