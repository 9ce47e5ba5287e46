using System.Reflection;
using System.Xml.Linq;
using Mono.Cecil;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>A library under src/: its project, its sources, its assembly.</summary>
internal sealed class Library
{
    private readonly XDocument _project;
    private readonly Lazy<Assembly> _assembly;
    private readonly Lazy<ModuleDefinition> _module;
    private readonly Lazy<IReadOnlyList<SourceFile>> _sources;

    public Library(string projectFile)
    {
        _project = XDocument.Load(projectFile);
        Folder = Path.GetDirectoryName(projectFile)!;
        Name = Path.GetFileNameWithoutExtension(projectFile);
        _assembly = new(() => Assembly.Load(Name));
        _sources = new(() => Repository.SourcesIn(Folder));
        _module = new(() => ModuleDefinition.ReadModule(_assembly.Value.Location));
    }

    public string Name { get; }

    public string Folder { get; }

    public Assembly Assembly => _assembly.Value;

    /// <summary>
    /// The public types, including nested ones, except those with names that only a compiler can write.
    /// </summary>
    public IReadOnlyList<Type> PublicTypes => [.. Assembly.GetExportedTypes().Where(type => !type.Name.Contains('<'))];

    /// <summary>The other libraries that the project references.</summary>
    public IReadOnlyList<string> BuildsOn =>
        [
            .. _project
                .Descendants("ProjectReference")
                .Select(reference =>
                    Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
                ),
        ];

    /// <summary>The assemblies that the compiled code references.</summary>
    public IReadOnlyList<string> References =>
        [.. _module.Value.AssemblyReferences.Select(reference => reference.Name)];

    public IReadOnlyList<SourceFile> Sources => _sources.Value;

    /// <summary>The members that the compiled code uses.</summary>
    public IReadOnlyList<UsedMember> UsedMembers => UsedMember.AllOf(_module.Value);
}
