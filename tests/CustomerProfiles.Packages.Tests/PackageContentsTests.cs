using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace CustomerProfiles.Packages.Tests;

/// <summary>The contents of each package.</summary>
[Collection(PackedLibrariesCollection.Name)]
public sealed partial class PackageContentsTests(PackedLibraries packed)
{
    public static TheoryData<string> Libraries => [.. Repository.Libraries];

    [Fact]
    public void Every_library_is_packed_and_nothing_else() =>
        Directory
            .GetFiles(packed.Feed)
            .Select(Path.GetFileName)
            .Should()
            .BeEquivalentTo(Repository.Libraries.Select(library => $"{library}.{packed.Version}.nupkg"));

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_holds_its_assembly_documentation_readme_and_icon_and_nothing_else(string library) =>
        packed
            .PackageOf(library)
            .Entries.Keys.Where(name => !name.EndsWith(".psmdcp", StringComparison.Ordinal))
            .Should()
            .BeEquivalentTo(
                "[Content_Types].xml",
                "_rels/.rels",
                $"{library}.nuspec",
                "README.md",
                "icon.png",
                $"lib/net10.0/{library}.dll",
                $"lib/net10.0/{library}.xml"
            );

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_says_what_it_is(string library)
    {
        var package = packed.PackageOf(library);
        package.Value("id").Should().Be(library);
        package.Value("version").Should().Be(packed.Version);
        package.Value("license").Should().Be("MIT");
        package.Element("license")!.Attribute("type")!.Value.Should().Be("expression");
        package.Value("readme").Should().Be("README.md");
        package.Value("icon").Should().Be("icon.png");
        package.Value("authors").Should().Be("The CustomerProfiles authors");
        package.Value("description").Should().Be(Repository.Project(library).Descendants("Description").Single().Value);
        package.Value("tags").Should().StartWith("customer-profile help-desk crm shared-inbox ");
        package.Element("repository")!.Attribute("commit")!.Value.Should().MatchRegex("^[0-9a-f]{40}$");
    }

    /// <summary>There is no public address yet. Once there is, it goes to src/Directory.Build.props and here.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_names_no_address_that_does_not_exist(string library)
    {
        var package = packed.PackageOf(library);
        package.Element("projectUrl").Should().BeNull();
        package.Element("repository")!.Attribute("url").Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_readme_is_the_librarys_own_and_its_links_lead_out_of_the_package(string library)
    {
        var readme = Encoding.UTF8.GetString(packed.PackageOf(library).Entries["README.md"]);
        readme.Should().StartWith($"# {library}\n").And.Be(Repository.Read($"src/{library}/README.md"));
        RelativeLink().Matches(readme).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_icon_is_a_picture_of_128_by_128(string library)
    {
        var icon = packed.PackageOf(library).Entries["icon.png"];
        icon.AsSpan(1, 3).SequenceEqual("PNG"u8).Should().BeTrue();
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(16)).Should().Be(128);
        BinaryPrimitives.ReadInt32BigEndian(icon.AsSpan(20)).Should().Be(128);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Every_public_type_is_documented(string library)
    {
        var package = packed.PackageOf(library);
        var documented = package
            .Documentation.Descendants("member")
            .Select(member => member.Attribute("name")!.Value)
            .Where(name => name.StartsWith("T:", StringComparison.Ordinal));
        package.PublicTypes.Should().NotBeEmpty();
        documented.Should().Contain(package.PublicTypes.Select(type => $"T:{type}"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_symbols_are_inside_and_name_no_folder_of_the_machine(string library)
    {
        var files = packed.PackageOf(library).SourceFiles;
        files.Should().NotBeEmpty();
        files.Where(file => !file.StartsWith("/_/", StringComparison.Ordinal)).Should().BeEmpty();
    }

    /// <summary>
    /// The dependencies of the project and no more, in the versions of the repository; for a library whose internals it
    /// uses, exactly that version.
    /// </summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_dependencies_are_those_of_the_project(string library)
    {
        var project = Repository.Project(library);
        var versions = CentralVersions();
        var expected = project
            .Descendants("PackageReference")
            .Where(reference => reference.Attribute("PrivateAssets")?.Value != "all")
            .Select(reference => reference.Attribute("Include")!.Value)
            .Select(name => $"{name} {versions[name].Version}")
            .Concat(
                project
                    .Descendants("ProjectReference")
                    .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                    .Select(other =>
                        OpensItsInternals(other, library) ? $"{other} [{packed.Version}]" : $"{other} {packed.Version}"
                    )
            );

        Dependencies(library)
            .Select(dependency => $"{dependency.Name} {dependency.Version}")
            .Should()
            .BeEquivalentTo(expected);
    }

    /// <summary>CsCheck generates the sequences of the conformance kit.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_package_of_tests_tools_or_analysers_is_a_dependency(string library)
    {
        var versions = CentralVersions();
        Dependencies(library)
            .Select(dependency => dependency.Name)
            .Where(name => !name.StartsWith("CustomerProfiles", StringComparison.Ordinal))
            .Where(name => !(library == "CustomerProfiles.Testing" && name == "CsCheck"))
            .Where(name => versions[name].Label != "Libraries")
            .Should()
            .BeEmpty();
    }

    private static bool OpensItsInternals(string library, string to) =>
        Repository
            .Project(library)
            .Descendants("InternalsVisibleTo")
            .Any(friend => friend.Attribute("Include")!.Value == to);

    private static Dictionary<string, (string Version, string Label)> CentralVersions()
    {
        var central = XDocument.Load(Repository.PathOf("Directory.Packages.props"));
        return central
            .Descendants("PackageVersion")
            .ToDictionary(
                package => package.Attribute("Include")!.Value,
                package =>
                    (
                        Property()
                            .Replace(
                                package.Attribute("Version")!.Value,
                                match => central.Descendants(match.Groups["name"].Value).Single().Value
                            ),
                        package.Parent!.Attribute("Label")!.Value
                    )
            );
    }

    private (string Name, string Version)[] Dependencies(string library) =>
        [
            .. packed
                .PackageOf(library)
                .Metadata.Descendants()
                .Where(element => element.Name.LocalName == "dependency")
                .Select(dependency => (dependency.Attribute("id")!.Value, dependency.Attribute("version")!.Value)),
        ];

    [GeneratedRegex(@"\$\((?<name>\w+)\)")]
    private static partial Regex Property();

    [GeneratedRegex(@"\]\((?!https://)")]
    private static partial Regex RelativeLink();
}
