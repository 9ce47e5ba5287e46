using FullContact.Simulator;

namespace CustomerProfiles.Sample.Tests;

/// <summary>The file that the main job leaves. It is created once; tests that change it use a copy.</summary>
public sealed class FirstRun : IAsyncLifetime
{
    public KeptProfiles Kept { get; } = new();

    internal CapturedReport Report { get; } = new();

    public int ExitCode { get; private set; }

    /// <summary>The number of calls to the simulator.</summary>
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
