using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// The version of one entry: what it holds, as a hash, and whether a person put it there. An edit names the version
/// that it saw, so that only a change of the same entry by a person is a conflict.
/// </summary>
internal static class EntryVersion
{
    /// <summary>The version of an entry that is unset.</summary>
    public const string Unset = "unset";

    private const char Person = 'p';
    private const char Machine = 'm';

    /// <summary>The version of an entry.</summary>
    public static string Of(FieldValue? entry) =>
        entry is null
            ? Unset
            : (entry.Provenance.IsFromPerson ? Person : Machine)
                + HashOf([entry.Value is null ? "cleared" : "set", .. PartsOf(entry.Value)]);

    /// <summary>The version of the marks of a list, which are reset together.</summary>
    public static string OfMarks(CustomerProfile profile, ProfileField list)
    {
        string?[] keys =
        [
            .. profile
                .Values.Where(value => value.IsCleared && list.Equals(value.Field))
                .Select(value => value.Key)
                .Order(StringComparer.Ordinal),
        ];
        return keys.Length == 0 ? Unset : Person + HashOf(keys);
    }

    /// <summary>Whether both versions hold the same, whoever put it there.</summary>
    public static bool HoldSame(string one, string other) =>
        string.Equals(one, other, StringComparison.Ordinal)
        || (one != Unset && other != Unset && one.AsSpan(1).Equals(other.AsSpan(1), StringComparison.Ordinal));

    /// <summary>Whether a person put there what the version holds.</summary>
    public static bool IsFromPerson(string version) => version.StartsWith(Person);

    /// <summary>Whether the text can be a version.</summary>
    public static bool IsOne(string? text) =>
        text is Unset || (text is { Length: > 1 and <= 50 } && text[0] is Person or Machine);

    private static string?[] PartsOf(object? value) =>
        value switch
        {
            null => [],
            string text => [text],
            PersonName name => [name.Full, name.Given, name.Family],
            PostalAddress address =>
            [
                address.Street,
                address.City,
                address.Region,
                address.PostalCode,
                address.Country,
            ],
            ProfileEmail email => [email.Address.Normalized, email.Label],
            PhoneNumber phone => [phone.Number, phone.Label],
            SocialProfile social => [social.Network, TextOf(social.Url), social.Username],
            Photo photo => [TextOf(photo.Url)],
            Uri url => [TextOf(url)],
            _ => throw new NotSupportedException($"The web package does not know the type {value.GetType().Name}."),
        };

    private static string? TextOf(Uri? url) => url is { IsAbsoluteUri: true } ? url.AbsoluteUri : url?.OriginalString;

    /// <summary>Each part with its length before it, so that no two lists of parts look alike.</summary>
    private static string HashOf(string?[] parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part?.Length ?? -1).Append(':').Append(part);
        }

        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 18));
    }
}
