using System.Text.RegularExpressions;

namespace CustomerProfiles.Packages.Tests;

/// <summary>Projects that have only the packages and their readmes.</summary>
[Collection(PackedLibrariesCollection.Name)]
public sealed partial class FreshProjectTests(PackedLibraries packed)
{
    /// <summary>The types that samples name as the reader's own.</summary>
    private const string OwnOfTheReader = """
        namespace Samples;

        internal sealed class MyStoreUnderTest : CustomerProfiles.Testing.StoreUnderTest
        {
            public override CustomerProfiles.Stores.ICustomerProfileStore Store => throw new NotSupportedException();
            public override ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken) =>
                throw new NotSupportedException();
        }
        """;

    [Fact]
    public async Task The_quick_start_of_the_README_works()
    {
        var folder = packed.FreshFolder("quick-start");
        var readme = Repository.Read("README.md").Split("## Quick start")[1];
        var commands = Commands().Match(readme).Groups["text"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        commands.Should().HaveCountLessThanOrEqualTo(5);
        foreach (var command in commands)
        {
            if (command.StartsWith("cd ", StringComparison.Ordinal))
            {
                folder = Path.Combine(folder, command[3..]);
            }
            else
            {
                await Command.RunAsync(folder, command);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Code().Match(readme).Groups["text"].Value);
        var output = await Command.RunAsync(folder, "dotnet run");

        output.Trim().Should().Be("AL  Ada Lovelace, Countess");
        readme.Should().Contain("`AL  Ada Lovelace, Countess`");
        RestoredVersionsOf("CustomerProfiles").Should().Equal(packed.Version);
    }

    [Fact]
    public void The_README_of_the_core_has_the_same_quick_start() =>
        Code()
            .Match(Repository.Read("src/CustomerProfiles/README.md"))
            .Groups["text"]
            .Value.Should()
            .Be(Code().Match(Repository.Read("README.md")).Groups["text"].Value);

    [Fact]
    public async Task The_webhook_of_its_readme_works_in_a_fresh_web_project()
    {
        var folder = Path.Combine(packed.FreshFolder("web"), "HelpDesk");
        await Command.RunAsync(packed.FreshFolder("web"), "dotnet new web -o HelpDesk");
        await Command.RunAsync(folder, "dotnet add package CustomerProfiles.FullContact.AspNetCore");
        var shown = Code()
            .Match(Repository.Read("src/CustomerProfiles.FullContact.AspNetCore/README.md"))
            .Groups["text"]
            .Value;
        shown.Should().Contain("builder.Build()").And.Contain("MapFullContactWebhook");

        // A host around the sample of the readme: it receives a conversation, and gets callbacks with an unknown token
        // and with the wrong method.
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            $$"""
            using CustomerProfiles;
            using NodaTime;

            var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--FullContact:ApiKey=no-real-key", "--FullContact:SigningKey={{Convert.ToBase64String(
                System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)
            )}}"]);
            builder.Logging.ClearProviders();
            builder.Services.AddHealthChecks().AddCustomerProfiles();
            {{shown}}
            app.MapHealthChecks("/health");
            app.MapGet("/sidebar", async (ICustomerProfiles profiles, IClock clock) =>
            {
                await profiles.DisableProviderAsync("fullcontact", CustomerProfiles.Actor.Agent("kim"));
                var outcome = await profiles.ConversationReceivedAsync(
                    new Conversation("conversation-1", "Ada Lovelace <ada@example.com>", clock.GetCurrentInstant()));
                return (await profiles.GetSidebarAsync(outcome.Profile!.Id))!.DisplayName;
            });
            await app.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            Console.WriteLine(await client.GetStringAsync("/sidebar"));
            Console.WriteLine(await client.GetStringAsync("/health"));
            Console.WriteLine((int)(await client.PostAsync("/fullcontact/webhook?token=none", JsonContent.Create(new { fullName = "Ada" }))).StatusCode);
            Console.WriteLine((int)(await client.GetAsync("/fullcontact/webhook?token=none")).StatusCode);
            await app.StopAsync();
            """
        );
        var output = await Command.RunAsync(folder, "dotnet run --no-launch-profile");

        output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .Equal("Ada Lovelace", "Healthy", "404", "405");
        RestoredVersionsOf("CustomerProfiles.FullContact.AspNetCore").Should().Equal(packed.Version);
    }

    /// <summary>The types of the public surface are available, and the samples of the readme compile.</summary>
    [Fact]
    public async Task All_packages_work_together_in_a_fresh_project_and_every_readme_sample_compiles()
    {
        var folder = packed.FreshFolder("all");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "All.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>
                {string.Concat(
                Repository.Libraries.Select(library =>
                    $"""<PackageReference Include="{library}" Version="{packed.Version}" />"""
                )
            )}
                <!-- In which the readme of CustomerProfiles.Testing shows its kit. -->
                <PackageReference Include="xunit" Version="2.9.3" />
              </ItemGroup>
            </Project>
            """
        );
        await File.WriteAllTextAsync(
            Path.Combine(folder, "Program.cs"),
            """
            using System.Reflection;

            foreach (var name in args)
            {
                var types = Assembly.Load(name).GetExportedTypes();
                var members = types.SelectMany(type => type.GetMembers()).Select(member => member.ToString()).ToArray();
                Console.WriteLine(members.Length > 0 ? name : $"{name} is empty");
            }
            """
        );
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "Usings.cs"),
            NamespacesThatSamplesUse().Select(name => $"global using {name};")
        );
        var samples = Repository
            .Libraries.SelectMany(library =>
                Code().Matches(Repository.Read($"src/{library}/README.md")).Select(match => match.Groups["text"].Value)
            )
            .ToArray();
        samples.Should().HaveCountGreaterThanOrEqualTo(3);
        await File.WriteAllTextAsync(Path.Combine(folder, "OwnOfTheReader.cs"), OwnOfTheReader);
        for (var i = 0; i < samples.Length; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"Sample{i}.cs"), AsFile(samples[i], i));
        }

        var output = await Command.RunAsync(folder, $"dotnet run -- {string.Join(' ', Repository.Libraries)}");

        output
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Should()
            .Equal(Repository.Libraries);
    }

    /// <summary>
    /// A sample as a file that compiles: types at the top level, members in a class, and statements with the usual
    /// variables of a host.
    /// </summary>
    private static string AsFile(string sample, int number)
    {
        var usings = sample
            .Split('\n')
            .Where(line =>
                line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';') && !line.Contains('=')
            )
            .ToArray();
        var paragraphs = string.Join('\n', sample.Split('\n').Except(usings))
            .Split("\n\n")
            .ToLookup(paragraph =>
                Type().IsMatch(paragraph) ? "type"
                : Member().IsMatch(paragraph) ? "member"
                : "statement"
            );
        return $$"""
            {{string.Join('\n', usings)}}
            namespace Samples.Number{{number}};

            {{string.Join("\n\n", paragraphs["type"])}}

            public sealed class Sample
            {
            {{string.Join("\n\n", paragraphs["member"])}}

                internal static async Task RunAsync(WebApplicationBuilder builder, {{(
                sample.Contains("var services") ? "" : "IServiceCollection services, "
            )}}IConfiguration configuration, string connectionString)
                {
                    await Task.CompletedTask;
            {{string.Join("\n\n", paragraphs["statement"])}}
                }
            }
            """;
    }

    private IEnumerable<string> NamespacesThatSamplesUse() =>
        Repository
            .Libraries.SelectMany(library => packed.PackageOf(library).PublicTypes)
            .Select(type => type[..type.LastIndexOf('.')])
            .Concat(["NodaTime", "Xunit", "Microsoft.EntityFrameworkCore"])
            .Distinct();

    private IEnumerable<string?> RestoredVersionsOf(string library) =>
        Directory.GetDirectories(Path.Combine(packed.Restored, library.ToLowerInvariant())).Select(Path.GetFileName);

    [GeneratedRegex(@"^(public|internal) [a-z ]*(class|record|struct|interface|enum) ")]
    private static partial Regex Type();

    [GeneratedRegex(@"^(public|private|internal|\[\w)")]
    private static partial Regex Member();

    [GeneratedRegex("```bash\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Commands();

    [GeneratedRegex("```csharp\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Code();
}
