using System.Security.Cryptography;
using System.Text;

namespace FullContact.Simulator.Validation;

/// <summary>A normalised identifier of a person.</summary>
/// <param name="Text">An address, a hash, a phone number, a profile's URL or "service:username", "name, address" or
/// "field:id"; trimmed, in small letters.</param>
/// <param name="IsOpaque">Whether it reveals nothing of the person, such as a hash. A lookup by such identifiers only
/// returns no clear personal data.</param>
internal readonly record struct Identifier(string Text, bool IsOpaque = false)
{
    /// <summary>
    /// Normalises an identifier for comparison. For an address, this is also the form that is hashed.
    /// </summary>
    public static string Normalize(string text)
    {
        var known = text.Trim().ToLowerInvariant();
        if (
            known.StartsWith("http://", StringComparison.Ordinal)
            || known.StartsWith("https://", StringComparison.Ordinal)
        )
        {
            known = known[(known.IndexOf("://", StringComparison.Ordinal) + 3)..];
            known = (known.StartsWith("www.", StringComparison.Ordinal) ? known[4..] : known).TrimEnd('/');
        }

        return known;
    }

    public static Identifier Email(string text) => new(Normalize(text), IsHash(Normalize(text)));

    public static Identifier Phone(string text) => new(PhoneNumber.Normalize(text)!);

    public static Identifier Profile(RequestedProfile profile) =>
        new(
            string.IsNullOrWhiteSpace(profile.Url)
                ? Normalize($"{profile.Service!.Trim()}:{(profile.Username ?? profile.Userid)!.Trim()}")
                : Normalize(
                    profile.Url.Contains("://", StringComparison.Ordinal)
                        ? profile.Url
                        : "https://" + profile.Url.Trim()
                )
        );

    public static Identifier NameAt(RequestedName name, string address) =>
        new(
            string.Join(
                ' ',
                $"{Normalize(name.Text)}, {Normalize(address)}".Split(
                    (char[]?)null,
                    StringSplitOptions.RemoveEmptyEntries
                )
            )
        );

    public static Identifier Id(string field, string value, bool isOpaque = false) =>
        new(Normalize($"{field}:{value.Trim()}"), isOpaque);

    /// <summary>Whether the text is an address, or the hash of one.</summary>
    public static bool IsAddressOrHash(string text) =>
        IsHash(text) || (text.IndexOf('@') > 0 && !text.EndsWith('@') && !text.Any(char.IsWhiteSpace));

    /// <summary>Whether the text is the hash of an address: MD5, SHA-1 or SHA-256 in hexadecimal.</summary>
    public static bool IsHash(string text) => text.Length is 32 or 40 or 64 && text.All(char.IsAsciiHexDigit);

    /// <summary>The three hashes of an address.</summary>
    public static IEnumerable<string> HashesOf(string address)
    {
        var bytes = Encoding.UTF8.GetBytes(Normalize(address));
        return
        [
            Convert.ToHexStringLower(MD5.HashData(bytes)),
            Convert.ToHexStringLower(SHA1.HashData(bytes)),
            Convert.ToHexStringLower(SHA256.HashData(bytes)),
        ];
    }
}
