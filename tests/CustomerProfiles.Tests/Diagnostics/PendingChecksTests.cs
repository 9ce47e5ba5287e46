using System.Diagnostics.Metrics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace CustomerProfiles.Tests.Diagnostics;

/// <summary>
/// How many checks are pending is counted at the sweeps, for who watches, and stands in the way of nothing.
/// </summary>
public sealed class PendingChecksTests
{
    private const string Count = nameof(ICustomerProfileStore.CountPendingChecksAsync);

    /// <summary>Another time than any other that is waited for, and less than a provider may take to respond.</summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(25);

    private readonly TestTime _time = new(TestHost.Start);
    private readonly InMemoryCustomerProfileStore _inner;
    private readonly FaultInjectingStore _store;

    public PendingChecksTests()
    {
        _inner = new InMemoryCustomerProfileStore(_time);
        _store = new FaultInjectingStore(_inner);
    }

    [Fact]
    public async Task Without_a_listener_nothing_is_counted()
    {
        await using var host = Host();
        await host.CheckedAsync();

        _store.Calls.Should().NotContain(Count).And.NotBeEmpty();
    }

    [Fact]
    public async Task Before_the_first_count_nothing_is_shown()
    {
        await using var host = Host();
        using var measured = new Measurements(host);
        await host.ReceiveAsync();

        Shown(measured).Should().BeEmpty();
    }

    [Fact]
    public async Task Each_provider_of_the_host_is_shown_with_what_is_pending_in_the_whole_store_and_no_other()
    {
        var elsewhere = new FakeProvider("elsewhere");
        await using var other = new TestHost(store: _inner, time: _time, providers: [new FakeProvider(), elsewhere]);
        await using var host = new TestHost(
            store: _store,
            time: _time,
            providers: [new FakeProvider(), new FakeProvider("idle")]
        );
        host.Provider.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        host.Providers[1].Takes = _ => false;
        await other.ReceiveAsync();
        await other.ReceiveAsync("grace@example.org");
        await host.ReceiveAsync("charles@example.net", tenant: new("account-7"));
        using var measured = new Measurements(host);
        (await host.DrainAsync()).Should().Be(0, "no provider can be called, which is when checks wait");

        Shown(measured).Should().Equal("provider=fake 3", "provider=idle 0");
        host.Provider.Pause = null;
        await host.DrainAsync();
        Shown(measured).Should().Equal("provider=fake 0", "provider=idle 0");
        (await _inner.CountPendingChecksAsync(default)).Should().Equal(new PendingChecks("elsewhere", 2));
    }

    [Fact]
    public async Task A_host_counts_at_each_sweep_and_not_for_each_conversation()
    {
        var (host, measured) = await StartAsync(new FakeProvider());
        using var ends = host;
        using var listens = measured;
        await ReceiveAsync(host, "ada@example.com");
        _store
            .Calls.Count(call => call == Count)
            .Should()
            .Be(1, "the host has begun with one, and no sweep has come round since");
        await NextSweepAsync();
        _store.Calls.Count(call => call == Count).Should().Be(2);
        Shown(measured).Should().Equal("provider=fake 0");
        await host.StopAsync();
    }

    [Fact]
    public async Task While_a_run_goes_on_and_on_it_is_counted_at_each_interval()
    {
        await using var host = Host();
        using var measured = new Measurements(host);
        foreach (var from in new[] { "ada@example.com", "grace@example.org", "charles@example.net" })
        {
            await host.ReceiveAsync(from);
        }

        // The interval passes between the first check and the second, on the way of the run itself.
        var claims = 0;
        _store.Before = call =>
        {
            if (call == nameof(ICustomerProfileStore.ClaimNextCheckAsync) && ++claims == 2)
            {
                _store.Calls.Should().NotContain(Count);
                _time.Advance(Sweep);
            }

            return Task.CompletedTask;
        };
        var (first, second, third) = (host.Provider.HoldNext(), host.Provider.HoldNext(), host.Provider.HoldNext());
        var drain = host.BeginDrain();
        await first.Arrived;
        first.Release();
        await second.Arrived;
        second.Release();
        await third.Arrived;

        Shown(measured).Should().Equal("provider=fake 2");
        third.Release();
        await drain;
        Shown(measured).Should().Equal("provider=fake 0");
    }

    [Fact]
    public async Task A_count_that_hangs_holds_up_no_check()
    {
        await using var host = Host();
        using var measured = new Measurements(host);
        foreach (var from in new[] { "ada@example.com", "grace@example.org", "charles@example.net" })
        {
            await host.ReceiveAsync(from);
        }

        var holdPoint = new HoldPoint();
        _store.Next(Count, Fault.HoldBefore(holdPoint));
        var (first, second, third) = (host.Provider.HoldNext(), host.Provider.HoldNext(), host.Provider.HoldNext());
        var drain = host.BeginDrain();
        await first.Arrived;
        _time.Advance(Sweep);
        first.Release();
        await holdPoint.Reached;
        await second.Arrived;
        second.Release();
        await third.Arrived;
        third.Release();
        holdPoint.Release();
        (await drain).Should().Be(3);
    }

    [Fact]
    public async Task A_host_whose_count_hangs_takes_up_what_comes_meanwhile()
    {
        var provider = new FakeProvider();
        var (host, measured) = await StartAsync(provider);
        using var ends = host;
        using var listens = measured;
        var holdPoint = new HoldPoint();
        _store.Next(Count, Fault.HoldBefore(holdPoint));
        await NextSweepAsync();
        await holdPoint.Reached.Soon();

        await ReceiveAsync(host, "ada@example.com");
        provider.Calls.Should().Be(1);
        await NextSweepAsync();
        await NextSweepAsync();
        _store.Calls.Count(call => call == Count).Should().Be(2, "none is begun while one is under way");

        holdPoint.Release();
        await host.StopAsync().Soon();
    }

    [Fact]
    public async Task A_count_that_fails_is_logged_like_the_sweep_and_fails_nothing_and_the_last_one_stays()
    {
        var provider = new FakeProvider { Pause = new ProviderPause(ProviderFailure.QuotaExceeded, "Buy more.") };
        var (host, measured) = await StartAsync(provider);
        using var ends = host;
        using var listens = measured;
        await ReceiveAsync(host, "ada@example.com");
        await NextSweepAsync();
        Shown(measured).Should().Equal("provider=fake 1");
        _store.Next(Count, Fault.ThrowBefore(new IOException("Host=secret.example.com;Password=qzx")));
        await ReceiveAsync(host, "grace@example.org");
        provider.Pause = null;
        await NextSweepAsync();

        provider.Calls.Should().Be(2, "the checks were run all the same");
        Shown(measured).Should().Equal("provider=fake 1");
        var line = host
            .Services.GetFakeLogCollector()
            .GetSnapshot()
            .Should()
            .ContainSingle(line => line.Level >= LogLevel.Warning)
            .Which;
        line.Id.Id.Should().Be(1007);
        line.Message.Should().Contain("IOException").And.NotContain("qzx");
        await NextSweepAsync();
        Shown(measured).Should().Equal("provider=fake 0");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_that_stops_while_it_counts_says_nothing_of_it()
    {
        await using var host = Host();
        using var measured = new Measurements(host);
        using var stop = new CancellationTokenSource();
        _store.Next(Count, Fault.CancelBefore(stop));

        await host.Awaiting(stopping => stopping.Checks.DrainAsync(stop.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();
        host.Logs.GetSnapshot().Should().BeEmpty();
        Shown(measured).Should().BeEmpty();
    }

    [Fact]
    public async Task A_new_listener_sees_no_outdated_count()
    {
        await using var host = Host();
        host.Provider.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        await host.ReceiveAsync();
        using (var before = new Measurements(host))
        {
            await host.DrainAsync();
            Shown(before).Should().Equal("provider=fake 1");
        }

        await host.DrainAsync();
        using var measured = new Measurements(host);
        Shown(measured).Should().BeEmpty();
        await host.DrainAsync();
        Shown(measured).Should().Equal("provider=fake 1");
    }

    private static string[] Shown(Measurements measured) =>
        [.. measured.Look(CustomerProfilesDiagnostics.ChecksPending).Select(one => $"{one.Tags} {one.Value}")];

    /// <summary>
    /// Takes a conversation in, and waits until the host that was woken by it has nothing more to do.
    /// </summary>
    private async Task ReceiveAsync(IHost host, string from)
    {
        var idle = _time.NextWaitOf(Sweep);
        await host
            .Services.GetRequiredService<ICustomerProfiles>()
            .ConversationReceivedAsync(new Conversation($"conversation of {from}", from, _time.Now));
        await idle;
    }

    private async Task NextSweepAsync()
    {
        var idle = _time.NextWaitOf(Sweep);
        _time.Advance(Sweep);
        await idle;
    }

    private TestHost Host() =>
        new(
            options =>
            {
                options.SweepInterval = Sweep;
                options.MaxConcurrentChecks = 1;
            },
            store: _store,
            time: _time
        );

    /// <summary>
    /// A host that runs its checks by itself, watched from its beginning, when its first sweep is over.
    /// </summary>
    private async Task<(IHost Host, Measurements Measured)> StartAsync(FakeProvider provider)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings()
        );
        builder.Logging.AddFakeLogging();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddMetrics();
        builder
            .Services.AddCustomerProfiles(options => options.SweepInterval = Sweep)
            .AddProvider(provider)
            .UseStore(_store);
        var host = builder.Build();
        var measured = new Measurements(host.Services.GetRequiredService<IMeterFactory>());
        var idle = _time.NextWaitOf(Sweep);
        await host.StartAsync().Soon();
        await idle;
        return (host, measured);
    }
}
