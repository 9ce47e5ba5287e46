namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>
/// A fleet for the tests that leave it unchanged. The first test starts it, because a fixture is created even when
/// every test is skipped.
/// </summary>
public sealed class SharedFleet : IAsyncLifetime
{
    private readonly Lazy<Task<Fleet>> _fleet = new(async () =>
        await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), Fleet.Six)
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
