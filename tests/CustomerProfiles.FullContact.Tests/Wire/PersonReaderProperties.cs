using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using CustomerProfiles.Providers;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>
/// A response that is damaged or changed in a later version never makes reading throw, and only gives what may be
/// shown.
/// </summary>
public sealed class PersonReaderProperties
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(InventedPerson.Json);

    private static readonly Gen<Func<byte[], byte[]>> Damage = Gen.Select(
        Gen.Double[0, 1],
        Gen.Int[0, 40],
        OddBodies.Splinter,
        (at, cut, splinter) =>
            (Func<byte[], byte[]>)(
                bytes =>
                {
                    var start = (int)(at * bytes.Length);
                    var end = Math.Min(bytes.Length, start + cut);
                    return [.. bytes[..start], .. splinter, .. bytes[end..]];
                }
            )
    );

    private static readonly string[] Values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1.5e300",
        "\"\"",
        "\" \"",
        "\"text\"",
        "\"https://x.example/y\"",
        "\"javascript:alert(1)\"",
        "\"https://a@b.example\"",
        "\"\\ud800\"",
        "{}",
        "[]",
        "[null]",
        "{\"value\":\"https://x.example\"}",
        "[{\"value\":\"ftp://x\"}]",
        "{\"a\":{\"url\":\"https://x\"}}",
        "[[[{}]]]",
    ];

    private static readonly Gen<(double At, string Value)> Change = Gen.Select(Gen.Double[0, 1], Gen.OneOf(Values));

    [Fact]
    public void Damaged_bytes_never_throw() =>
        Damage
            .Array[1, 6]
            .Sample(
                damages =>
                {
                    var body = damages.Aggregate(Body, (bytes, damage) => damage(bytes));
                    return !PersonReader.TryRead(body, out var information) || MayBeShown(information);
                },
                iter: 20_000,
                threads: 1
            );

    [Fact]
    public void Json_with_other_values_anywhere_is_read_and_never_throws() =>
        Change
            .Array[1, 12]
            .Sample(
                changes =>
                {
                    var person = JsonNode.Parse(InventedPerson.Json)!;
                    foreach (var (at, value) in changes)
                    {
                        Replace(person, at, value);
                    }

                    // Written by hand, because half a surrogate pair cannot be serialized.
                    var text = person.ToJsonString().Replace("\"HALF\"", "\"\\ud800\"", StringComparison.Ordinal);
                    return PersonReader.TryRead(Encoding.UTF8.GetBytes(text), out var information)
                        && MayBeShown(information);
                },
                iter: 5_000,
                threads: 1
            );

    private static void Replace(JsonNode person, double at, string value)
    {
        var places = new List<Action<JsonNode?>>();
        Collect(person, places);
        if (places.Count > 0)
        {
            var replacement = value.Contains("\\ud800", StringComparison.Ordinal)
                ? JsonValue.Create("HALF")
                : JsonNode.Parse(value);
            places[Math.Min(places.Count - 1, (int)(at * places.Count))](replacement);
        }
    }

    private static void Collect(JsonNode? node, List<Action<JsonNode?>> places)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    places.Add(replacement => fields[name] = replacement);
                    Collect(value, places);
                }

                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++)
                {
                    var index = i;
                    places.Add(replacement => items[index] = replacement);
                    Collect(items[i], places);
                }

                break;
        }
    }

    private static bool MayBeShown(PublicInformation information)
    {
        var addresses = information
            .Websites.Append(information.Photo?.Url)
            .Concat(information.SocialProfiles.Select(account => account.Url))
            .OfType<Uri>();
        return addresses.All(address => address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" })
            && information.SocialProfiles.All(account =>
                account.Network.Length > 0
                && account.Network == account.Network.ToLowerInvariant()
                && (account.Url is not null || account.Username is not null)
            )
            && PersonReaderTests.TextsOf(information).All(text => text.Length > 0 && text == text.Trim());
    }
}
