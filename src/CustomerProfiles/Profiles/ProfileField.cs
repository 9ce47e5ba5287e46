using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// One attribute of a profile. The fields stand here as static members; a custom property is a field of its own
/// (<see cref="Custom"/>). Who owns a field is not said here but by <see cref="IEditRules"/>.
/// </summary>
/// <remarks>Immutable, compared by <see cref="Code"/>, safe for any number of threads.</remarks>
public abstract class ProfileField : IEquatable<ProfileField>
{
    /// <summary>The longest key of a custom property, in UTF-16 code units.</summary>
    public const int MaxCustomKeyLength = 100;

    private const string CustomPrefix = "custom:";

    private protected ProfileField(string code, Type valueType, bool isList)
    {
        Code = code;
        ValueType = valueType;
        IsList = isList;
    }

    /// <summary>The person's name.</summary>
    public static ProfileField<PersonName> Name { get; } = new("name");

    /// <summary>The company the person works for.</summary>
    public static ProfileField<string> Company { get; } = new("company");

    /// <summary>What the person does there.</summary>
    public static ProfileField<string> JobTitle { get; } = new("job-title");

    /// <summary>The e-mail addresses, each of them an identity.</summary>
    public static ProfileListField<ProfileEmail> Emails { get; } =
        new("emails", email => email.Address.Normalized ?? "");

    /// <summary>The telephone numbers.</summary>
    public static ProfileListField<PhoneNumber> Phones { get; } =
        new("phones", phone => PhoneNumber.KeyOf(phone.Number));

    /// <summary>The websites: absolute http or https addresses.</summary>
    public static ProfileListField<Uri> Websites { get; } = new("websites", KeyOf);

    /// <summary>The postal address.</summary>
    public static ProfileField<PostalAddress> Address { get; } = new("address");

    /// <summary>The agents' notes, of any number of lines, shown in the sidebar.</summary>
    public static ProfileField<string> Notes { get; } = new("notes");

    /// <summary>The photo.</summary>
    public static ProfileField<Photo> Photo { get; } = new("photo");

    /// <summary>The accounts in social networks.</summary>
    public static ProfileListField<SocialProfile> SocialProfiles { get; } =
        new("social-profiles", social => $"{social.Network}:{(social.Url is { } url ? KeyOf(url) : social.Username)}");

    /// <summary>Where the person lives or works, as one line of text.</summary>
    public static ProfileField<string> Location { get; } = new("location");

    /// <summary>What the person says of themselves in public.</summary>
    public static ProfileField<string> Bio { get; } = new("bio");

    /// <summary>
    /// All custom properties together. It never holds a value; clearing it clears each of them, and resetting it takes
    /// every mark of a cleared one away. It holds the one mark that stands for the marks of single properties when
    /// there are too many of those to keep.
    /// </summary>
    public static ProfileField CustomProperties { get; } = new CustomPropertyList();

    /// <summary>Every field but the custom properties, in the order in which a profile is shown.</summary>
    public static ImmutableArray<ProfileField> All { get; } =
    [Name, Company, JobTitle, Emails, Phones, Websites, Address, Notes, Photo, SocialProfiles, Location, Bio];

    /// <summary>The stable name of the field, such as <c>job-title</c> or <c>custom:plan</c>.</summary>
    public string Code { get; }

    /// <summary>The type of the value, or of one entry of the list.</summary>
    public Type ValueType { get; }

    /// <summary>Whether the field holds any number of entries, which are added and removed one by one.</summary>
    public bool IsList { get; }

    /// <summary>The key of a custom property; null for every other field.</summary>
    public string? CustomKey => IsCustomProperty ? Code[CustomPrefix.Length..] : null;

    /// <summary>The list in whose limit the field's values count: itself, or that of all custom properties.</summary>
    internal ProfileField? List =>
        IsList ? this
        : IsCustomProperty ? CustomProperties
        : null;

    private bool IsCustomProperty => Code.StartsWith(CustomPrefix, StringComparison.Ordinal);

    /// <summary>A custom property: a field that the host has made up, with text in it.</summary>
    /// <param name="key">The property's key: 1 to <see cref="MaxCustomKeyLength"/> characters, no control characters.
    /// Compared ordinally.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentException">The key is empty, too long, or holds a control character.</exception>
    public static ProfileField<string> Custom(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        if (key.Length > MaxCustomKeyLength || PlainText.IndexOfUnfit(key, lines: false) >= 0)
        {
            throw new ArgumentException(
                $"The key of a custom property has 1 to {MaxCustomKeyLength} characters and no control characters.",
                nameof(key)
            );
        }

        return new ProfileField<string>(CustomPrefix + key);
    }

    /// <summary>The field of a code, for a store that reads back what it wrote.</summary>
    /// <param name="code">What <see cref="Code"/> was.</param>
    /// <returns>The field; null when no field has this code.</returns>
    public static ProfileField? FromCode(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        foreach (var field in All)
        {
            if (string.Equals(field.Code, code, StringComparison.Ordinal))
            {
                return field;
            }
        }

        if (string.Equals(CustomProperties.Code, code, StringComparison.Ordinal))
        {
            return CustomProperties;
        }

        return
            code.Length > CustomPrefix.Length
            && code.Length <= CustomPrefix.Length + MaxCustomKeyLength
            && code.StartsWith(CustomPrefix, StringComparison.Ordinal)
            ? Custom(code[CustomPrefix.Length..])
            : null;
    }

    /// <summary>The key of the value among those of the same field; empty for a field that is no list.</summary>
    internal abstract string KeyOf(object value);

    /// <summary>Whether the other field is this one, or belongs to this list.</summary>
    internal bool Covers(ProfileField other) => Equals(other) || Equals(other.List);

    private static string KeyOf(Uri url) => url.IsAbsoluteUri ? url.AbsoluteUri : url.OriginalString;

    /// <inheritdoc/>
    public bool Equals(ProfileField? other) =>
        ReferenceEquals(this, other)
        || (other is not null && string.Equals(Code, other.Code, StringComparison.Ordinal));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as ProfileField);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Code.GetHashCode(StringComparison.Ordinal);

    /// <summary>The code.</summary>
    public sealed override string ToString() => Code;

    /// <summary>Text is no value of it: properties are set one by one.</summary>
    private sealed class CustomPropertyList() : ProfileField("custom-properties", typeof(string), isList: true)
    {
        internal override string KeyOf(object value) => "";
    }
}
