namespace CustomerProfiles;

/// <summary>
/// An e-mail address of the customer. Each one is an identity: a conversation from it is this customer's.
/// </summary>
/// <param name="Address">The address.</param>
/// <param name="Label">What it is for, such as "work"; null when nobody said.</param>
/// <remarks>Immutable. <see cref="ToString"/> does not show the address.</remarks>
public sealed record ProfileEmail(EmailAddress Address, string? Label = null)
{
    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProfileEmail);
}
