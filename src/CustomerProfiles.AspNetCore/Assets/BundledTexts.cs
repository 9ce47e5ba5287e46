using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace CustomerProfiles.AspNetCore;

/// <summary>The texts of the elements by culture.</summary>
internal static class BundledTexts
{
    /// <summary>The texts of a culture that has no own ones.</summary>
    public static FrozenDictionary<string, string> English { get; } = Read("en");

    private static FrozenDictionary<string, string> German { get; } = Read("de");

    /// <summary>
    /// The bundled texts and the host's, by culture in lower case. What a culture of the host leaves out is English.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> With(
        IDictionary<string, IDictionary<string, string>> own
    )
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase)
        {
            ["en"] = English,
            ["de"] = German,
        };
        foreach (var (culture, texts) in own)
        {
            var name = culture.ToLowerInvariant();
            var merged = new Dictionary<string, string>(all.GetValueOrDefault(name, English), StringComparer.Ordinal);
            foreach (var (key, text) in texts)
            {
                merged[key] = text;
            }

            all[name] = merged;
        }

        return all;
    }

    private static FrozenDictionary<string, string> Read(string culture)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"texts.{culture}.json")!;
        using var texts = JsonDocument.Parse(stream);
        return texts
            .RootElement.EnumerateObject()
            .ToFrozenDictionary(text => text.Name, text => text.Value.GetString()!, StringComparer.Ordinal);
    }
}
