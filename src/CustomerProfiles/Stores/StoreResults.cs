namespace CustomerProfiles.Stores;

/// <summary>What <see cref="ICustomerProfileStore.AddAsync"/> did with one profile: a closed hierarchy.</summary>
public abstract class AddResult
{
    private AddResult() { }

    /// <summary>The customer was added.</summary>
    public sealed class Added : AddResult;

    /// <summary>
    /// The tenant has a customer with this id already, or has erased one. Nothing of the profile was written.
    /// </summary>
    public sealed class IdTaken : AddResult;

    /// <summary>An identity belongs to another customer. Nothing of the profile was written.</summary>
    /// <param name="identity">The identity; of several any one.</param>
    /// <param name="owner">The customer to whom it belongs.</param>
    public sealed class IdentityTaken(Identity identity, CustomerId owner) : AddResult
    {
        /// <summary>The identity.</summary>
        public Identity Identity { get; } = identity;

        /// <summary>The customer to whom it belongs.</summary>
        public CustomerId Owner { get; } = owner;
    }
}

/// <summary>The result of <see cref="ICustomerProfileStore.UpdateAsync"/>: a closed hierarchy.</summary>
public abstract class UpdateResult
{
    private UpdateResult() { }

    /// <summary>The profile was written.</summary>
    public sealed class Updated : UpdateResult;

    /// <summary>The profile has another version by now. Nothing was written.</summary>
    /// <param name="current">The current profile.</param>
    public sealed class Stale(CustomerProfile current) : UpdateResult
    {
        /// <summary>The current profile.</summary>
        public CustomerProfile Current { get; } = current;
    }

    /// <summary>An identity that the update adds belongs to another customer. Nothing was written.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="owner">The customer to whom it belongs.</param>
    public sealed class IdentityTaken(Identity identity, CustomerId owner) : UpdateResult
    {
        /// <summary>The identity.</summary>
        public Identity Identity { get; } = identity;

        /// <summary>The customer to whom it belongs.</summary>
        public CustomerId Owner { get; } = owner;
    }

    /// <summary>The tenant has no such customer.</summary>
    public sealed class NotFound : UpdateResult;
}

/// <summary>
/// The result of <see cref="ICustomerProfileStore.CompleteCheckAsync"/>: a closed hierarchy.
/// </summary>
public abstract class CompleteResult
{
    private CompleteResult() { }

    /// <summary>The check is recorded, and the profile written if there was one to write.</summary>
    public sealed class Completed : CompleteResult;

    /// <summary>
    /// The check is recorded as <see cref="CheckOutcome.Dropped"/> and the profile was not written: the provider was
    /// disabled, or the customer suppressed, after the check was claimed.
    /// </summary>
    public sealed class Dropped : CompleteResult;

    /// <summary>The profile has another version by now. Nothing was written, and the lease is still held.</summary>
    /// <param name="current">The current profile.</param>
    public sealed class Stale(CustomerProfile current) : CompleteResult
    {
        /// <summary>The current profile.</summary>
        public CustomerProfile Current { get; } = current;
    }

    /// <summary>The lease expired and another holds the check, or the customer is gone. Nothing was written.</summary>
    public sealed class LeaseLost : CompleteResult;
}
