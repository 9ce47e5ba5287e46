namespace CustomerProfiles;

/// <summary>
/// An e-mail address of the customer. Each one is an identity: a conversation from it is this customer's.
/// </summary>
/// <remarks>
/// Immutable. <see cref="ToString"/> does not show the address, nor does that of <see cref="Address"/>: a page shows
/// <c>email.Address.Value</c>.
/// </remarks>
public sealed record ProfileEmail
{
    /// <summary>An address with what it is for.</summary>
    /// <param name="address">The address.</param>
    /// <param name="label">What it is for, such as "work"; null when nobody said.</param>
    public ProfileEmail(EmailAddress address, string? label = null)
    {
        Address = address;
        Label = label;
    }

    /// <summary>The address.</summary>
    public EmailAddress Address { get; init; }

    /// <summary>What it is for, such as "work"; null when nobody said.</summary>
    public string? Label { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProfileEmail);
}
