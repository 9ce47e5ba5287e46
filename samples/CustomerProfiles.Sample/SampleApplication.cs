using System.Diagnostics;
using System.Net.Sockets;
using CustomerProfiles.Enrichment;
using CustomerProfiles.Sample.Mail;
using CustomerProfiles.Sample.Output;
using CustomerProfiles.Sample.Run;
using CustomerProfiles.Sample.Story;
using FullContact.Simulator;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.Sample;

/// <summary>The two jobs of the sample: the bundled mailbox with everything around it, and the import of any other.</summary>
internal static class SampleApplication
{
    public const int Fine = 0;
    public const int Wrong = 1;
    public const int BadInput = 2;
    public const int Interrupted = 130;

    private const string BundledMailbox = "support.mbox";
    private const string OwnDomain = "example.com";

    /// <summary>Whose sidebars are drawn: a full match, one in another script, and one that the provider does not know.</summary>
    private static readonly string[] Shown = ["maria.quill@example.org", "noor.elamin@example.org", "info@xn--bcher-kva.example.org"];

    public static async Task<int> RunAsync(bool json, CancellationToken cancellationToken)
    {
        IReport report = json ? new JsonReport(Console.Out) : new TextReport();
        try
        {
            return await Guarded(() => RunAsync(report, cancellationToken));
        }
        finally
        {
            report.Finish();
        }
    }

    public static async Task<int> ImportAsync(FileInfo file, string[] own, bool json, CancellationToken cancellationToken)
    {
        IReport report = json ? new JsonReport(Console.Out) : new TextReport();
        try
        {
            return await Guarded(() => ImportAsync(file, own, report, cancellationToken));
        }
        finally
        {
            report.Finish();
        }
    }

    internal static async Task<int> RunAsync(IReport report, CancellationToken cancellationToken)
    {
        await using var provider = await SampleProvider.StartAsync();
        var clock = new MailboxClock();
        await using var services = Services(provider, clock, ownAddresses: [], ownDomains: [OwnDomain]);
        var profiles = services.GetRequiredService<ICustomerProfiles>();
        var checks = services.GetRequiredService<ICheckRunner>();
        report.Title("Harbour Books: a support mailbox becomes customer profiles", provider.Description);

        var run = new MailboxRun(profiles, checks, clock, latest: Instant.MaxValue);
        var entries = new List<RunEntry>();
        var skipped = new List<MailItem.Unreadable>();
        await using (var mailbox = OpenBundledMailbox())
        {
            var reader = new MboxReader(mailbox, new OwnAddresses([], [OwnDomain]));
            await report.WithProgressAsync(
                "Reading the mailbox",
                mailbox.Length,
                () => reader.BytesRead,
                () => run.RunAsync(reader, entries.Add, skipped.Add, cancellationToken));
        }

        report.Decisions(entries, skipped);
        report.Totals(run.Totals);
        foreach (var address in Shown)
        {
            var customer = await profiles.FindAsync(Profiles.Identity.Email(Profiles.EmailAddress.Parse(address)), cancellationToken);
            if (customer is not null && await profiles.SidebarAsync(customer.Id, cancellationToken) is { } view)
            {
                report.Sidebar(view);
            }
        }

        var matchesExpected = true;
        if (provider.Simulator is { } simulator)
        {
            matchesExpected = report.Comparison(TotalsComparison.Of(run.Totals, ExpectedFromBundledMailbox()));
            var story = new SupportCase(profiles, checks, clock, simulator, report);
            matchesExpected &= await story.PlayAsync(cancellationToken);
        }

        report.Verdict(matchesExpected);
        return matchesExpected ? Fine : Wrong;
    }

    private static async Task<int> ImportAsync(FileInfo file, string[] own, IReport report, CancellationToken cancellationToken)
    {
        var addresses = own.Where(one => one.Contains('@', StringComparison.Ordinal)).ToArray();
        var domains = own.Except(addresses).ToArray();
        await using var mailbox = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using var provider = await SampleProvider.StartAsync();
        var clock = new MailboxClock();
        await using var services = Services(provider, clock, addresses, domains);
        report.Title($"Importing {file.Name}", provider.Description);

        var run = new MailboxRun(services.GetRequiredService<ICustomerProfiles>(), services.GetRequiredService<ICheckRunner>(), clock, TimeProvider.System.GetCurrentInstant());
        var reader = new MboxReader(mailbox, new OwnAddresses(addresses, domains));
        var started = Stopwatch.GetTimestamp();
        await report.WithProgressAsync(
            "Importing",
            mailbox.Length,
            () => reader.BytesRead,
            () => run.RunAsync(reader, _ => { }, report.Skipped, cancellationToken));
        report.Totals(run.Totals);
        report.Speed(run.Totals.Messages, Stopwatch.GetElapsedTime(started), Environment.WorkingSet, Process.GetCurrentProcess().PeakWorkingSet64);
        return run.Totals is { Messages: 0, Unreadable: > 0 } ? BadInput : Fine;
    }

    private static Stream OpenBundledMailbox() => typeof(SampleApplication).Assembly.GetManifestResourceStream(BundledMailbox)
        ?? throw new InvalidOperationException($"The resource {BundledMailbox} is missing from the program.");

    private static ExpectedTotals ExpectedFromBundledMailbox()
    {
        using var mailbox = OpenBundledMailbox();
        return IndependentCount.Of(mailbox, ownAddresses: [], ownDomains: [OwnDomain], ExpectedAnswer.OfTheSimulator);
    }

    private static ServiceProvider Services(SampleProvider provider, MailboxClock clock, IEnumerable<string> ownAddresses, IEnumerable<string> ownDomains)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddCustomerProfiles(options =>
        {
            foreach (var address in ownAddresses)
            {
                options.OwnAddresses.Add(address);
            }

            foreach (var domain in ownDomains)
            {
                options.OwnDomains.Add(domain);
            }
        }).AddFullContact(provider.Configure);
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true });
    }

    /// <summary>Turns what can go wrong outside of this program into one line that says what, and an exit code.</summary>
    private static async Task<int> Guarded(Func<Task<int>> job)
    {
        try
        {
            return await job();
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return BadInput;
        }
        catch (SocketException exception)
        {
            await Console.Error.WriteLineAsync($"The simulator could not be started: {exception.Message}");
            return BadInput;
        }
    }
}
