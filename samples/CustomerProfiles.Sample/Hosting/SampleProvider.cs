using CustomerProfiles.FullContact;
using FullContact.Simulator;

namespace CustomerProfiles.Sample;

/// <summary>
/// The provider of the sample: the simulator inside this program, or FullContact when there is a key.
/// </summary>
internal sealed class SampleProvider : IAsyncDisposable
{
    private const string KeyVariable = "FULLCONTACT_API_KEY";

    private readonly string? _key;

    private SampleProvider(string? key, FullContactSimulator? simulator)
    {
        _key = key;
        Simulator = simulator;
    }

    /// <summary>The simulator; null when lookups go to FullContact.</summary>
    public FullContactSimulator? Simulator { get; }

    public string Description =>
        Simulator is null
            ? $"Provider: FullContact, with the key in {KeyVariable}. Each match is charged."
            : "Provider: the FullContact simulator inside this program. Nothing leaves this machine.";

    /// <summary>For commands that make no lookup.</summary>
    public static SampleProvider Unused() => new(FullContactSimulator.DefaultApiKey, null);

    public static async Task<SampleProvider> StartAsync() =>
        Environment.GetEnvironmentVariable(KeyVariable) is { Length: > 0 } key
            ? new SampleProvider(key, null)
            : new SampleProvider(null, await FullContactSimulator.StartAsync());

    public void Configure(FullContactOptions options)
    {
        options.ApiKey = _key ?? Simulator!.ApiKey;
        if (Simulator is not null)
        {
            options.BaseAddress = Simulator.BaseAddress;

            // The simulator belongs to no account with a limit.
            options.CallsPerMinute = 60_000;
        }
    }

    public ValueTask DisposeAsync() => Simulator?.DisposeAsync() ?? default;
}
