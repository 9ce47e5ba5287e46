using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles.AspNetCore;

/// <summary>One change of a request, read: its field, the key of its entry, and how to make it in an edit.</summary>
internal sealed class EntryChange
{
    private const string CustomPrefix = "custom:";

    private readonly Action<ProfileEdit> _apply;

    private EntryChange(ProfileField field, string key, ChangeRequest request, Action<ProfileEdit> apply)
    {
        Field = field;
        Key = key;
        Version = request.Version!;
        IsReset = request.Op == ChangeOperation.Reset;
        _apply = apply;
    }

    /// <summary>The field.</summary>
    public ProfileField Field { get; }

    /// <summary>The key of the entry within a list; empty for a field that is no list.</summary>
    public string Key { get; }

    /// <summary>The version that the caller saw.</summary>
    public string Version { get; }

    private bool IsReset { get; }

    /// <summary>The version of the entry in a profile.</summary>
    public string VersionIn(CustomerProfile profile) =>
        IsReset && Field.IsList ? EntryVersion.OfMarks(profile, Field) : EntryVersion.Of(profile.Find(Field, Key));

    /// <summary>Makes the change in an edit.</summary>
    public void ApplyTo(ProfileEdit edit) => _apply(edit);

    /// <summary>Reads a change.</summary>
    /// <param name="request">The change; its version is one.</param>
    /// <param name="change">The change, or null.</param>
    /// <param name="error">Why it cannot be read, or null.</param>
    /// <returns>Whether it can be read. What it sets may still be wrong, which saving reports.</returns>
    public static bool TryRead(
        ChangeRequest request,
        [NotNullWhen(true)] out EntryChange? change,
        [NotNullWhen(false)] out string? error
    )
    {
        change = null;
        error = null;
        if (!ProfileField.TryParse(request.Field, out var field))
        {
            // A custom property whose key is not fit is reported by saving, beside all other errors.
            if (
                request is { Op: ChangeOperation.Set, Value.Text: { } text }
                && request.Field.StartsWith(CustomPrefix, StringComparison.Ordinal)
            )
            {
                var key = request.Field[CustomPrefix.Length..];
                change = new(ProfileField.CustomProperties, key, request, edit => edit.Custom[key] = text);
                return true;
            }

            error = "A change names a field that does not exist.";
            return false;
        }

        if (ProfileField.CustomProperties.Equals(field))
        {
            error = "Custom properties are changed one by one.";
            return false;
        }

        change = request.Op switch
        {
            ChangeOperation.Set when !field.IsList => SetOf(field, request),
            ChangeOperation.Clear when !field.IsList => new(field, "", request, edit => edit.Clear(field)),
            ChangeOperation.Reset => new(field, "", request, edit => edit.Reset(field)),
            ChangeOperation.Add when field.IsList => AddOf(field, request),
            ChangeOperation.Remove when field.IsList && request.Key is { Length: > 0 } => RemoveOf(field, request),
            _ => null,
        };
        error = change is null ? "A change has an operation or a value that its field does not have." : null;
        return change is not null;
    }

    private static EntryChange? SetOf(ProfileField field, ChangeRequest request) =>
        (field, request.Value) switch
        {
            (_, null) => null,
            (ProfileField<PersonName> name, { } value) => new(
                name,
                "",
                request,
                edit => edit.Set(name, new PersonName(value.Full ?? "", value.Given, value.Family))
            ),
            (ProfileField<PostalAddress> address, { } value) => new(
                address,
                "",
                request,
                edit =>
                    edit.Set(
                        address,
                        new PostalAddress(value.Street, value.City, value.Region, value.PostalCode, value.Country)
                    )
            ),
            (ProfileField<Photo> photo, { Url: { } url }) => new(
                photo,
                "",
                request,
                edit => edit.Set(photo, Photo.FromString(url))
            ),
            (ProfileField<string> text, { Text: { } content }) => new(
                text,
                "",
                request,
                edit => edit.Set(text, content)
            ),
            _ => null,
        };

    private static EntryChange? AddOf(ProfileField field, ChangeRequest request) =>
        (field, request.Value) switch
        {
            (ProfileListField<ProfileEmail> emails, { Address: { } address } value) => AddOf(
                emails,
                new ProfileEmail(address, value.Label),
                request,
                edit => edit.Emails
            ),
            (ProfileListField<PhoneNumber> phones, { Number: { } number } value) => AddOf(
                phones,
                new PhoneNumber(number, value.Label),
                request,
                edit => edit.Phones
            ),
            (ProfileListField<Uri> websites, { Url: { } url }) => AddOf(
                websites,
                UrlOf(url),
                request,
                edit => edit.Websites
            ),
            (ProfileListField<SocialProfile> socials, { Network: { } network } value) => AddOf(
                socials,
                new SocialProfile(network, value.Url is null ? null : UrlOf(value.Url), value.Username),
                request,
                edit => edit.SocialProfiles
            ),
            _ => null,
        };

    private static EntryChange AddOf<T>(
        ProfileListField<T> field,
        T entry,
        ChangeRequest request,
        Func<ProfileEdit, ListEdit<T>> list
    )
        where T : class => new(field, field.GetKey(entry), request, edit => list(edit).Add(entry));

    private static EntryChange? RemoveOf(ProfileField field, ChangeRequest request) =>
        field switch
        {
            ProfileListField<ProfileEmail> emails => RemoveOf(emails, request, edit => edit.Emails),
            ProfileListField<PhoneNumber> phones => RemoveOf(phones, request, edit => edit.Phones),
            ProfileListField<Uri> websites => RemoveOf(websites, request, edit => edit.Websites),
            ProfileListField<SocialProfile> socials => RemoveOf(socials, request, edit => edit.SocialProfiles),
            _ => null,
        };

    private static EntryChange RemoveOf<T>(
        ProfileListField<T> field,
        ChangeRequest request,
        Func<ProfileEdit, ListEdit<T>> list
    )
        where T : class =>
        new(
            field,
            request.Key!,
            request,
            edit =>
            {
                if (edit.Profile.Find(field, request.Key!)?.Value is T entry)
                {
                    list(edit).Remove(entry);
                }
            }
        );

    /// <summary>Text that is no address makes one that saving rejects.</summary>
    public static Uri UrlOf(string text) =>
        Uri.TryCreate(text.Trim(), UriKind.RelativeOrAbsolute, out var url) ? url : new Uri("about:invalid");
}
