namespace CustomerProfiles.AspNetCore;

/// <summary>
/// What a request is about to do, and with which customer: the resource that
/// <see cref="CustomerProfilesWebOptions.CustomerPolicy"/> is evaluated with.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the operation and the customer's id, if there is
/// one.</remarks>
public sealed class CustomerAccess
{
    /// <summary>The tenant of the request.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>
    /// The customer, as the store has them: never an id that nobody has. For an id that was absorbed by a merge it is
    /// the customer whom the id leads to. It is the absorbed id itself, in addition, as long as the merge can be undone
    /// and a request undoes it or erases whom the customer has absorbed: they may be somebody else. For a request to
    /// erase a customer who was erased before it is that customer's id, because the response is the receipt. Null for
    /// <see cref="CustomerOperation.Create"/>, for there is no customer yet, and for
    /// <see cref="CustomerOperation.Administer"/> of all customers of the tenant at once, when the data of a provider
    /// is removed from every profile.
    /// </summary>
    public required CustomerId? Customer { get; init; }

    /// <summary>What is about to happen.</summary>
    public required CustomerOperation Operation { get; init; }

    /// <summary>The operation and the customer's id, if there is one.</summary>
    public override string ToString() => Customer is { } customer ? $"{Operation} {customer}" : $"{Operation}";
}
