using System.Data.Common;
using System.Net.Sockets;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Sample.Customers;
using CustomerProfiles.Sample.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Sample;

/// <summary>Runs a command: opens the store, reports, and turns errors into an exit code.</summary>
internal static class SampleApplication
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int BadInput = 2;
    public const int Interrupted = 130;

    /// <summary>Runs the main job on the bundled mailbox.</summary>
    public static Task<int> RunAsync(StoreChoice choice, OutputChoice output, CancellationToken cancellationToken) =>
        ReportAsync(output, report => RunAsync(choice, report, cancellationToken));

    /// <summary>Imports a mailbox.</summary>
    public static Task<int> ImportAsync(
        FileInfo file,
        string[] own,
        StoreChoice choice,
        OutputChoice output,
        CancellationToken cancellationToken
    ) => ReportAsync(output, report => ImportAsync(file, own, choice, report, cancellationToken));

    /// <summary>Imports the customers of another system.</summary>
    public static Task<int> ImportCustomersAsync(
        CustomerImportRequest request,
        StoreChoice choice,
        OutputChoice output,
        CancellationToken cancellationToken
    ) => ReportAsync(output, report => ImportCustomersAsync(request, choice, report, cancellationToken));

    /// <summary>Runs a command on the profiles that an earlier run left.</summary>
    /// <param name="command">The command. It returns whether it succeeded.</param>
    /// <param name="choice">Where the profiles are.</param>
    /// <param name="output">How to report.</param>
    /// <param name="canBeFirst">Whether the command can be the first one, which creates the store.</param>
    /// <param name="configure">Registers more services; null for none.</param>
    public static Task<int> CommandAsync(
        Func<CustomerCommands, Task<bool>> command,
        StoreChoice choice,
        OutputChoice output,
        bool canBeFirst,
        Action<IServiceCollection>? configure = null
    ) => ReportAsync(output, report => CommandAsync(command, choice, report, canBeFirst, configure));

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
        await using var session = SampleSession.OpenForImport(
            store,
            choice.Fresh,
            provider,
            ownAddresses: [],
            ownDomains: [BundledMailbox.OwnDomain]
        );
        report.Title(BundledMailbox.Title, provider.Description);
        report.Store(store.Description);
        await session.ThrowIfErasureKeyIsMissingAsync(cancellationToken);
        return await new MainJob(session, provider, report).RunAsync(cancellationToken) ? Succeeded : Failed;
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
        await using var session = SampleSession.OpenForImport(store, choice.Fresh, provider, addresses, domains);
        report.Title($"Importing {file.Name}", provider.Description);
        report.Store(store.Description);
        await session.ThrowIfErasureKeyIsMissingAsync(cancellationToken);
        var command = new ImportCommand(session, report);
        return await command.RunAsync(mailbox, new OwnAddresses(addresses, domains), cancellationToken)
            ? Succeeded
            : BadInput;
    }

    internal static async Task<int> ImportCustomersAsync(
        CustomerImportRequest request,
        StoreChoice choice,
        IReport report,
        CancellationToken cancellationToken
    )
    {
        var store = SampleStore.Of(choice);
        await using var file = Open(request.File);
        await using var provider = SampleProvider.Unused();
        report.Title(
            $"Importing {request.File.Name}",
            "No lookups are made. The first conversation of a customer starts one."
        );
        report.Store(store.Description);
        if (choice.Fresh && !request.DryRun)
        {
            store.Delete();
        }

        // A dry run does not even create tables: where there are none, or would be none, it needs only memory.
        await using var session =
            !request.DryRun ? SampleSession.OpenOrCreate(store, provider)
            : choice.Fresh || store.IsNew ? SampleSession.OpenOrCreate(new MemoryStore(), provider)
            : SampleSession.OpenExisting(store, provider);
        await session.ThrowIfErasureKeyIsMissingAsync(cancellationToken);
        var command = new ImportCustomersCommand(session.Profiles, report, ImportProgress.OfConsole());
        return await command.RunAsync(file, request, cancellationToken) ? Succeeded : Failed;
    }

    internal static async Task<int> CommandAsync(
        Func<CustomerCommands, Task<bool>> command,
        StoreChoice choice,
        IReport report,
        bool canBeFirst = false,
        Action<IServiceCollection>? configure = null
    )
    {
        if (choice.Fresh)
        {
            throw new BadInputException(
                "--fresh is for an import. This command works on the profiles that an earlier run left."
            );
        }

        var store = SampleStore.Of(choice);
        await using var provider = SampleProvider.Unused();
        await using var session = canBeFirst
            ? SampleSession.OpenOrCreate(store, provider)
            : SampleSession.OpenExisting(store, provider, configure);
        report.Store(store.Description);
        await session.ThrowIfErasureKeyIsMissingAsync(CancellationToken.None);
        return await command(new CustomerCommands(session, report)) ? Succeeded : Failed;
    }

    /// <summary>Opens a file, a pipe or a FIFO. A dash is the standard input.</summary>
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

    private static async Task<int> ReportAsync(OutputChoice output, Func<IReport, Task<int>> command)
    {
        IReport report =
            output.PrintsDocument ? TextReport.OnStandardError()
            : output.Json ? new JsonReport(Console.OpenStandardOutput())
            : TextReport.OnStandardOutput();
        try
        {
            return await command(report);
        }
        catch (Exception exception) when (ErrorMessageOf(exception) is { } message)
        {
            await ErrorText.WriteAsync(message);
            return exception is OperationCanceledException ? Interrupted : BadInput;
        }
        finally
        {
            report.Finish();
        }
    }

    /// <summary>The message for the user; null for an error in this program.</summary>
    private static string? ErrorMessageOf(Exception exception) =>
        exception switch
        {
            OperationCanceledException => "Interrupted.",
            BadInputException
            or ProfileDatabaseException
            or IOException
            or UnauthorizedAccessException
            or OptionsValidationException => exception.Message,
            DbException => $"Profiles could not be read or written: {exception.Message}",
            SocketException => $"The simulator could not be started: {exception.Message}",
            _ => null,
        };
}
