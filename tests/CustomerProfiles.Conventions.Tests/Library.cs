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
    /// What may be used from outside: public types, those within others among them, but none whose name only a compiler
    /// can write.
    /// </summary>
    public IReadOnlyList<Type> PublicTypes => [.. Assembly.GetExportedTypes().Where(type => !type.Name.Contains('<'))];

    /// <summary>The other libraries of the family that the project builds on.</summary>
    public IReadOnlyList<string> BuildsOn =>
        [
            .. _project
                .Descendants("ProjectReference")
                .Select(reference =>
                    Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
                ),
        ];

    /// <summary>The assemblies that the compiled code uses.</summary>
    public IReadOnlyList<string> References =>
        [.. _module.Value.AssemblyReferences.Select(reference => reference.Name)];

    public IReadOnlyList<SourceFile> Sources => _sources.Value;

    /// <summary>The members that the compiled code uses.</summary>
    public IReadOnlyList<UsedMember> UsedMembers => UsedMember.AllOf(_module.Value);
}
