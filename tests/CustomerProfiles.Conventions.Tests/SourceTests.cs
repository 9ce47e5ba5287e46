using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace CustomerProfiles.Conventions.Tests;

/// <summary>Namespaces and files of the libraries.</summary>
public sealed partial class SourceTests
{
    /// <summary>How long a file may be that holds a family of types.</summary>
    private const int LongestFamily = 200;

    /// <summary>Where an IDE looks for registration methods.</summary>
    private static readonly string[] RegistrationNamespaces =
    [
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.EntityFrameworkCore",
    ];

    /// <summary>Written by the tools of Entity Framework Core, under names and namespaces of their own.</summary>
    private const string GeneratedFolder = "Migrations";

    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_core_has_three_namespaces_and_each_other_package_has_one(string library)
    {
        var namespaces = Repository
            .LibraryOf(library)
            .Sources.Where(source => source.Types.Count > 0 && source.Folder != GeneratedFolder)
            .Where(source => !RegistrationNamespaces.Contains(source.Namespace))
            .Select(source => source.Namespace)
            .Distinct();

        namespaces
            .Should()
            .BeEquivalentTo(
                library == "CustomerProfiles" ? [library, $"{library}.Providers", $"{library}.Stores"] : [library]
            );
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Only_registration_methods_are_in_a_namespace_of_the_framework(string library) =>
        Repository
            .LibraryOf(library)
            .Sources.Where(source => RegistrationNamespaces.Contains(source.Namespace))
            .SelectMany(source => source.Types)
            .Select(type => SourceFile.FileNamesOf(type).Name)
            .Should()
            .NotContain(name => !name.EndsWith("Extensions", StringComparison.Ordinal));

    /// <summary>
    /// A family shares a file: nested in one type, or side by side where the whole file is short enough to read at
    /// once.
    /// </summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_file_holds_one_idea_and_is_named_after_a_type_in_it(string library)
    {
        var sources = Repository
            .LibraryOf(library)
            .Sources.Where(source => source.Folder != GeneratedFolder && source.Types.Count > 0);

        sources.Where(source => !IsNamedAfterAType(source)).Select(source => source.Path).Should().BeEmpty();
        sources
            .Where(source => source.Types.Count > 1 && LinesOf(source) > LongestFamily)
            .Select(source => source.Path)
            .Should()
            .BeEmpty("a file with several types has at most {0} lines", LongestFamily);
    }

    [Theory]
    [InlineData("Photo.cs", true)]
    [InlineData("Photo.Equality.cs", true)]
    [InlineData("Photos.cs", false)]
    [InlineData("PhotoRule.cs", true)]
    [InlineData("PhotoRules.cs", false)]
    public void A_name_that_no_type_of_the_file_has_is_found(string path, bool isNamedAfterAType) =>
        IsNamedAfterAType(
                new SourceFile(
                    path,
                    CSharpSyntaxTree.ParseText("class Photo; class PhotoRule;").GetCompilationUnitRoot()
                )
            )
            .Should()
            .Be(isNamedAfterAType);

    /// <summary>Or after what all of its types are: StoreResults holds types whose names end in Result.</summary>
    private static bool IsNamedAfterAType(SourceFile source)
    {
        var file = Path.GetFileNameWithoutExtension(source.Path);
        var family = LastWord().Match(file).Value;
        var isFamily =
            family.Length > 0
            && source.Types.Count > 1
            && source.Types.All(type =>
                SourceFile.FileNamesOf(type).Name.EndsWith(family[..^1], StringComparison.Ordinal)
            );
        return isFamily
            || source
                .Types.Select(SourceFile.FileNamesOf)
                .Any(names =>
                    file == names.Name
                    || file == names.WithParameters
                    || file.StartsWith(names.Name + ".", StringComparison.Ordinal)
                );
    }

    [GeneratedRegex("[A-Z][a-z]+s$")]
    private static partial Regex LastWord();

    private static int LinesOf(SourceFile source) => source.Syntax.SyntaxTree.GetText().Lines.Count;
}
