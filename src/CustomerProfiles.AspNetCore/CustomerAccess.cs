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
    /// The customer, as the store has them: never an id that nobody has. An id that was absorbed by a merge is asked
    /// about as the customer whom it leads to; only when the merge is to be undone the absorbed id is asked about too,
    /// for that customer would come back. A request to erase whom nobody finds any more is asked about as the customer
    /// who was erased, for it returns the receipt. Null for <see cref="CustomerOperation.Create"/>, for there is no
    /// customer yet, and for <see cref="CustomerOperation.Administer"/> of all customers of the tenant at once, when
    /// the data of a provider is removed from every profile.
    /// </summary>
    public required CustomerId? Customer { get; init; }

    /// <summary>What is about to happen.</summary>
    public required CustomerOperation Operation { get; init; }

    /// <summary>The operation and the customer's id, if there is one.</summary>
    public override string ToString() => Customer is { } customer ? $"{Operation} {customer}" : $"{Operation}";
}
