using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class CheckRunnerServiceTests
{
    /// <summary>
    /// Another time than any other that is waited for, so that a wait for it is a wait for the next sweep.
    /// </summary>
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(25);

    [Fact]
    public async Task A_host_runs_its_checks_by_itself_and_at_once()
    {
        await Repeat.ManyTimes(async () =>
        {
            var fixture = new Fixture();
            using var host = await fixture.StartAsync();
            var held = fixture.Provider.HoldNext();
            var id = await fixture.ReceiveAsync(host);
            await held.Arrived;
            var recorded = fixture.NextCall(nameof(ICustomerProfileStore.CompleteCheckAsync));
            held.Release();
            await recorded;

            (await fixture.ReadAsync(id)).Profile.Location.Should().Be("London");
            await host.StopAsync();
        });
    }

    [Fact]
    public async Task A_recheck_is_run_at_once_too()
    {
        // Each wait is looked for before what leads to it, so that no sweep is under way when the recheck comes up.
        var fixture = new Fixture();
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        await idle;
        idle = fixture.Time.NextWaitOf(Sweep);
        await fixture.ReceiveAsync(host);
        await idle;
        idle = fixture.Time.NextWaitOf(Sweep);
        fixture.Time.Advance(TimeSpan.FromDays(63));
        await idle;

        var held = fixture.Provider.HoldNext();
        await fixture.ReceiveAsync(host, conversation: "another");
        await held.Arrived;
        held.Release();
        await host.StopAsync();
        fixture.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_host_starts_although_a_check_hangs()
    {
        var fixture = new Fixture();
        var held = fixture.Provider.HoldNext(ignoresItsToken: true);
        await fixture.LeaveBehindAsync();
        using var host = await fixture.StartAsync();
        await held.Arrived;
        held.Release();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_host_that_stops_lets_a_check_finish_and_begins_no_other()
    {
        await Repeat.ManyTimes(async () =>
        {
            var fixture = new Fixture(options => options.MaxConcurrentChecks = 1);
            using var host = await fixture.StartAsync();
            var held = fixture.Provider.HoldNext();
            var id = await fixture.ReceiveAsync(host);
            await held.Arrived;
            var waiting = await fixture.ReceiveAsync(host, "grace@example.org");

            var stop = host.StopAsync();
            await host.Services.GetRequiredService<IHostApplicationLifetime>().Stopping();
            held.Release();
            await stop.Soon();

            (await fixture.ReadAsync(id)).Profile.Location.Should().Be("London");
            (await fixture.ReadAsync(waiting))
                .GetCheck(FakeProvider.DefaultName)!
                .IsPending.Should()
                .BeTrue("it is left to the next start");
            fixture.Provider.Calls.Should().Be(1);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Running_checks_are_released_when_the_shutdown_timeout_ends(bool ignoresItsToken)
    {
        await Repeat.ManyTimes(async () =>
        {
            var fixture = new Fixture();
            using var host = await fixture.StartAsync();
            var held = fixture.Provider.HoldNext(ignoresItsToken);
            var id = await fixture.ReceiveAsync(host);
            await held.Arrived;
            using var timeout = new CancellationTokenSource();
            var stop = host.StopAsync(timeout.Token);
            await timeout.CancelAsync();
            await Task.WhenAny(stop).Soon();

            (await fixture.ReadAsync(id))
                .GetCheck(FakeProvider.DefaultName)
                .Should()
                .Match<CheckState>(check => check.IsPending && check.LastFailure == null);
            var next = fixture.Provider.HoldNext();
            using var restarted = await fixture.StartAsync();
            await next.Arrived;
            next.Release();
            await restarted.StopAsync();
            (await fixture.ReadAsync(id))
                .Profile.Location.Should()
                .Be("London", "the next start goes on with it without waiting for a lease");
        });
    }

    [Fact]
    public async Task A_host_with_nothing_to_do_stops_at_once()
    {
        var fixture = new Fixture();
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        await idle;
        await host.StopAsync().Soon();
    }

    [Fact]
    public async Task A_host_runs_what_an_earlier_one_left_waiting_when_it_starts()
    {
        var fixture = new Fixture();
        var id = await fixture.LeaveBehindAsync();
        var recorded = fixture.NextCall(nameof(ICustomerProfileStore.CompleteCheckAsync));
        using var host = await fixture.StartAsync();
        await recorded;

        (await fixture.ReadAsync(id)).Profile.Location.Should().Be("London");
        await host.StopAsync();
    }

    [Fact]
    public async Task The_first_sweep_after_a_pause_runs_the_waiting_checks()
    {
        var fixture = new Fixture();
        var id = await fixture.LeaveBehindAsync();
        fixture.Provider.Pause = new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.");
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        await idle;
        fixture.Provider.Calls.Should().Be(0);

        fixture.Provider.Pause = null;
        var recorded = fixture.NextCall(nameof(ICustomerProfileStore.CompleteCheckAsync));
        fixture.Time.Advance(Sweep);
        await recorded;
        (await fixture.ReadAsync(id)).Profile.Location.Should().Be("London");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_sweep_claims_a_check_whose_host_died()
    {
        var fixture = new Fixture();
        await fixture.LeaveBehindAsync();
        (
            await fixture.Inner.ClaimNextCheckAsync(
                [FakeProvider.DefaultName],
                fixture.Time.Now,
                Duration.FromMinutes(2),
                CancellationToken.None
            )
        )
            .Should()
            .NotBeNull();
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        var held = fixture.Provider.HoldNext();

        for (var swept = 0; swept < 5; swept++)
        {
            await idle;
            held.HasArrived.Should().BeFalse();
            idle = fixture.Time.NextWaitOf(Sweep);
            fixture.Time.Advance(Sweep);
        }

        await held.Arrived;
        held.Release();
        await host.StopAsync();
        fixture.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_sweep_finds_a_check_that_another_host_requested()
    {
        var fixture = new Fixture();
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        await idle;
        await fixture.LeaveBehindAsync();
        var held = fixture.Provider.HoldNext();
        fixture.Time.Advance(Sweep);

        await held.Arrived;
        held.Release();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_queued_check_is_put_again_by_a_later_sweep()
    {
        var fixture = new Fixture();
        fixture.Provider.Next(new ProviderResult.Pending(Duration.FromSeconds(45)));
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        await idle;
        idle = fixture.Time.NextWaitOf(Sweep);
        await fixture.ReceiveAsync(host);
        await idle;
        idle = fixture.Time.NextWaitOf(Sweep);
        fixture.Time.Advance(Sweep);
        await idle;
        fixture.Provider.Calls.Should().Be(1);
        var held = fixture.Provider.HoldNext();
        fixture.Time.Advance(Sweep);
        await held.Arrived;
        held.Release();
        await host.StopAsync();
    }

    [Fact]
    public async Task A_failing_store_is_tried_again_at_the_next_sweep()
    {
        var fixture = new Fixture();
        await fixture.LeaveBehindAsync();

        // Once the host has started: without the store it does not.
        fixture.Store.Before = call =>
            call is nameof(IEventStore.AreEventsOnAsync) or nameof(IErasureStore.GetMarkKeysAsync)
                ? Task.CompletedTask
                : throw new IOException();
        var idle = fixture.Time.NextWaitOf(Sweep);
        using var host = await fixture.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await idle;
            idle = fixture.Time.NextWaitOf(Sweep);
            fixture.Time.Advance(Sweep);
        }

        await idle;
        host.Services.GetFakeLogCollector().GetSnapshot().Where(line => line.Id.Id == 1007).Should().HaveCount(4);
        fixture.Store.Before = null;
        var held = fixture.Provider.HoldNext();
        fixture.Time.Advance(Sweep);
        await held.Arrived;
        held.Release();
        await host.StopAsync();
    }

    [Fact]
    public async Task Time_alone_causes_no_lookup()
    {
        var fixture = new Fixture(options => options.SweepInterval = TimeSpan.FromDays(1));
        await fixture.LeaveBehindAsync();
        var idle = fixture.Time.NextWaitOf(TimeSpan.FromDays(1));
        using var host = await fixture.StartAsync();
        for (var day = 0; day < 100; day++)
        {
            await idle;
            idle = fixture.Time.NextWaitOf(TimeSpan.FromDays(1));
            fixture.Time.Advance(TimeSpan.FromDays(1));
        }

        await idle;
        await host.StopAsync();
        fixture.Provider.Calls.Should().Be(1);
    }

    /// <summary>One store and one clock for any number of hosts after or beside each other.</summary>
    private sealed class Fixture
    {
        private readonly Action<CustomerProfilesOptions>? _options;

        public Fixture(Action<CustomerProfilesOptions>? options = null)
        {
            _options = options;
            Inner = new InMemoryCustomerProfileStore(Time);
            Store = new FaultInjectingStore(Inner);
        }

        public TestTime Time { get; } = new(TestHost.Start);

        public FakeProvider Provider { get; } = new();

        public InMemoryCustomerProfileStore Inner { get; }

        public FaultInjectingStore Store { get; }

        public async Task<IHost> StartAsync()
        {
            var builder = Host.CreateEmptyApplicationBuilder(
                new HostApplicationBuilderSettings { EnvironmentName = Environments.Development }
            );
            builder.ConfigureContainer(
                new DefaultServiceProviderFactory(
                    new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
                )
            );
            builder.Logging.AddFakeLogging();
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder
                .Services.AddCustomerProfiles(options =>
                {
                    options.SweepInterval = Sweep;
                    _options?.Invoke(options);
                })
                .AddProvider(Provider)
                .UseStore(Store);
            var host = builder.Build();
            await host.StartAsync().Soon();
            return host;
        }

        /// <summary>A check requested by a host that runs none.</summary>
        public async Task<CustomerId> LeaveBehindAsync()
        {
            await using var other = new TestHost(store: Inner, time: Time);
            return (await other.ReceiveAsync(id: "left behind")).Profile!.Id;
        }

        public async Task<CustomerId> ReceiveAsync(IHost host, string from = TestHost.Ada, string? conversation = null)
        {
            var profiles = host.Services.GetRequiredService<ICustomerProfiles>();
            return (
                await profiles.ConversationReceivedAsync(
                    new Conversation(conversation ?? $"conversation of {from}", from, Time.Now)
                )
            )
                .Profile!
                .Id;
        }

        public async Task<StoredCustomer> ReadAsync(CustomerId id) =>
            (await Inner.GetAsync(TenantId.Default, id, CancellationToken.None))!;

        /// <summary>Ends when the store has done such a call.</summary>
        public Task NextCall(string name)
        {
            var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Store.After = call =>
            {
                if (call == name)
                {
                    called.TrySetResult();
                }

                return Task.CompletedTask;
            };
            return called.Task.Soon();
        }
    }
}

internal static class LifetimeExtensions
{
    /// <summary>Ends when the host has begun to stop.</summary>
    public static Task Stopping(this IHostApplicationLifetime lifetime)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lifetime.ApplicationStopping.Register(stopping.SetResult);
        return stopping.Task.Soon();
    }
}
