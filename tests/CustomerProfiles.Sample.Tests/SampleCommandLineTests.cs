using System.Text.Json;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The sample as a user runs it: one process after the other in one folder.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class SampleCommandLineTests(FirstRun first)
{
    private const string Maria = "maria.quill@example.org";

    [Fact]
    public async Task A_second_process_in_the_same_folder_finds_the_profiles_of_the_first()
    {
        using var kept = new KeptProfiles();

        var one = await SampleProcess.RunAsync(kept.Folder);
        Directory.GetFiles(kept.Folder).Should().Equal(kept.Path);
        var two = await SampleProcess.RunAsync(kept.Folder, "--json");
        var three = await SampleProcess.RunAsync(kept.Folder);

        new[] { one, two, three }.Should().OnlyContain(run => run.ExitCode == 0 && run.Errors == "");
        one.Output.Split('\n').Take(4).Should().Contain("Profiles: customer-profiles.db");
        one.Output.Should().Contain("A support case").And.Contain("All totals agree");
        three
            .Output.Should()
            .Contain("An earlier run left 38 of this mailbox's 38 customers.")
            .And.Contain("All totals agree")
            .And.NotContain("A support case");
        one.Lines.Concat(three.Lines).Should().OnlyContain(line => WidthOf(line) <= 80);

        using var document = JsonDocument.Parse(two.Output);
        var json = document.RootElement;
        json.GetProperty("allWell").GetBoolean().Should().BeTrue();
        json.GetProperty("store").GetString().Should().Be("customer-profiles.db");
        json.GetProperty("totals").GetProperty("created").GetInt32().Should().Be(0);
        json.GetProperty("totals").GetProperty("checksCompleted").GetInt32().Should().Be(0);
        json.GetProperty("comparison")
            .EnumerateArray()
            .Single(figure => figure.GetProperty("figure").GetString() == "calls to the provider")
            .GetProperty("actual")
            .GetInt32()
            .Should()
            .Be(0);
    }

    [Fact]
    public async Task The_next_process_sees_every_change()
    {
        using var kept = first.Kept.Copy();
        async Task<string> RunAsync(params string[] arguments)
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);
            run.Should()
                .Match<SampleProcess>(
                    ended => ended.ExitCode == 0 && ended.Errors == "",
                    because: string.Join(' ', arguments)
                );
            run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
            run.Output.Should().StartWith("Profiles: customer-profiles.db");
            return run.Output;
        }

        (await RunAsync("edit", Maria, "--job-title", "Librarian", "--notes", "Mornings only.\nNever by telephone."))
            .Should()
            .Contain("Saved.");
        (await RunAsync("clear-photo", Maria)).Should().Contain("(cleared)");
        (await RunAsync("disable")).Should().Contain("fullcontact is disabled now.");
        (await RunAsync("suppress", "noor.elamin@example.org")).Should().Contain("suppressed, no lookups");
        (await RunAsync("list", "--max", "2")).Should().Contain(Maria).And.Contain("there are more");
        (await RunAsync("find", "northern", "reading")).Should().Contain("Quill, Maria").And.Contain("1 in all.");
        var sidebar = await RunAsync("sidebar", Maria);
        sidebar
            .Should()
            .Contain("Librarian")
            .And.Contain("Never by telephone.")
            .And.Contain("(cleared)")
            .And.Contain("; disabled");
        (await RunAsync("reset-photo", Maria)).Should().NotContain("(cleared)");
        (await RunAsync("enable")).Should().Contain("fullcontact is enabled now.");
        (await RunAsync("unsuppress", "noor.elamin@example.org")).Should().NotContain("suppressed");
        (await RunAsync("edit", Maria, "--clear", "notes", "--job-title", ""))
            .Should()
            .NotContain("Mornings only.")
            .And.Contain("(cleared)");
    }

    [Fact]
    public async Task List_prints_JSON()
    {
        var run = await SampleProcess.RunAsync(first.Kept.Folder, "list", "--json");

        using var document = JsonDocument.Parse(run.Output);
        document.RootElement.GetProperty("profiles").GetArrayLength().Should().Be(39);
        run.ExitCode.Should().Be(0);
    }

    [Theory]
    [InlineData("There is no file other.db yet", "list", "--db", "other.db")]
    [InlineData("There is no folder", "--db", "no/folder/here.db")]
    [InlineData("is a folder", "sidebar", Maria, "--db", ".")]
    [InlineData("no such customer", "sidebar", "nobody@example.org")]
    [InlineData("neither an e-mail address nor the id", "clear-photo", "Maria")]
    [InlineData("No change given", "edit", Maria)]
    [InlineData("Not saved: The field photo belongs to the provider", "edit", Maria, "--clear", "photo")]
    [InlineData("'shoe-size' not recognized", "edit", Maria, "--clear", "shoe-size")]
    [InlineData("'sideways'", "disable", "sideways")]
    [InlineData("--max must be at least 1", "list", "--max", "0")]
    [InlineData("Use only one of --db, --postgres or --memory", "--db", "other.db", "--memory")]
    [InlineData("The connection string of --postgres cannot be used", "list", "--postgres", "nonsense")]
    [InlineData("--fresh is for an import", "--fresh", "list")]
    [InlineData("Memory holds nothing from an earlier run", "--memory", "list")]
    [InlineData("Required argument missing", "find")]
    public async Task Bad_input_ends_with_a_clear_message_and_exit_code_2(string complaint, params string[] arguments)
    {
        var before = await File.ReadAllBytesAsync(first.Kept.Path);

        var run = await SampleProcess.RunAsync(first.Kept.Folder, arguments);

        run.ExitCode.Should().Be(SampleApplication.BadInput);
        Unwrapped(run.Errors).Should().Contain(complaint).And.NotContain("   at ").And.NotContain("Unhandled");
        run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
        Directory.GetFiles(first.Kept.Folder).Should().Equal(first.Kept.Path);
        (await File.ReadAllBytesAsync(first.Kept.Path)).Should().Equal(before);
    }

    [Fact]
    public async Task A_read_only_file_is_reported_in_one_sentence()
    {
        using var kept = first.Kept.Copy();
        using (var file = File.OpenWrite(kept.Path))
        {
            file.Position = 18;
            file.WriteByte(3);
        }

        foreach (var arguments in new[] { Array.Empty<string>(), ["disable"] })
        {
            var run = await SampleProcess.RunAsync(kept.Folder, arguments);

            run.ExitCode.Should().Be(SampleApplication.BadInput);
            Unwrapped(run.Errors).Trim().Should().Contain("cannot be written").And.NotContain("   at ");
        }
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("import", "--help")]
    [InlineData("edit", "--help")]
    [InlineData("disable", "--help")]
    public async Task Help_fits_80_columns(params string[] arguments)
    {
        var run = await SampleProcess.RunAsync(first.Kept.Folder, arguments);

        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("--db <file>").And.Contain("--json");
        run.Lines.Should().OnlyContain(line => WidthOf(line) <= 80);
    }

    private static string Unwrapped(string text) => text.ReplaceLineEndings(" ");

    /// <summary>
    /// The width in columns; 0 for a line with wide or combining characters, which the console library measures itself.
    /// </summary>
    private static int WidthOf(string line) =>
        line.All(character => character is < '\u0300' or (>= '\u2000' and < '\u2600')) ? line.Length : 0;
}
