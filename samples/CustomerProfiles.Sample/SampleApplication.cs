using System.Data.Common;
using System.Net.Sockets;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Sample.Jobs;
using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Stores;
using CustomerProfiles.Sample.Telemetry;

namespace CustomerProfiles.Sample;

/// <summary>
/// What the sample can be told to do: take in the bundled mailbox with everything around it, or any other, and what
/// agents do with the profiles afterwards.
/// </summary>
internal static class SampleApplication
{
    public const int Fine = 0;
    public const int Wrong = 1;
    public const int BadInput = 2;
    public const int Interrupted = 130;

    public static Task<int> RunAsync(StoreChoice choice, OutputChoice output, CancellationToken cancellationToken) =>
        ReportedAsync(output, report => RunAsync(choice, report, cancellationToken));

    public static Task<int> ImportAsync(
        FileInfo file,
        string[] own,
        StoreChoice choice,
        OutputChoice output,
        CancellationToken cancellationToken
    ) => ReportedAsync(output, report => ImportAsync(file, own, choice, report, cancellationToken));

    /// <summary>Runs a command on the profiles that an earlier run left. It tells whether all is well.</summary>
    public static Task<int> CommandAsync(
        Func<CustomerCommands, Task<bool>> command,
        StoreChoice choice,
        OutputChoice output
    ) => ReportedAsync(output, report => CommandAsync(command, choice, report));

    internal static async Task<int> RunAsync(StoreChoice choice, IReport report, CancellationToken cancellationToken)
    {
        await using var provider = await SampleProvider.StartAsync();
        return await RunAsync(choice, provider, report, cancellationToken);
    }

    internal static async Task<int> RunAsync(
        StoreChoice choice,
        SampleProvider provider,
        IReport report,
        CancellationToken cancellationToken
    )
    {
        var store = SampleStore.Of(choice);
        using var telemetry = WatchFor(report);
        await using var session = SampleSession.OpenToTakeIn(
            store,
            choice.Fresh,
            provider,
            ownAddresses: [],
            ownDomains: [BundledMailbox.OwnDomain],
            telemetry
        );
        report.Title(BundledMailbox.Title, provider.Description);
        report.Store(store.Description);
        return await WatchedAsync(
            telemetry,
            report,
            () => new MainJob(session, provider, report).RunAsync(cancellationToken)
        )
            ? Fine
            : Wrong;
    }

    internal static async Task<int> ImportAsync(
        FileInfo file,
        string[] own,
        StoreChoice choice,
        IReport report,
        CancellationToken cancellationToken
    )
    {
        await using var provider = await SampleProvider.StartAsync();
        return await ImportAsync(file, own, choice, provider, report, cancellationToken);
    }

    internal static async Task<int> ImportAsync(
        FileInfo file,
        string[] own,
        StoreChoice choice,
        SampleProvider provider,
        IReport report,
        CancellationToken cancellationToken
    )
    {
        var store = SampleStore.Of(choice);
        var addresses = own.Where(one => one.Contains('@', StringComparison.Ordinal)).ToArray();
        var domains = own.Except(addresses).ToArray();
        await using var mailbox = Open(file);
        using var telemetry = WatchFor(report);
        await using var session = SampleSession.OpenToTakeIn(
            store,
            choice.Fresh,
            provider,
            addresses,
            domains,
            telemetry
        );
        report.Title($"Importing {file.Name}", provider.Description);
        report.Store(store.Description);
        var job = new ImportJob(session, report);
        return await WatchedAsync(
            telemetry,
            report,
            () => job.RunAsync(mailbox, new OwnAddresses(addresses, domains), cancellationToken)
        )
            ? Fine
            : BadInput;
    }

    /// <summary>
    /// A file, or anything else that can be read from front to back: a pipe, a FIFO, what another program writes; a
    /// dash is the standard input.
    /// </summary>
    private static Stream Open(FileInfo file) =>
        file.ToString() == "-"
            ? Console.OpenStandardInput()
            : new FileStream(
                file.FullName,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite,
                1,
                FileOptions.Asynchronous | FileOptions.SequentialScan
            );

    internal static async Task<int> CommandAsync(
        Func<CustomerCommands, Task<bool>> command,
        StoreChoice choice,
        IReport report
    )
    {
        if (choice.Fresh)
        {
            throw new BadInputException(
                "--fresh is for taking a mailbox in. This command is about what an earlier run left."
            );
        }

        var store = SampleStore.Of(choice);
        await using var provider = SampleProvider.NotAsked();
        using var telemetry = WatchFor(report);
        await using var session = SampleSession.OpenAgain(store, provider, telemetry);
        report.Store(store.Description);
        return await WatchedAsync(telemetry, report, () => command(new CustomerCommands(session, report)))
            ? Fine
            : Wrong;
    }

    private static TelemetryWatch? WatchFor(IReport report) => report.TellsTelemetry ? new TelemetryWatch() : null;

    /// <summary>Runs, and says what the library measured, traced and logged until the end, whichever it was.</summary>
    private static async Task<bool> WatchedAsync(TelemetryWatch? telemetry, IReport report, Func<Task<bool>> job)
    {
        try
        {
            return await job();
        }
        finally
        {
            if (telemetry is not null)
            {
                report.Telemetry(telemetry.Read());
            }
        }
    }

    private static async Task<int> ReportedAsync(OutputChoice output, Func<IReport, Task<int>> job)
    {
        IReport report = output.Json
            ? new JsonReport(Console.OpenStandardOutput(), output.Telemetry)
            : new TextReport(output.Telemetry);
        try
        {
            return await GuardedAsync(() => job(report));
        }
        finally
        {
            report.Finish();
        }
    }

    /// <summary>
    /// Turns what can go wrong outside of this program into one line that says what, and an exit code.
    /// </summary>
    private static async Task<int> GuardedAsync(Func<Task<int>> job)
    {
        try
        {
            return await job();
        }
        catch (OperationCanceledException)
        {
            await ErrorText.WriteAsync("Interrupted.");
            return Interrupted;
        }
        catch (Exception exception)
            when (exception
                    is BadInputException
                        or ProfileDatabaseException
                        or IOException
                        or UnauthorizedAccessException
                        or Microsoft.Extensions.Options.OptionsValidationException
            )
        {
            await ErrorText.WriteAsync(exception.Message);
            return BadInput;
        }
        catch (DbException exception)
        {
            await ErrorText.WriteAsync($"Profiles could not be read or written: {exception.Message}");
            return BadInput;
        }
        catch (SocketException exception)
        {
            await ErrorText.WriteAsync($"The simulator could not be started: {exception.Message}");
            return BadInput;
        }
    }
}
