using System.Collections.Immutable;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using CustomerProfiles.Providers;
using Newtonsoft.Json.Linq;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// Reads a response. The baseline is the least that reading can cost: each token read once and nothing kept.
/// </summary>
[MemoryDiagnoser]
public class ReadFullContactBody
{
    private byte[] _body = [];
    private string _text = "";
    private PublicInformation _known = null!;

    /// <summary>The response to read.</summary>
    [ParamsAllValues]
    public Body Body { get; set; }

    /// <summary>Loads the response.</summary>
    [GlobalSetup]
    public void Load()
    {
        using var resource = typeof(ReadFullContactBody).Assembly.GetManifestResourceStream(
            $"{Body.ToString().ToLowerInvariant()}.json"
        )!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        _body = copy.ToArray();
        _known = PersonReader()!;
        _text = System.Text.Encoding.UTF8.GetString(_body);
    }

    /// <summary>Reads every token and keeps nothing.</summary>
    [Benchmark(Baseline = true)]
    public int BareWalk()
    {
        var json = new Utf8JsonReader(_body);
        var tokens = 0;
        while (json.Read())
        {
            tokens++;
        }

        return tokens;
    }

    /// <summary>The library's reader.</summary>
    [Benchmark]
    public PublicInformation? PersonReader() =>
        FullContact.PersonReader.TryRead(_body, out var information) ? information : null;

    /// <summary>Creates the same objects without reading, which no reader can avoid.</summary>
    [Benchmark]
    public PublicInformation ResultAlone()
    {
        var accounts = ImmutableArray.CreateBuilder<SocialProfile>(_known.SocialProfiles.Length);
        foreach (var account in _known.SocialProfiles)
        {
            accounts.Add(new SocialProfile(Copy(account.Network)!, Copy(account.Url), Copy(account.Username)));
        }

        var websites = ImmutableArray.CreateBuilder<Uri>(_known.Websites.Length);
        foreach (var website in _known.Websites)
        {
            websites.Add(Copy(website)!);
        }

        return new PublicInformation
        {
            Photo = _known.Photo is { } photo ? new Photo(Copy(photo.Url)!) : null,
            SocialProfiles = accounts.MoveToImmutable(),
            Location = Copy(_known.Location),
            Bio = Copy(_known.Bio),
            Name = _known.Name is { } name
                ? new PersonName(Copy(name.Full)!, Copy(name.Given), Copy(name.Family))
                : null,
            Company = Copy(_known.Company),
            JobTitle = Copy(_known.JobTitle),
            Websites = websites.MoveToImmutable(),
        };
    }

    private static string? Copy(string? text) => text is null ? null : new string(text.AsSpan());

    private static Uri? Copy(Uri? address) =>
        Uri.TryCreate(Copy(address?.OriginalString), UriKind.Absolute, out var copy) && copy.Scheme.Length > 0
            ? copy
            : null;

    /// <summary>A document of System.Text.Json, without reading values from it.</summary>
    [Benchmark]
    public JsonValueKind Document()
    {
        using var document = JsonDocument.Parse(_body);
        return document.RootElement.ValueKind;
    }

    /// <summary>
    /// The objects of Newtonsoft.Json, without reading values from them. It reads text; converting the bytes to text is
    /// not included.
    /// </summary>
    [Benchmark]
    public JObject NewtonsoftObject() => JObject.Parse(_text);
}
