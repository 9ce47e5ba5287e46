using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Documentation.Tests;

/// <summary>
/// Compiles a sample as in a reader's project: a program of one file, with the variables that the pages say samples
/// use.
/// </summary>
internal static class SampleCompiler
{
    private static readonly CSharpParseOptions Newest = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>
    /// What a web project has by itself, what the pages tell the reader to put there, and one namespace of ours: all
    /// others are shown by the samples that need them.
    /// </summary>
    private static readonly string[] Namespaces =
    [
        "CustomerProfiles",
        "System",
        "System.Collections.Generic",
        "System.IO",
        "System.Linq",
        "System.Net",
        "System.Net.Http",
        "System.Net.Http.Json",
        "System.Threading",
        "System.Threading.Tasks",
        "System.Collections.Immutable",
        "NodaTime",
        "Xunit",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.EntityFrameworkCore",
        "Microsoft.Extensions.Configuration",
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting",
        "Microsoft.Extensions.Logging",
        "Microsoft.Extensions.Options",
    ];

    private static readonly string[] OwnOfTheReader =
    [
        Resource("GivenToSamples.cs"),
        Resource("SqlStoreOfTheReader.cs"),
    ];

    /// <summary>Compiles.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="others">The other samples of its page: it may use the types that they show.</param>
    /// <returns>The compiler's errors, by line of the page; a warning about null counts as one.</returns>
    public static IReadOnlyList<string> Compile(CodeSample sample, params IEnumerable<CodeSample> others)
    {
        var program = CSharpSyntaxTree.ParseText(sample.Code, Newest);
        var isMembers = program.GetDiagnostics().Any() || program.GetCompilationUnitRoot().Members.Any(IsMember);
        var tree = isMembers
            ? CSharpSyntaxTree.ParseText(
                $"using CustomerProfiles.Testing;\n{TestFrameworkOf(sample.Code)}\npublic sealed class SampleTests {{ "
                    + $"private static StoreUnderTest StoreUnderTest => null!;\n#line 1\n{sample.Code}\n}}",
                Newest
            )
            : program;
        var shownHere = TypesIn(program).Select(type => type.Identifier.Text).ToHashSet(StringComparer.Ordinal);
        var shownElsewhere = others
            .Where(other => other != sample)
            .SelectMany(other => TypesIn(CSharpSyntaxTree.ParseText(other.Code, Newest)))
            .Where(type => shownHere.Add(type.Identifier.Text))
            .Select(type => CSharpSyntaxTree.ParseText(WithUsings(type), Newest))
            .ToArray();
        var hasStatements = tree.GetCompilationUnitRoot()
            .Members.Any(member => member.IsKind(SyntaxKind.GlobalStatement));
        var compilation = CSharpCompilation.Create(
            "Sample",
            [
                tree,
                .. OwnOfTheReader
                    .Prepend(UsingsOf(sample.Page))
                    .Select(text => CSharpSyntaxTree.ParseText(text, Newest)),
                .. shownElsewhere,
            ],
            References,
            new CSharpCompilationOptions(
                hasStatements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        return
        [
            .. compilation
                .GetDiagnostics()
                .Where(found => IsObjection(found) && !shownElsewhere.Contains(found.Location.SourceTree))
                .Select(found => $"{sample.Page}:{LineOf(found, tree, sample)}: {found.Id} {found.GetMessage()}"),
        ];
    }

    /// <summary>
    /// The documentation shows every using that it needs; the readmes of packages and samples leave theirs out.
    /// </summary>
    private static string UsingsOf(string page) =>
        string.Concat(
            (
                page.StartsWith("docs/", StringComparison.Ordinal) || page == "README.md"
                    ? []
                    : NamespacesOfTheLibraries()
            )
                .Union(Namespaces)
                .Append("static GivenToSamples")
                .Select(name => $"global using {name};\n")
        );

    private static IEnumerable<BaseTypeDeclarationSyntax> TypesIn(SyntaxTree tree) =>
        tree.GetCompilationUnitRoot().Members.OfType<BaseTypeDeclarationSyntax>();

    /// <summary>A type as it stands in its sample, with what that sample uses.</summary>
    private static string WithUsings(BaseTypeDeclarationSyntax type) =>
        $"{type.SyntaxTree.GetCompilationUnitRoot().Usings.ToFullString()}\n{type.ToFullString()}";

    /// <summary>A method of a class that the sample does not show.</summary>
    private static bool IsMember(SyntaxNode member) =>
        member
            is GlobalStatementSyntax { Statement: LocalFunctionStatementSyntax { AttributeLists.Count: > 0 } }
                or BaseMethodDeclarationSyntax
                or BasePropertyDeclarationSyntax;

    private static bool IsObjection(Diagnostic found) =>
        found.Severity == DiagnosticSeverity.Error
        || (found.Severity == DiagnosticSeverity.Warning && found.Id.StartsWith("CS86", StringComparison.Ordinal));

    private static string LineOf(Diagnostic found, SyntaxTree tree, CodeSample sample) =>
        found.Location.SourceTree == tree
            ? $"{sample.Line + found.Location.GetMappedLineSpan().StartLinePosition.Line}"
            : $"{sample.Line} (around it)";

    private static string TestFrameworkOf(string code) =>
        code.Contains("[TestCaseSource", StringComparison.Ordinal) ? "using NUnit.Framework;"
        : code.Contains("[TestMethod", StringComparison.Ordinal) ? "using Microsoft.VisualStudio.TestTools.UnitTesting;"
        : "";

    private static IEnumerable<string> NamespacesOfTheLibraries() =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(file =>
                Path.GetFileName(file).Split('.') is ["CustomerProfiles", ..] or ["FullContact", ..]
                && !file.EndsWith(".Tests.dll", StringComparison.Ordinal)
            )
            .SelectMany(file => Assembly.LoadFrom(file).GetExportedTypes())
            .Select(type => type.Namespace)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(SampleCompiler).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
