using System.Text.Json;
using BenchmarkDotNet.Attributes;
using CustomerProfiles.Enrichment;
using Newtonsoft.Json.Linq;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// From the bytes of an answer to what the library keeps of it. The baseline is the least that reading can cost: each token looked at once and nothing kept.
/// </summary>
[MemoryDiagnoser]
public class ReadFullContactBody
{
    private byte[] _body = [];
    private string _text = "";

    /// <summary>The answer that is read.</summary>
    [ParamsAllValues]
    public Body Body { get; set; }

    /// <summary>Loads the answer.</summary>
    [GlobalSetup]
    public void Load()
    {
        using var resource = typeof(ReadFullContactBody).Assembly.GetManifestResourceStream($"{Body.ToString().ToLowerInvariant()}.json")!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        _body = copy.ToArray();
        _text = System.Text.Encoding.UTF8.GetString(_body);
    }

    /// <summary>Every token, and nothing done with it.</summary>
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
    public PublicInformation? PersonReader() => FullContact.Wire.PersonReader.TryRead(_body, out var information) ? information : null;

    /// <summary>A document of System.Text.Json, from which nothing has been taken yet.</summary>
    [Benchmark]
    public JsonValueKind Document()
    {
        using var document = JsonDocument.Parse(_body);
        return document.RootElement.ValueKind;
    }

    /// <summary>The objects of Newtonsoft.Json, from which nothing has been taken yet. It reads text: making the text of the bytes is left out.</summary>
    [Benchmark]
    public JObject NewtonsoftObject() => JObject.Parse(_text);
}
