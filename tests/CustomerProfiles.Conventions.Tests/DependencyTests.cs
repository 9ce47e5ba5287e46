namespace CustomerProfiles.Conventions.Tests;

/// <summary>Dependencies point one way.</summary>
public sealed class DependencyTests
{
    private const string Core = "CustomerProfiles";

    /// <summary>
    /// Assemblies that only some packages may reference: the beginning of the name of the assembly, and a part of the
    /// names of the packages.
    /// </summary>
    private static readonly (string Reference, string Packages)[] Reserved =
    [
        ("System.Net.Http", "FullContact"),
        ("Microsoft.Extensions.Http", "FullContact"),
        ("Polly", "FullContact"),
        ("System.Net.Sockets", "FullContact"),
        ("System.Net.Requests", "FullContact"),
        ("System.Net.WebSockets", "FullContact"),
        ("System.Data", "EntityFrameworkCore"),
        ("Microsoft.EntityFrameworkCore", "EntityFrameworkCore"),
        ("Microsoft.Data.", "EntityFrameworkCore.Sqlite"),
        ("Npgsql", "EntityFrameworkCore.PostgreSql"),
        ("Microsoft.AspNetCore", "AspNetCore"),
    ];

    private static readonly string[] InNoLibrary =
    [
        "xunit",
        "nunit",
        "Microsoft.VisualStudio",
        "FluentAssertions",
        "Newtonsoft",
        "BenchmarkDotNet",
        "Mono.Cecil",
        "Microsoft.CodeAnalysis",
    ];

    public static TheoryData<string> Libraries => Repository.LibraryNames;

    [Fact]
    public void The_libraries_that_are_known_are_found() =>
        Repository
            .Libraries.Select(library => library.Name)
            .Should()
            .Contain([Core, "CustomerProfiles.FullContact", "CustomerProfiles.FullContact.AspNetCore"]);

    /// <summary>So there are no cycles, a provider knows no store, and a store no provider.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_depends_only_on_those_whose_names_begin_its_own(string library)
    {
        var buildsOn = Repository.LibraryOf(library).BuildsOn;
        buildsOn.Where(other => !library.StartsWith($"{other}.", StringComparison.Ordinal)).Should().BeEmpty();
        buildsOn.Any().Should().Be(library != Core);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Only_the_packages_for_http_databases_and_web_servers_depend_on_them(string library)
    {
        var references = Repository.LibraryOf(library).References;
        references.Should().Contain("System.Runtime");
        foreach (var reference in references)
        {
            var rules = Reserved
                .Where(rule => $"{reference}.".StartsWith(rule.Reference, StringComparison.Ordinal))
                .ToArray();
            if (rules.Length > 0)
            {
                rules
                    .Should()
                    .Contain(
                        rule => library.Contains(rule.Packages, StringComparison.Ordinal),
                        $"{library} references {reference}"
                    );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void No_library_depends_on_a_test_framework_or_a_tool(string library) =>
        Repository
            .LibraryOf(library)
            .References.Should()
            .NotContain(reference =>
                InNoLibrary.Any(tool => reference.StartsWith(tool, StringComparison.OrdinalIgnoreCase))
            );

    /// <summary>Every host gets the dependencies of the core, so each one is listed.</summary>
    [Fact]
    public void The_core_depends_only_on_NodaTime_and_abstractions() =>
        Repository
            .LibraryOf(Core)
            .References.Where(reference => !reference.StartsWith("System.", StringComparison.Ordinal))
            .Should()
            .BeSubsetOf([
                "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Diagnostics.Abstractions",
                "Microsoft.Extensions.Diagnostics.HealthChecks",
                "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions",
                "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Logging.Abstractions",
                "Microsoft.Extensions.Options",
                "NodaTime",
            ]);
}
