namespace CustomerProfiles;

/// <summary>
/// An e-mail address of the customer. Each one is an identity: a conversation from it is this customer's.
/// </summary>
/// <remarks>
/// Immutable. <see cref="ToString"/> does not show the address, nor does that of <see cref="Address"/>: a page shows
/// <see cref="Text"/>.
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

    /// <summary>An address as a person typed it.</summary>
    /// <param name="text">The address. When it is none, saving the edit reports
    /// <see cref="FieldErrorCode.Malformed"/> beside all other errors, and <see cref="Text"/> keeps it.</param>
    /// <param name="label">What it is for, such as "work"; null when nobody said.</param>
    public ProfileEmail(string text, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (EmailAddress.TryParse(text, out var address))
        {
            Address = address;
        }
        else if (!string.IsNullOrWhiteSpace(text))
        {
            Unparsed = text;
        }

        Label = label;
    }

    /// <summary>The address; <c>default</c> for a text that is none.</summary>
    public EmailAddress Address
    {
        get;
        init
        {
            field = value;
            Unparsed = null;
        }
    }

    /// <summary>The address for people to read; what was typed for a text that is no address.</summary>
    public string Text => Address.Value ?? Unparsed ?? "";

    /// <summary>What was typed, if it is no address; null for an address. No saved profile holds such a text.</summary>
    internal string? Unparsed { get; private init; }

    /// <summary>The key among the addresses of a profile: that of a text is bounded, for it may be long.</summary>
    internal string Key => Address.Normalized ?? Text[..Math.Min(Text.Length, EmailAddress.MaxLength)];

    /// <summary>What it is for, such as "work"; null when nobody said.</summary>
    public string? Label { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProfileEmail);
}
