using FullContact.Simulator;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>
/// The bundled mailbox, imported while it was watched: without the support case after it, so that there is nothing else
/// to count. Made once.
/// </summary>
public sealed class WatchedImport : IAsyncLifetime
{
    private SampleProvider? _provider;

    internal CapturedReport Report { get; } = new() { TellsTelemetry = true };

    public FullContactSimulator Simulator => _provider!.Simulator!;

    public async Task InitializeAsync()
    {
        _provider = await SampleProvider.StartAsync();
        using var folder = new KeptProfiles();
        var mailbox = new FileInfo(folder.PathOf("support.mbox"));
        await File.WriteAllBytesAsync(mailbox.FullName, BundledMailbox.Bytes());
        (
            await SampleApplication.ImportAsync(
                mailbox,
                BundledMailbox.OwnDomainList,
                new(InMemory: true),
                _provider,
                Report,
                CancellationToken.None
            )
        )
            .Should()
            .Be(SampleApplication.Succeeded);
    }

    public async Task DisposeAsync() => await _provider!.DisposeAsync();
}
