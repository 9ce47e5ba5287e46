using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace CustomerProfiles.Packages.Tests;

/// <summary>A packed package.</summary>
internal sealed class Package
{
    private readonly Dictionary<string, byte[]> _entries;

    public Package(string file)
    {
        using var archive = ZipFile.OpenRead(file);
        _entries = archive.Entries.ToDictionary(entry => entry.FullName, Bytes, StringComparer.Ordinal);
        Name = Path.GetFileNameWithoutExtension(
            _entries.Keys.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))
        );
        Metadata = XDocument
            .Load(new MemoryStream(_entries[$"{Name}.nuspec"]))
            .Root!.Elements()
            .Single(element => element.Name.LocalName == "metadata");
    }

    public string Name { get; }

    /// <summary>The metadata of the package.</summary>
    public XElement Metadata { get; }

    public IReadOnlyDictionary<string, byte[]> Entries => _entries;

    public byte[] Assembly => _entries[$"lib/net10.0/{Name}.dll"];

    public XDocument Documentation => XDocument.Load(new MemoryStream(_entries[$"lib/net10.0/{Name}.xml"]));

    /// <summary>The source files in the symbols, which are embedded in the assembly; none without symbols.</summary>
    public IReadOnlyList<string> SourceFiles
    {
        get
        {
            using var assembly = new PEReader(new MemoryStream(Assembly));
            var symbols = assembly
                .ReadDebugDirectory()
                .Where(entry => entry.Type == DebugDirectoryEntryType.EmbeddedPortablePdb)
                .ToArray();
            if (symbols.Length == 0)
            {
                return [];
            }

            using var provider = assembly.ReadEmbeddedPortablePdbDebugDirectoryData(symbols[0]);
            var reader = provider.GetMetadataReader();
            return [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
        }
    }

    /// <summary>The public types with their namespaces.</summary>
    public IReadOnlyList<string> PublicTypes
    {
        get
        {
            using var assembly = new PEReader(new MemoryStream(Assembly));
            var reader = assembly.GetMetadataReader();
            return
            [
                .. reader
                    .TypeDefinitions.Select(reader.GetTypeDefinition)
                    .Where(type =>
                        (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask)
                        == System.Reflection.TypeAttributes.Public
                    )
                    .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}"),
            ];
        }
    }

    public string? Value(string element) => Element(element)?.Value;

    public XElement? Element(string name) =>
        Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
