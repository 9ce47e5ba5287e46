namespace CustomerProfiles.Conventions.Tests;

/// <summary>Where things stand.</summary>
public sealed class SourceTests
{
    private const string RegistrationFolder = "DependencyInjection";

    /// <summary>Where a host's compiler looks for registration methods.</summary>
    private static readonly string[] RegistrationNamespaces =
    [
        "Microsoft.Extensions.DependencyInjection",
        "Microsoft.AspNetCore.Builder",
        "Microsoft.EntityFrameworkCore",
    ];

    /// <summary>What tools of Entity Framework Core write, under names of their own.</summary>
    private const string GeneratedFolder = "Migrations";

    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Namespaces_agree_with_folders(string library)
    {
        var sources = Repository.LibraryOf(library).Sources;
        sources.Should().NotBeEmpty();
        foreach (var source in sources.Where(source => source.Types.Count > 0))
        {
            var wanted = source.Folder.Length == 0 ? library : $"{library}.{source.Folder.Replace('/', '.')}";
            source
                .Namespace.Should()
                .BeOneOf([wanted, .. source.Folder == RegistrationFolder ? RegistrationNamespaces : []], source.Path);
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_file_holds_one_type_and_has_its_name(string library)
    {
        foreach (var source in Repository.LibraryOf(library).Sources.Where(source => source.Folder != GeneratedFolder))
        {
            // A file without types holds attributes of the assembly or usings.
            source.Types.Count.Should().BeLessThanOrEqualTo(1, source.Path);
            if (source.Types is [var type])
            {
                var (name, withParameters) = SourceFile.FileNamesOf(type);
                var file = Path.GetFileNameWithoutExtension(source.Path);
                file.Should()
                    .Match(
                        found =>
                            found == name
                            || found == withParameters
                            || found.StartsWith(name + ".", StringComparison.Ordinal),
                        source.Path
                    );
            }
        }
    }
}
