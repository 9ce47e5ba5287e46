using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>
/// The folders of the core are layers. Each knows only those before it, so a reader follows a call from the entry point
/// to the store and never back.
/// </summary>
public sealed class LayerTests
{
    /// <summary>
    /// From the lowest to the highest. The root holds the entry point; only the registration, which composes
    /// everything, is above it.
    /// </summary>
    private static readonly string[] Layers =
    [
        "Profiles",
        "Rechecks",
        "Providers",
        "Stores",
        "Editing",
        "Merging",
        "History",
        "Conversations",
        "Options",
        "Properties",
        "Diagnostics",
        "Checks",
        "Events",
        "Intake",
        "Creation",
        "Import",
        "Privacy",
        "Sidebar",
        "",
        "Registration",
    ];

    private static readonly Library Core = Repository.LibraryOf("CustomerProfiles");

    [Fact]
    public void Every_folder_of_the_core_is_a_layer() =>
        Core.Sources.Select(source => LayerOf(source.Path)).Distinct().Should().BeEquivalentTo(Layers);

    [Fact]
    public void A_layer_names_only_types_of_the_layers_before_it() =>
        UpwardReferences(Trees(Core.Sources)).Should().BeEmpty();

    [Fact]
    public void A_file_that_names_a_type_of_a_higher_layer_is_found()
    {
        var offender = CSharpSyntaxTree.ParseText(
            "namespace CustomerProfiles; internal sealed class Offender { private readonly ProfileEditor? _editor; }",
            path: "Profiles/Offender.cs"
        );
        UpwardReferences([.. Trees(Core.Sources), offender])
            .Should()
            .ContainSingle()
            .Which.Should()
            .Be("Profiles/Offender.cs names ProfileEditor of Editing");
    }

    private static SyntaxTree[] Trees(IEnumerable<SourceFile> sources) =>
        [.. sources.Select(source => source.Syntax.SyntaxTree.WithFilePath(source.Path))];

    private static string[] UpwardReferences(SyntaxTree[] trees)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) != "CustomerProfiles")
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create("layers", trees, references);
        return
        [
            .. trees.SelectMany(tree => UpwardReferences(tree, compilation.GetSemanticModel(tree))).Distinct().Order(),
        ];
    }

    private static IEnumerable<string> UpwardReferences(SyntaxTree tree, SemanticModel model)
    {
        var own = Array.IndexOf(Layers, LayerOf(tree.FilePath));
        foreach (var name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
        {
            var info = model.GetSymbolInfo(name);
            if ((info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) is not { } symbol)
            {
                continue;
            }

            var type = symbol as INamedTypeSymbol ?? symbol.ContainingType;
            foreach (var declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? [])
            {
                var layer = LayerOf(declaration.SyntaxTree.FilePath);
                if (Array.IndexOf(Layers, layer) > own)
                {
                    yield return $"{tree.FilePath} names {type!.Name} of {(layer.Length == 0 ? "the root" : layer)}";
                }
            }
        }
    }

    private static string LayerOf(string path) => Path.GetDirectoryName(path)!;
}
