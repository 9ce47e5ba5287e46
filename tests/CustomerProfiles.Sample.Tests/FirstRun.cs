using FullContact.Simulator;

namespace CustomerProfiles.Sample.Tests;

/// <summary>What the main job leaves in a file. Made once; tests that change it take a copy.</summary>
public sealed class FirstRun : IAsyncLifetime
{
    public KeptProfiles Kept { get; } = new();

    internal CapturedReport Report { get; } = new();

    public int ExitCode { get; private set; }

    /// <summary>How many questions the simulator was asked.</summary>
    public int Calls { get; private set; }

    public async Task InitializeAsync()
    {
        await using var provider = await SampleProvider.StartAsync();
        ExitCode = await SampleApplication.RunAsync(Kept.Choice, provider, Report, CancellationToken.None);
        Calls = provider.Simulator!.Calls;
    }

    public Task DisposeAsync()
    {
        Kept.Dispose();
        return Task.CompletedTask;
    }
}
