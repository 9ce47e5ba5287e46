using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>A C# file.</summary>
/// <param name="Path">The path within its project, with slashes.</param>
/// <param name="Syntax">The syntax tree.</param>
internal sealed record SourceFile(string Path, CompilationUnitSyntax Syntax)
{
    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace(System.IO.Path.DirectorySeparatorChar, '/');

    public string? Namespace =>
        Syntax.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    /// <summary>Its top-level types.</summary>
    public IReadOnlyList<MemberDeclarationSyntax> Types =>
        [
            .. Syntax
                .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
                .OfType<MemberDeclarationSyntax>()
                .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax),
        ];

    /// <summary>
    /// The file names for a type: its name, and its name with type parameters in braces for when a type of the same
    /// name has none.
    /// </summary>
    public static (string Name, string WithParameters) FileNamesOf(MemberDeclarationSyntax type)
    {
        var (name, parameters) = type switch
        {
            TypeDeclarationSyntax declared => (declared.Identifier.Text, declared.TypeParameterList),
            BaseTypeDeclarationSyntax declared => (declared.Identifier.Text, null),
            DelegateDeclarationSyntax declared => (declared.Identifier.Text, declared.TypeParameterList),
            _ => throw new ArgumentException("No type.", nameof(type)),
        };
        return (
            name,
            parameters is null
                ? name
                : $"{name}{{{string.Join(',', parameters.Parameters.Select(parameter => parameter.Identifier.Text))}}}"
        );
    }
}
