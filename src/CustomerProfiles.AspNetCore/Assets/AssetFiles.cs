using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// The module, its stylesheet and its texts, each at an address that has the hash of its content and so never changes.
/// </summary>
internal sealed class AssetFiles
{
    /// <summary>
    /// The file that pages load. It only names the module, so that its own address can stay the same.
    /// </summary>
    public const string EntryName = "elements.js";

    private const string Folder = "assets";
    private const string Module = "customer-profiles.js";
    private const string Stylesheet = "customer-profiles.css";

    /// <summary>Makes the files, with the texts of the host in place of the bundled ones.</summary>
    public AssetFiles(IOptions<CustomerProfilesWebOptions> options)
    {
        var files = new List<AssetFile>();
        var style = Add(Stylesheet, "text/css; charset=utf-8", Bundled(Stylesheet));
        var texts = BundledTexts
            .With(options.Value.Texts)
            .ToDictionary(
                text => text.Key,
                text => Add($"texts.{text.Key}.json", "application/json", JsonOf(text.Value)).Name,
                StringComparer.Ordinal
            );

        // The module names the other files, so its hash covers theirs.
        var names = JsonOf(texts.Append(new("css", style.Name)).ToDictionary(StringComparer.Ordinal));
        var module = Add(
            Module,
            "text/javascript; charset=utf-8",
            Bundled(Module).Replace("\"@files\"", names, StringComparison.Ordinal)
        );
        Hashed = files.ToFrozenDictionary(file => file.Name, StringComparer.Ordinal);
        Entry = new AssetFile(
            EntryName,
            "text/javascript; charset=utf-8",
            $"export * from \"./{Folder}/{module.Name}\";\n"
        );

        AssetFile Add(string name, string type, string content)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 8));
            var dot = name.LastIndexOf('.');
            var file = new AssetFile($"{name[..dot]}.{hash}{name[dot..]}", type, content);
            files.Add(file);
            return file;
        }
    }

    /// <summary>The file that pages load.</summary>
    public AssetFile Entry { get; }

    /// <summary>Every other file, by its name with the hash.</summary>
    public FrozenDictionary<string, AssetFile> Hashed { get; }

    private static string Bundled(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string JsonOf(IReadOnlyDictionary<string, string> values)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}

/// <summary>One file.</summary>
internal sealed class AssetFile(string name, string contentType, string content)
{
    /// <summary>Its name, with the hash of its content.</summary>
    public string Name { get; } = name;

    /// <summary>Its content type.</summary>
    public string ContentType { get; } = contentType;

    /// <summary>Its content.</summary>
    public byte[] Content { get; } = Encoding.UTF8.GetBytes(content);

    /// <summary>The entity tag, which is the hash of the content.</summary>
    public string ETag { get; } =
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)).AsSpan(0, 8))}\"";
}
