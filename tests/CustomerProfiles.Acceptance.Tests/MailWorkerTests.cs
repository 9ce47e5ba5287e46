using CustomerProfiles.Databases.TestSupport;
using MailWorker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>The sample worker: from the files in its folder to the profiles in PostgreSQL, without a key.</summary>
public sealed class MailWorkerTests
{
    private const string FromAda =
        "Message-ID: <1@example.org>\nFrom: Ada Lovelace <ada@example.org>\nTo: help@example.com\n\nHello.\n";

    [PostgreSqlFact]
    public async Task Mail_in_the_folder_becomes_profiles()
    {
        using var folder = new KeptProfiles();
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await WriteAsync(folder, "1", FromAda);
        await WriteAsync(
            folder,
            "2",
            "Message-ID: <2@example.org>\nFrom: Kim <kim@example.com>\nTo: bob@example.net\n\n"
        );
        await WriteAsync(folder, "3", "Auto-Submitted: auto-replied\nFrom: list@example.org\nTo: help@example.com\n\n");
        using var host = Create(database.ConnectionString, folder.Folder);
        await host.StartAsync();

        await DoneAsync(folder, "1.eml", "2.eml", "3.eml");
        var profiles = host.Services.GetRequiredService<ICustomerProfiles>();
        var ada = await FindAsync(profiles, "ada@example.org");
        ada!.Name!.Full.Should().Be("Ada Lovelace");
        (await FindAsync(profiles, "bob@example.net")).Should().NotBeNull("the help desk wrote to this address");
        (await FindAsync(profiles, "kim@example.com")).Should().BeNull("this address belongs to the help desk");
        (await FindAsync(profiles, "list@example.org")).Should().BeNull("automatic mail creates no profile");

        // A redelivery, as after a crash between recording and acknowledging.
        File.Delete(folder.PathOf("done/1.eml"));
        await WriteAsync(folder, "1", FromAda);
        await DoneAsync(folder, "1.eml");
        (await FindAsync(profiles, "ada@example.org"))!.Version.Should().Be(ada.Version);
        await host.StopAsync();
    }

    [PostgreSqlFact]
    public async Task A_file_that_is_no_message_does_not_stop_the_worker()
    {
        using var folder = new KeptProfiles();
        await using var database = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await WriteAsync(folder, "0", "no header\n");
        await WriteAsync(folder, "1", FromAda);
        using var host = Create(database.ConnectionString, folder.Folder);
        await host.StartAsync();

        await DoneAsync(folder, "1.eml");
        File.Exists(folder.PathOf("failed/0.eml")).Should().BeTrue();
        await host.StopAsync();
    }

    [Fact]
    public void Without_a_connection_string_the_error_names_the_setting() =>
        FluentActions
            .Invoking(() => MailWorkerHost.Create([]))
            .Should()
            .Throw<InvalidOperationException>()
            .WithMessage("*ConnectionStrings:Profiles*");

    private static IHost Create(string connectionString, string folder) =>
        MailWorkerHost.Create([
            $"--ConnectionStrings:Profiles={connectionString}",
            $"--Mail:Folder={folder}",
            "--Mail:PollInterval=00:00:00.050",
        ]);

    /// <summary>Renames the file when it is complete, as the worker expects.</summary>
    private static async Task WriteAsync(KeptProfiles folder, string name, string text)
    {
        await File.WriteAllTextAsync(folder.PathOf($"{name}.tmp"), text);
        File.Move(folder.PathOf($"{name}.tmp"), folder.PathOf($"{name}.eml"));
    }

    private static Task DoneAsync(KeptProfiles folder, params string[] names) =>
        Eventually.IsSoAsync(
            "the worker has acknowledged the mail",
            () => names.All(name => File.Exists(folder.PathOf($"done/{name}")))
        );

    private static async Task<CustomerProfile?> FindAsync(ICustomerProfiles profiles, string address) =>
        await profiles.FindAsync(Identity.Email(EmailAddress.Parse(address)));
}
