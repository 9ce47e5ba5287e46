namespace CustomerProfiles.AspNetCore;

/// <summary>
/// One customer and what a request is about to do with them: the resource that
/// <see cref="CustomerProfilesWebOptions.CustomerPolicy"/> is evaluated with.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the operation and the customer's id.</remarks>
public sealed class CustomerAccess
{
    /// <summary>The tenant of the request.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The customer, as the store has them: never an id that nobody has.</summary>
    public required CustomerId Customer { get; init; }

    /// <summary>What is about to happen.</summary>
    public required CustomerOperation Operation { get; init; }

    /// <summary>The operation and the customer's id.</summary>
    public override string ToString() => $"{Operation} {Customer}";
}
