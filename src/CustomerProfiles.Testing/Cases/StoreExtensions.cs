using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing;

/// <summary>Calls of a store whose result a case takes for granted.</summary>
internal static class StoreExtensions
{
    /// <summary>Creates a customer whom no erasure forbids, or finds who has the identity.</summary>
    public static async ValueTask<ConversationLookup> CreatedAsync(
        this ICustomerProfileStore store,
        NewCustomer customer,
        CancellationToken cancellationToken
    ) =>
        await store.CreateAsync(customer, cancellationToken).ConfigureAwait(false)
        ?? throw new StoreConformanceException(
            "CreateAsync creates nobody only when an erasure forbids it.",
            "a customer",
            "nobody"
        );
}
