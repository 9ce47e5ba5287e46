using CustomerProfiles.EntityFrameworkCore;
using Microsoft.Data.Sqlite;

namespace CustomerProfiles.Sample.Tests;

/// <summary>Stores that are missing, invalid, or hold other data.</summary>
[Collection(FirstRunCollection.Name)]
public sealed class SampleStoreTests(FirstRun first)
{
    /// <summary>
    /// The position of the write version in the header of a SQLite file. SQLite does not write to a file of an unknown
    /// version, whichever user runs it.
    /// </summary>
    private const int WriteVersion = 18;

    [Fact]
    public void Exactly_one_store_is_chosen()
    {
        SampleStore
            .Of(new StoreChoice())
            .Should()
            .BeOfType<SqliteFileStore>()
            .Which.Description.Should()
            .Be("customer-profiles.db");
        SampleStore.Of(new StoreChoice(InMemory: true)).Should().BeOfType<MemoryStore>();
        SampleStore
            .Of(new StoreChoice(PostgreSql: "Host=db.example.com;Database=desk;Username=kim;Password=verysecret"))
            .Should()
            .BeOfType<PostgreSqlStore>()
            .Which.Description.Should()
            .Contain("db.example.com")
            .And.Contain("desk")
            .And.NotContain("verysecret");
        StoreChoice[] contradictions =
        [
            new("a.db", InMemory: true),
            new("a.db", "Host=x"),
            new(PostgreSql: "Host=x", InMemory: true),
        ];
        contradictions
            .Should()
            .AllSatisfy(choice =>
                FluentActions.Invoking(() => SampleStore.Of(choice)).Should().Throw<BadInputException>()
            );
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("Database=desk")]
    [InlineData("nonsense")]
    [InlineData("Host=x;Port=many")]
    [InlineData("Host=x;Pasword=verysecret")]
    public void A_connection_string_that_cannot_be_used_is_bad_input_and_not_repeated(string connectionString) =>
        FluentActions
            .Invoking(() => SampleStore.Of(new StoreChoice(PostgreSql: connectionString)))
            .Should()
            .Throw<BadInputException>()
            .Which.Message.Should()
            .StartWith("The connection string of --postgres")
            .And.NotContain("verysecret")
            .And.NotContain("Parameter");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":memory:")]
    [InlineData("a\0b")]
    public void An_invalid_file_name_is_bad_input(string file) =>
        FluentActions.Invoking(() => SampleStore.Of(new StoreChoice(file))).Should().Throw<BadInputException>();

    [Fact]
    public async Task A_command_on_a_missing_or_empty_file_says_what_to_do_and_creates_none()
    {
        using var kept = new KeptProfiles();
        await BadInput(() => ListAsync(kept.Choice), "*Run the sample without a command first*");
        await BadInput(
            () => ListAsync(new StoreChoice(kept.PathOf("no/folder.db"))),
            "*Run the sample without a command first*"
        );
        Directory.GetFileSystemEntries(kept.Folder).Should().BeEmpty();

        await File.WriteAllTextAsync(kept.Path, "");
        await BadInput(() => ListAsync(kept.Choice), "*Run the sample without a command first*");
        new FileInfo(kept.Path).Length.Should().Be(0);
    }

    [Fact]
    public async Task A_command_rejects_memory_and_fresh()
    {
        await BadInput(() => ListAsync(new StoreChoice(InMemory: true)), "*--memory*");
        await BadInput(() => ListAsync(first.Kept.Choice with { Fresh = true }), "*--fresh*");
        File.Exists(first.Kept.Path).Should().BeTrue();
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_bad_input_and_stays_unchanged()
    {
        using var kept = new KeptProfiles();
        const string Letter = "Dear shop,\nthis is a letter, and as such it is no database of any kind.\n";
        await File.WriteAllTextAsync(kept.Path, Letter);

        await BadInput(() => ListAsync(kept.Choice), "*cannot be read as a SQLite database*");
        await BadInput(() => RunAsync(kept.Choice with { Fresh = true }), "*cannot be read as a SQLite database*");
        (
            await FluentActions.Awaiting(() => RunAsync(kept.Choice)).Should().ThrowAsync<ProfileDatabaseException>()
        ).WithMessage("*file is not a database*");

        (await File.ReadAllTextAsync(kept.Path)).Should().Be(Letter);
    }

    [Fact]
    public async Task Half_a_database_is_bad_input()
    {
        using var kept = first.Kept.Copy();
        using (var file = File.OpenWrite(kept.Path))
        {
            file.SetLength(5000);
        }

        await FluentActions.Awaiting(() => ListAsync(kept.Choice)).Should().ThrowAsync<BadInputException>();
        await FluentActions.Awaiting(() => RunAsync(kept.Choice)).Should().ThrowAsync<ProfileDatabaseException>();
    }

    [Fact]
    public async Task A_folder_instead_of_the_file_or_a_missing_folder_is_bad_input()
    {
        using var kept = new KeptProfiles();
        foreach (var fresh in new[] { false, true })
        {
            await BadInput(() => RunAsync(new StoreChoice(kept.Folder, Fresh: fresh)), "*is a folder*");
            await BadInput(
                () => RunAsync(new StoreChoice(kept.PathOf("no/folder.db"), Fresh: fresh)),
                "*There is no folder*"
            );
        }

        await BadInput(() => ListAsync(new StoreChoice(kept.Folder)), "*is a folder*");
    }

    [Fact]
    public async Task A_newer_database_stays_unchanged()
    {
        using var kept = first.Kept.Copy();
        await kept.SqlAsync("insert into cp_schema values (99)");
        await kept.SqlAsync("insert into cp_migrations values ('99991231235959_Later', '99.0')");

        await FluentActions.Awaiting(() => ListAsync(kept.Choice)).Should().ThrowAsync<ProfileDatabaseException>();
        (
            await FluentActions.Awaiting(() => RunAsync(kept.Choice)).Should().ThrowAsync<ProfileDatabaseException>()
        ).WithMessage("*Update the packages*");
    }

    [Fact]
    public async Task Every_command_rejects_a_read_only_file()
    {
        using var kept = first.Kept.Copy();
        using (var file = File.OpenWrite(kept.Path))
        {
            file.Position = WriteVersion;
            file.WriteByte(3);
        }

        foreach (
            var command in new Func<Task>[]
            {
                () => ListAsync(kept.Choice),
                () => RunAsync(kept.Choice),
                () => CommandAsync(kept.Choice, commands => commands.DisableAsync(default)),
                () =>
                    CommandAsync(kept.Choice, commands => commands.ClearPhotoAsync("maria.quill@example.org", default)),
                () => CommandAsync(kept.Choice, commands => commands.SuppressAsync("maria.quill@example.org", default)),
            }
        )
        {
            (await FluentActions.Awaiting(command).Should().ThrowAsync<ProfileDatabaseException>()).WithMessage(
                "*cannot be written*"
            );
        }
    }

    [Fact]
    public async Task Fresh_deletes_no_database_with_other_tables()
    {
        using var kept = first.Kept.Copy();
        await kept.SqlAsync("create table invoices (id integer primary key)");

        await BadInput(() => RunAsync(kept.Choice with { Fresh = true }), "*holds tables of other programs*");

        (await ListAsync(kept.Choice)).Should().Be(SampleApplication.Succeeded);
    }

    [Fact]
    public async Task Fresh_deletes_nothing_when_the_mailbox_is_missing()
    {
        using var kept = first.Kept.Copy();

        var import = () =>
            SampleApplication.ImportAsync(
                new FileInfo(kept.PathOf("missing.mbox")),
                [],
                kept.Choice with
                {
                    Fresh = true,
                },
                new CapturedReport(),
                CancellationToken.None
            );

        await import.Should().ThrowAsync<FileNotFoundException>();
        (await ListAsync(kept.Choice)).Should().Be(SampleApplication.Succeeded);
    }

    [Fact]
    public void Fresh_drops_no_database_on_a_server() =>
        FluentActions
            .Invoking(() => SampleStore.Of(new StoreChoice(PostgreSql: "Host=db.example.com")).Delete())
            .Should()
            .Throw<BadInputException>();

    private static Task<int> RunAsync(StoreChoice choice) =>
        SampleApplication.RunAsync(choice, new CapturedReport(), CancellationToken.None);

    private static Task<int> ListAsync(StoreChoice choice) =>
        CommandAsync(choice, commands => commands.ListAsync(10, default));

    private static Task<int> CommandAsync(StoreChoice choice, Func<CustomerCommands, Task> command) =>
        SampleApplication.CommandAsync(
            async commands =>
            {
                await command(commands);
                return true;
            },
            choice,
            new CapturedReport()
        );

    private static async Task BadInput(Func<Task<int>> run, string message) =>
        (await FluentActions.Awaiting(run).Should().ThrowAsync<BadInputException>()).WithMessage(message);
}
