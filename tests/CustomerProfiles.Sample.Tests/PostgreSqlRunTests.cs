using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Sample.Customers;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The sample with PostgreSQL.</summary>
public sealed class PostgreSqlRunTests
{
    [PostgreSqlFact]
    public async Task A_second_run_on_a_server_finds_the_profiles_of_the_first()
    {
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        var choice = new StoreChoice(PostgreSql: database.ConnectionString);

        (
            await FluentActions
                .Awaiting(() => CommandAsync(choice, commands => commands.ListAsync(10, default)))
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
        ).WithMessage("*has no tables of customer profiles*");
        var first = new CapturedReport();
        (await SampleApplication.RunAsync(choice, first, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);
        first.Steps.Should().HaveCount(17);
        await CommandAsync(
            choice,
            commands =>
                commands.EditAsync(
                    "noor.elamin@example.org",
                    new EditRequest([(ProfileField.Notes, "Call back.")], [], []),
                    default
                )
        );

        await using var provider = await SampleProvider.StartAsync();
        var second = new CapturedReport();
        (await SampleApplication.RunAsync(choice, provider, second, CancellationToken.None))
            .Should()
            .Be(SampleApplication.Succeeded);

        provider.Simulator!.Calls.Should().Be(0);
        second.ImportTotals!.Created.Should().Be(0);
        second.Sidebars[1].Profile.Notes.Should().Be("Call back.");
        var listed = await CommandAsync(choice, commands => commands.FindAsync("quill", 10, default));
        listed.Listed.Should().ContainSingle();
        listed.StoreDescription.Should().Contain(database.Name);
    }

    [PostgreSqlFact]
    public async Task Customers_of_another_system_are_imported_into_a_new_database_on_a_server()
    {
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        var choice = new StoreChoice(PostgreSql: database.ConnectionString);
        var request = new CustomerImportRequest
        {
            File = new FileInfo(
                Path.Combine(RepositoryRoot.Path, "samples/CustomerProfiles.Sample/Customers/old-crm.csv")
            ),
            System = "old-crm",
        };
        async Task<CustomerImportTotals> ImportAsync()
        {
            var report = new CapturedReport();
            var exitCode = await SampleApplication.ImportCustomersAsync(request, choice, report, default);
            exitCode.Should().Be(SampleApplication.Succeeded);
            return report.CustomerTotals!;
        }

        var first = await ImportAsync();
        var second = await ImportAsync();

        (first.Rows, first.Created).Should().Be((6, 6));
        (second.Rows, second.Unchanged).Should().Be((6, 6));
        var found = await CommandAsync(choice, commands => commands.FindAsync("weber", 10, default));
        found.Listed.Should().ContainSingle();
    }

    [Fact]
    public async Task An_unreachable_server_is_reported_without_the_password()
    {
        // Nothing listens on port 1.
        var choice = new StoreChoice(
            PostgreSql: "Host=127.0.0.1;Port=1;Database=desk;Username=kim;Password=verysecret"
        );

        var list = () => CommandAsync(choice, commands => commands.ListAsync(10, default));

        (await list.Should().ThrowAsync<ProfileDatabaseException>())
            .Which.Message.Should()
            .Contain("127.0.0.1")
            .And.NotContain("verysecret");
    }

    private static async Task<CapturedReport> CommandAsync(StoreChoice choice, Func<CustomerCommands, Task> command)
    {
        var report = new CapturedReport();
        await SampleApplication.CommandAsync(
            async commands =>
            {
                await command(commands);
                return true;
            },
            choice,
            report
        );
        return report;
    }
}
