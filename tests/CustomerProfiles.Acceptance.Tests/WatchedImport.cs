using CustomerProfiles.Sample.Mail;
using FullContact.Simulator;
using NodaTime;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>An import of the bundled mailbox with its telemetry. It is made once.</summary>
public sealed class WatchedImport : IAsyncLifetime
{
    private static readonly StoreChoice InMemory = new(InMemory: true);

    private SampleProvider? _provider;

    internal TelemetryTotals Telemetry { get; private set; } = null!;

    internal ImportTotals Totals { get; private set; } = null!;

    internal FullContactSimulator Simulator => _provider!.Simulator!;

    public async Task InitializeAsync()
    {
        _provider = await SampleProvider.StartAsync();
        await using var mailbox = SampleMailbox.Open();
        using var watch = new TelemetryWatch();
        Totals = await ImportAsync(watch, _provider, mailbox, CancellationToken.None, read: all => Telemetry = all);
    }

    public async Task DisposeAsync() => await _provider!.DisposeAsync();

    /// <summary>Imports a mailbox into memory.</summary>
    /// <param name="watch">Listens to the host.</param>
    /// <param name="provider">The provider.</param>
    /// <param name="mailbox">The mailbox.</param>
    /// <param name="cancellationToken">Stops the import.</param>
    /// <param name="read">Receives the telemetry, also of an import that throws.</param>
    internal static async Task<ImportTotals> ImportAsync(
        TelemetryWatch watch,
        SampleProvider provider,
        Stream mailbox,
        CancellationToken cancellationToken,
        Action<TelemetryTotals> read
    )
    {
        await using var session = SampleSession.OpenForImport(
            SampleStore.Of(InMemory),
            fresh: false,
            provider,
            ownAddresses: [],
            SampleMailbox.OwnDomainList,
            watch.AddTo
        );
        var import = new MailboxImport(session.Profiles, session.Checks, session.Clock, Instant.MaxValue);
        var reader = new MboxReader(mailbox, SampleMailbox.Own);
        try
        {
            await import.RunAsync(reader, _ => { }, _ => { }, cancellationToken);
        }
        finally
        {
            read(watch.Read());
        }

        return import.Totals;
    }
}
