using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FullContact.Simulator;

/// <summary>What a request asks, as far as the simulator understands it.</summary>
/// <param name="Emails">The addresses and hashes, normalised.</param>
/// <param name="DataFilter">The bundles asked for; empty for all.</param>
/// <param name="HasOtherIdentifier">Whether it also names somebody by something that the simulator knows nobody by.</param>
internal sealed record SimulatedQuestion(ImmutableArray<string> Emails, ImmutableArray<string> DataFilter, bool HasOtherIdentifier)
{
    /// <summary>The API takes so many values of one kind.</summary>
    public const int MaxEmails = 25;

    private static readonly string[] OtherIdentifiers = ["phone", "phones", "profiles", "maids", "recordId", "personId", "partnerId", "li_nonid", "placekey", "panoramaId"];

    /// <summary>Reads the body; null when it is no JSON object.</summary>
    public static async Task<SimulatedQuestion?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object
                ? null
                : new SimulatedQuestion([.. Texts(root, "email").Concat(Texts(root, "emails")).Select(Normalize)], [.. Texts(root, "dataFilter")], OtherIdentifiers.Any(name => root.TryGetProperty(name, out _)));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is how a text that is no text shows: half a surrogate pair, or bytes that are not UTF-8.
            return null;
        }
    }

    /// <summary>The form in which addresses are compared, which is also the form that is hashed.</summary>
    public static string Normalize(string address) => address.Trim().ToLowerInvariant();

    /// <summary>Whether the text is an address, or the hash of one.</summary>
    public static bool IsAddressOrHash(string text) => IsHash(text) || (text.IndexOf('@') > 0 && !text.EndsWith('@') && !text.Any(char.IsWhiteSpace));

    /// <summary>Whether the text is the hash of an address: MD5, SHA-1 or SHA-256 in hexadecimal.</summary>
    public static bool IsHash(string text) => text.Length is 32 or 40 or 64 && text.All(char.IsAsciiHexDigit);

    /// <summary>The three hashes by which an address may be asked for.</summary>
    public static IEnumerable<string> HashesOf(string address)
    {
        var bytes = Encoding.UTF8.GetBytes(Normalize(address));
        return [Convert.ToHexStringLower(MD5.HashData(bytes)), Convert.ToHexStringLower(SHA1.HashData(bytes)), Convert.ToHexStringLower(SHA256.HashData(bytes))];
    }

    private static IEnumerable<string> Texts(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
    }
}
