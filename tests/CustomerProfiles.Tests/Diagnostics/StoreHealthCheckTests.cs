using System.Reflection;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles.Tests.Diagnostics;

public sealed class StoreHealthCheckTests
{
    private const string Name = "customerprofiles-store";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly TestTime _time = new(TestHost.Start);
    private readonly FaultInjectingStore _store;

    public StoreHealthCheckTests() => _store = new FaultInjectingStore(new InMemoryCustomerProfileStore(_time));

    [Fact]
    public async Task While_the_store_responds_it_is_healthy_and_costs_one_read()
    {
        await using var host = Host();
        await host.CheckedAsync();
        _store.ClearCalls();

        (await EntryAsync(host)).Status.Should().Be(HealthStatus.Healthy);
        _store.Calls.Should().Equal(nameof(ICustomerProfileStore.GetAsync));
    }

    [Fact]
    public async Task A_store_that_fails_is_unhealthy_and_its_message_stays_with_it()
    {
        await using var host = Host();
        _store.Before = _ => throw new IOException("Host=secret.example.com;Password=qzx");
        var entry = await EntryAsync(host);

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry
            .Description.Should()
            .Contain("IOException")
            .And.Contain("database is up")
            .And.Contain("log in")
            .And.Contain("tables");
        entry.Exception.Should().BeNull("the health service would log it");
        host.Logs.GetSnapshot().Should().NotContain(line => $"{line.Message} {line.Exception}".Contains("qzx"));
    }

    [Fact]
    public async Task A_store_that_does_not_respond_in_time_is_unhealthy_and_not_waited_for()
    {
        await using var host = Host();
        var never = new TaskCompletionSource();
        _store.Before = _ => never.Task;
        var waits = _time.NextWaitOf(Limit);
        var check = EntryAsync(host);
        await waits;
        _time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        check.IsCompleted.Should().BeFalse("there is still time");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var entry = await check.Soon();

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry.Description.Should().Contain("00:00:05").And.Contain("connections");
        never.SetResult();
    }

    [Fact]
    public async Task A_store_that_blocks_its_thread_is_not_waited_for_either()
    {
        await using var host = Host();
        using var blocked = new ManualResetEventSlim();
        _store.Before = _ =>
        {
            blocked.Wait();
            return Task.CompletedTask;
        };
        var waits = _time.NextWaitOf(Limit);
        var check = Task.Run(() => EntryAsync(host));
        await waits;
        _time.Advance(Limit);

        (await check.Soon()).Status.Should().Be(HealthStatus.Unhealthy);
        blocked.Set();
    }

    [Fact]
    public async Task The_token_of_the_store_is_cancelled_after_the_timeout()
    {
        var store = DispatchProxy.Create<ICustomerProfileStore, WaitingStore>();
        await using var host = new TestHost(
            builder: builder => builder.Services.AddHealthChecks().AddCustomerProfilesStore(),
            store: store,
            time: _time
        );
        var waits = _time.NextWaitOf(Limit);
        var check = EntryAsync(host);
        await waits;
        _time.Advance(Limit);

        (await check.Soon()).Status.Should().Be(HealthStatus.Unhealthy);
        await ((WaitingStore)store).Told.Soon();
    }

    [Fact]
    public async Task A_cancelled_caller_is_no_fault_of_the_store()
    {
        await using var host = Host();
        using var stop = new CancellationTokenSource();
        _store.Before = async _ =>
        {
            await stop.CancelAsync();
            throw new OperationCanceledException(stop.Token);
        };

        await host.Get<HealthCheckService>()
            .Awaiting(health => health.CheckHealthAsync(stop.Token))
            .Should()
            .ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task It_has_the_name_the_status_the_tags_and_the_time_that_the_host_gives_it()
    {
        var within = TimeSpan.FromMilliseconds(1500);
        await using var host = new TestHost(
            builder: builder =>
                builder
                    .Services.AddHealthChecks()
                    .AddCustomerProfilesStore("profiles-db", HealthStatus.Degraded, ["ready"], within),
            store: _store,
            time: _time
        );
        var never = new TaskCompletionSource();
        _store.Before = _ => never.Task;
        var waits = _time.NextWaitOf(within);
        var check = host.Get<HealthCheckService>().CheckHealthAsync();
        await waits;
        _time.Advance(within);
        var report = await check.Soon();

        report.Status.Should().Be(HealthStatus.Degraded);
        report.Entries["profiles-db"].Tags.Should().Equal("ready");
        never.SetResult();
    }

    [Fact]
    public void Invalid_registration_arguments_throw()
    {
        var builder = new ServiceCollection().AddHealthChecks();
        builder
            .Invoking(health => health.AddCustomerProfilesStore(within: TimeSpan.Zero))
            .Should()
            .Throw<ArgumentOutOfRangeException>()
            .WithParameterName("within");
        ((Action)(() => CustomerProfilesHealthChecksBuilderExtensions.AddCustomerProfilesStore(null!)))
            .Should()
            .Throw<ArgumentNullException>();
    }

    private static async Task<HealthReportEntry> EntryAsync(TestHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync()).Entries[Name];

    private TestHost Host() =>
        new(
            builder: builder => builder.Services.AddHealthChecks().AddCustomerProfilesStore(),
            store: _store,
            time: _time
        );

    /// <summary>A store that never responds, and tells when its token is cancelled.</summary>
    private class WaitingStore : DispatchProxy
    {
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Told => _told.Task;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            ((CancellationToken)args![^1]!).Register(() => _told.TrySetResult());
            return new ValueTask<StoredCustomer?>(new TaskCompletionSource<StoredCustomer?>().Task);
        }
    }
}
