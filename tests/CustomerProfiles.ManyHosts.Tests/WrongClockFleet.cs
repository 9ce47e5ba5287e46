namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>A fleet with different clocks: two hosts are an hour behind, two are right, two an hour ahead.</summary>
public sealed class WrongClockFleet : IAsyncLifetime
{
    private readonly Lazy<Task<Fleet>> _fleet = new(async () =>
        await Fleet.StartAsync(
            await PostgreSqlServer.SharedAsync(),
            Fleet.Six,
            (number, settings) => settings with { ClockOffset = TimeSpan.FromHours((number / 2) - 1) }
        )
    );

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_fleet.IsValueCreated)
        {
            await (await _fleet.Value).DisposeAsync();
        }
    }

    internal Task<Fleet> StartedAsync() => _fleet.Value;
}
