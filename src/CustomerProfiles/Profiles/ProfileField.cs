using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace CustomerProfiles;

/// <summary>
/// One attribute of a profile. The fields are static members of this class; a custom property is a field of its own
/// (<see cref="Custom"/>). <c>IEditRules</c> says who owns a field.
/// </summary>
/// <remarks>
/// Immutable, compared by <see cref="Code"/>, safe for any number of threads. In JSON it is a string, its code.
/// </remarks>
[JsonConverter(typeof(PlainTextJsonConverter<ProfileField>))]
public abstract class ProfileField : IEquatable<ProfileField>, IParsable<ProfileField>, IPlainText
{
    /// <summary>The longest key of a custom property, in UTF-16 code units.</summary>
    public const int MaxCustomKeyLength = 100;

    private const string CustomPrefix = "custom:";

    private protected ProfileField(string code, Type valueType, bool isList, string label, ProfileFieldGroup group)
    {
        Code = code;
        ValueType = valueType;
        IsList = isList;
        Label = label;
        Group = group;
    }

    /// <summary>The person's name.</summary>
    public static ProfileField<PersonName> Name { get; } = new("name", "Name", ProfileFieldGroup.Person);

    /// <summary>The company the person works for.</summary>
    public static ProfileField<string> Company { get; } = new("company", "Company", ProfileFieldGroup.Work);

    /// <summary>What the person does there.</summary>
    public static ProfileField<string> JobTitle { get; } = new("job-title", "Job title", ProfileFieldGroup.Work);

    /// <summary>The e-mail addresses, each of them an identity.</summary>
    public static ProfileListField<ProfileEmail> Emails { get; } =
        new("emails", "E-mail addresses", ProfileFieldGroup.Contact, email => email.Key);

    /// <summary>The telephone numbers.</summary>
    public static ProfileListField<PhoneNumber> Phones { get; } =
        new("phones", "Phone numbers", ProfileFieldGroup.Contact, phone => PhoneNumber.KeyOf(phone.Number));

    /// <summary>The websites: absolute http or https addresses.</summary>
    public static ProfileListField<Uri> Websites { get; } =
        new("websites", "Websites", ProfileFieldGroup.Contact, KeyOf);

    /// <summary>The postal address.</summary>
    public static ProfileField<PostalAddress> Address { get; } = new("address", "Address", ProfileFieldGroup.Contact);

    /// <summary>The agents' notes, of any number of lines, shown in the sidebar.</summary>
    public static ProfileField<string> Notes { get; } = new("notes", "Notes", ProfileFieldGroup.Person);

    /// <summary>The photo.</summary>
    public static ProfileField<Photo> Photo { get; } = new("photo", "Photo", ProfileFieldGroup.Person);

    /// <summary>The accounts in social networks.</summary>
    public static ProfileListField<SocialProfile> SocialProfiles { get; } =
        new(
            "social-profiles",
            "Social profiles",
            ProfileFieldGroup.Public,
            social => $"{social.Network}:{(social.Url is { } url ? KeyOf(url) : social.Username)}"
        );

    /// <summary>Where the person lives or works, as one line of text.</summary>
    public static ProfileField<string> Location { get; } = new("location", "Location", ProfileFieldGroup.Public);

    /// <summary>What the person says about themselves in public.</summary>
    public static ProfileField<string> Bio { get; } = new("bio", "Bio", ProfileFieldGroup.Public);

    /// <summary>
    /// All custom properties together. It never holds a value; clearing it clears each of them, and resetting it
    /// removes the mark of each cleared one. When there are too many marks of single properties to keep, it holds one
    /// mark for all of them.
    /// </summary>
    public static ProfileField CustomProperties { get; } = new CustomPropertyList();

    /// <summary>Every field but the custom properties, in the order in which a profile is shown.</summary>
    public static ImmutableArray<ProfileField> All { get; } =
    [Name, Company, JobTitle, Emails, Phones, Websites, Address, Notes, Photo, SocialProfiles, Location, Bio];

    /// <summary>The stable name of the field, such as <c>job-title</c> or <c>custom:plan</c>.</summary>
    public string Code { get; }

    /// <summary>The type of the value, or of one entry of the list.</summary>
    public Type ValueType { get; }

    /// <summary>
    /// What to call the field in English, such as "Job title"; of a custom property its key. A host that shows other
    /// labels sets <c>CustomerProfilesOptions.FieldLabels</c>.
    /// </summary>
    public string Label { get; }

    /// <summary>With which fields it is shown.</summary>
    public ProfileFieldGroup Group { get; }

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

    /// <summary>A custom property: a field that the host defines, which holds text.</summary>
    /// <param name="key">The property's key: 1 to <see cref="MaxCustomKeyLength"/> characters, no control characters.
    /// Compared ordinally.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentException">The key is empty, too long, or holds a control character.</exception>
    public static ProfileField<string> Custom(string key)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        return TryCustom(key, out var field)
            ? field
            : throw new ArgumentException(
                $"The key of a custom property has 1 to {MaxCustomKeyLength} characters and no control characters.",
                nameof(key)
            );
    }

    /// <summary>A custom property whose key somebody typed.</summary>
    /// <param name="key">The key, or null.</param>
    /// <param name="field">The field, or null.</param>
    /// <returns>Whether <paramref name="key"/> can be the key of a custom property, as for <see
    /// cref="Custom"/>.</returns>
    public static bool TryCustom([NotNullWhen(true)] string? key, [NotNullWhen(true)] out ProfileField<string>? field)
    {
        var isFit =
            !string.IsNullOrWhiteSpace(key)
            && key.Length <= MaxCustomKeyLength
            && PlainText.IndexOfUnfit(key, lines: false) < 0;
        field = isFit ? new ProfileField<string>(CustomPrefix + key, key!, ProfileFieldGroup.Custom) : null;
        return isFit;
    }

    /// <summary>The field of a code.</summary>
    /// <param name="code">What <see cref="Code"/> is.</param>
    /// <returns>The field.</returns>
    /// <exception cref="FormatException">No field has this code.</exception>
    public static ProfileField Parse(string code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return TryParse(code, out var field) ? field : throw new FormatException("This is not the code of a field.");
    }

    /// <summary>The field of a code that came from elsewhere, such as a form.</summary>
    /// <param name="code">What <see cref="Code"/> is, or null.</param>
    /// <param name="field">The field, or null.</param>
    /// <returns>Whether a field has this code.</returns>
    public static bool TryParse([NotNullWhen(true)] string? code, [NotNullWhen(true)] out ProfileField? field)
    {
        field = code is null ? null : Find(code);
        return field is not null;
    }

    private static ProfileField? Find(string code)
    {
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
            code.StartsWith(CustomPrefix, StringComparison.Ordinal)
            && TryCustom(code[CustomPrefix.Length..], out var custom)
            ? custom
            : null;
    }

    string? IPlainText.Text => Code;

    static ProfileField IParsable<ProfileField>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ProfileField>.TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        [MaybeNullWhen(false)] out ProfileField result
    ) => TryParse(s, out result);

    /// <summary>Whether a custom property can have this key.</summary>
    internal static bool IsCustomKey([NotNullWhen(true)] string? key) => key is not null && TryCustom(key, out _);

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

    /// <summary>It has no value of its own: properties are set one by one.</summary>
    private sealed class CustomPropertyList()
        : ProfileField("custom-properties", typeof(string), isList: true, "Custom properties", ProfileFieldGroup.Custom)
    {
        internal override string KeyOf(object value) => "";
    }
}
