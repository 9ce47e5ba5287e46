using System.Reflection;
using System.Text.RegularExpressions;

namespace CustomerProfiles.Sample.Tests;

/// <summary>What the README promises.</summary>
public sealed partial class ReadmeTests
{
    private const int MostQuickStartLines = 20;

    private static readonly string Root = RepositoryRoot.Path;

    private static string Readme => File.ReadAllText(Path.Combine(Root, "README.md"));

    [Fact]
    public void The_quick_start_is_the_program_that_is_compiled()
    {
        var shown = CodeBlock().Match(Readme).Groups["code"].Value.Trim();
        var compiled = File.ReadAllText(Path.Combine(Root, "samples", "QuickStart", "Program.cs")).Trim();

        shown.Should().Be(compiled);
        shown.Split('\n').Should().HaveCountLessThanOrEqualTo(MostQuickStartLines);
    }

    [Fact]
    public async Task The_quick_start_prints_the_customer()
    {
        var before = Console.Out;
        using var output = new StringWriter();
        Console.SetOut(output);
        try
        {
            var entryPoint = Assembly.Load("QuickStart").EntryPoint!;
            object?[] arguments = entryPoint.GetParameters().Length == 0 ? [] : [Array.Empty<string>()];
            if (entryPoint.Invoke(null, arguments) is Task running)
            {
                await running;
            }
        }
        finally
        {
            Console.SetOut(before);
        }

        output.ToString().Trim().Should().Be("AL  Ada Lovelace, Countess");
    }

    [Theory]
    [InlineData("dotnet run --project samples/CustomerProfiles.Sample")]
    [InlineData("build/test")]
    public void The_two_commands_stand_on_lines_of_their_own(string command) =>
        Readme.Split('\n').Should().Contain(command);

    [Fact]
    public void The_command_for_tests_is_there_and_can_be_run()
    {
        var script = Path.Combine(Root, "build", "test");

        File.ReadAllText(script)
            .Should()
            .StartWith("#!/usr/bin/env bash\n")
            .And.MatchRegex(@"\nexec dotnet test CustomerProfiles\.sln --blame-hang-timeout \w+ [^\n]*""\$@""\n\z");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(script).Should().HaveFlag(UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Every_link_into_the_repository_leads_somewhere() =>
        Link()
            .Matches(Readme)
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal))
            .Should()
            .NotBeEmpty()
            .And.AllSatisfy(target => Path.Exists(Path.Combine(Root, target)).Should().BeTrue(because: target));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)")]
    private static partial Regex Link();
}
