namespace CustomerProfiles;

/// <summary>
/// Everything that is held about whoever has an identity: also when they are no customer, or no longer one.
/// </summary>
/// <remarks>Immutable. It is personal data throughout; <see cref="ToString"/> shows nothing of it.</remarks>
public sealed class IdentityExport
{
    internal IdentityExport(Identity identity, CustomerExport? customer, bool isSuppressed, ErasureMarkKind? mark)
    {
        Identity = identity;
        Customer = customer;
        IsSuppressed = isSuppressed;
        Mark = mark;
    }

    /// <summary>The identity, as it is compared.</summary>
    public Identity Identity { get; }

    /// <summary>Everything about the customer who has the identity; null when nobody has it.</summary>
    public CustomerExport? Customer { get; }

    /// <summary>
    /// Whether the identity itself is suppressed
    /// (<see cref="ICustomerProfiles.SuppressAsync(Identity, CancellationToken)"/>).
    /// </summary>
    public bool IsSuppressed { get; }

    /// <summary>
    /// What an erasure has kept of the identity, as a hash; the stricter of several; null for nothing. A mark of a key
    /// that the host lacks is not found, and such a host does not start.
    /// </summary>
    public ErasureMarkKind? Mark { get; }

    /// <summary>Whether nothing is held.</summary>
    public bool IsEmpty => Customer is null && !IsSuppressed && Mark is null;

    /// <summary>The kind of the identity only.</summary>
    public override string ToString() => $"{nameof(IdentityExport)} {Identity.Kind}";
}
