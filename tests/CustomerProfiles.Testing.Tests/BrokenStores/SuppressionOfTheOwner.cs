using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Takes an identity for suppressed also when the customer is who has it.</summary>
internal sealed class SuppressionOfTheOwner(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<bool> IsSuppressedAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        await base.IsSuppressedAsync(tenant, identity, cancellationToken)
        || await FindAsync(tenant, identity, cancellationToken) is { IsSuppressed: true };
}
