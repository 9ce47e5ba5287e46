using System.Diagnostics.Metrics;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using FullContact.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>The exact cost: budgets, repeated requests across restarts, and the rate of the account.</summary>
public sealed class FullContactMoneyTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 22, 0, 0, TimeSpan.Zero));
    private FullContactSimulator _simulator = null!;
    private InMemoryCustomerProfileStore _store = null!;
    private int _conversations;

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync();
        _simulator.ScriptEverybody(new SimulatedResponse.Match("""{"bio":"x"}"""));
        _store = new InMemoryCustomerProfileStore(_time);
    }

    public async Task DisposeAsync() => await _simulator.DisposeAsync();

    [Fact]
    public async Task A_daily_budget_is_kept_exactly_by_all_hosts_together_and_blocks_no_conversation()
    {
        await using var first = Host(options => options.DailyBudget = 7);
        await using var second = Host(options => options.DailyBudget = 7);
        for (var i = 0; i < 30; i++)
        {
            await TellAsync(i % 2 == 0 ? first : second, $"person{i}@example.com");
        }

        await Task.WhenAll(DrainAsync(first), DrainAsync(second));
        _simulator.BilledMatches.Should().Be(7);

        // The next day, without a new conversation.
        _time.Advance(TimeSpan.FromHours(2));
        await Task.WhenAll(DrainAsync(first), DrainAsync(second));
        _simulator.BilledMatches.Should().Be(14);
    }

    [Fact]
    public async Task A_monthly_budget_lasts_until_the_end_of_the_month_across_restarts()
    {
        await using (var host = Host(options => (options.DailyBudget, options.MonthlyBudget) = (3, 5)))
        {
            for (var i = 0; i < 30; i++)
            {
                await TellAsync(host, $"person{i}@example.com");
            }

            await DrainAsync(host);
            _simulator.BilledMatches.Should().Be(3);
        }

        _time.Advance(TimeSpan.FromHours(2));
        await using var restarted = Host(options => (options.DailyBudget, options.MonthlyBudget) = (3, 5));
        foreach (var billed in new[] { 6, 8, 8 })
        {
            // January had three; the first days of February bring three, then the remaining two of five, then none.
            await DrainAsync(restarted);
            _simulator.BilledMatches.Should().Be(billed);
            _time.Advance(TimeSpan.FromDays(1));
        }

        _time.Advance(TimeSpan.FromDays(25));
        await DrainAsync(restarted);
        _simulator.BilledMatches.Should().Be(11);
    }

    [Fact]
    public async Task Misses_and_refusals_use_no_budget()
    {
        await using var host = Host(options => options.DailyBudget = 2);
        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        for (var i = 0; i < 20; i++)
        {
            await TellAsync(host, $"nobody{i}@example.com");
        }

        await DrainAsync(host);
        _simulator.Calls.Should().Be(20);

        _simulator.ScriptEverybody(new SimulatedResponse.Match("""{"bio":"x"}"""));
        for (var i = 0; i < 5; i++)
        {
            await TellAsync(host, $"person{i}@example.com");
        }

        await DrainAsync(host);
        _simulator.BilledMatches.Should().Be(2);
    }

    [Fact]
    public async Task A_pending_request_is_repeated_after_two_minutes_across_restarts_and_overwrites_nothing()
    {
        const string address = "person@example.com";
        CustomerId id;
        await using (var host = Host())
        {
            id = await TellAsync(host, address);
            await DrainAsync(host);
            (await ProfileAsync(host, id)).Bio.Should().Be("x");
            _time.Advance(TimeSpan.FromDays(63));
            _simulator.Script(
                address,
                new SimulatedResponse.Queued(),
                new SimulatedResponse.Queued(),
                new SimulatedResponse.Match("""{"bio":"y"}""")
            );
            await TellAsync(host, address);
            await DrainAsync(host);
        }

        await using var restarted = Host();
        await DrainAsync(restarted);
        _simulator.CallsFor(address).Should().Be(2, "two minutes have not passed");
        (await ProfileAsync(restarted, id)).Bio.Should().Be("x");
        _time.Advance(TimeSpan.FromMinutes(2));
        await DrainAsync(restarted);
        _simulator.CallsFor(address).Should().Be(3);
        (await ProfileAsync(restarted, id)).Bio.Should().Be("x");
        _time.Advance(TimeSpan.FromMinutes(2));
        await DrainAsync(restarted);

        (await ProfileAsync(restarted, id)).Bio.Should().Be("y");
        _simulator.BilledMatches.Should().Be(2);
    }

    [Fact]
    public async Task A_request_that_stays_pending_is_given_up_and_counts_as_no_check()
    {
        await using var host = Host();
        _simulator.ScriptEverybody(new SimulatedResponse.Queued());
        var id = await TellAsync(host, "person@example.com");
        for (var i = 0; i < 20; i++)
        {
            await DrainAsync(host);
            _time.Advance(TimeSpan.FromMinutes(2));
        }

        _simulator.Calls.Should().Be(5);
        var view = (await host.GetRequiredService<ICustomerProfiles>().GetSidebarAsync(id))!.Providers[0];
        view.LastCheckAt.Should().BeNull();
        view.IsPending.Should().BeFalse();
        _simulator.BilledMatches.Should().Be(0);
    }

    [Theory]
    [InlineData("5", 0.005)]
    [InlineData("1000", 1.0)]
    [InlineData("0", 0.0)]
    [InlineData(" 12.5 ", 0.0125)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("1e5", null)]
    [InlineData("99999999", null)]
    [InlineData(null, null)]
    public async Task The_delay_of_a_call_is_a_metric(string? header, double? seconds)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            if (header is not null)
            {
                context.Response.Headers["X-FullContact-RateDelay"] = header;
            }

            context.Response.Headers["X-Rate-Limit-Remaining"] = "0";
            return context.Response.WriteAsync("{}");
        });
        await using var under = new ProviderUnderTest(server.BaseAddress);
        using var metric = new MetricCollector<double>(
            under.Services.GetRequiredService<IMeterFactory>(),
            "CustomerProfiles",
            "customerprofiles.fullcontact.rate_delay"
        );

        await under.LookUpAsync();

        metric
            .GetMeasurementSnapshot()
            .Select(measurement => measurement.Value)
            .Should()
            .Equal(seconds is { } value ? [value] : []);
    }

    [Fact]
    public async Task Calls_wait_for_the_rate_limit_and_after_the_deadline_they_are_postponed_unsent()
    {
        await using var under = new ProviderUnderTest(
            _simulator.BaseAddress,
            options => (options.ApiKey, options.CallsPerMinute) = (_simulator.ApiKey, 1)
        );
        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();

        var second = under.LookUpAsync();
        under.Time.Advance(TimeSpan.FromSeconds(20));

        (await second)
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromMinutes(1), countsAsAttempt: false));
        _simulator.Calls.Should().Be(1);
        under.OwnLogs.Should().ContainSingle().Which.Id.Id.Should().Be(2014);
    }

    private ServiceProvider Host(Action<FullContactOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services
            .AddCustomerProfiles()
            .UseStore(_store)
            .AddFullContact(options =>
            {
                (options.ApiKey, options.BaseAddress, options.MaxRetries) = (
                    _simulator.ApiKey,
                    _simulator.BaseAddress,
                    0
                );
                configure?.Invoke(options);
            });
        return services.BuildServiceProvider();
    }

    private async Task<CustomerId> TellAsync(ServiceProvider host, string from)
    {
        var outcome = await host.GetRequiredService<ICustomerProfiles>()
            .ConversationReceivedAsync(new Conversation($"c{_conversations++}", from, _time.GetCurrentInstant()));
        outcome.Checks.Should().OnlyContain(check => check.Requested);
        return outcome.Profile!.Id;
    }

    private static async Task DrainAsync(ServiceProvider host) =>
        await host.GetRequiredService<ICheckRunner>().DrainAsync();

    private static async Task<CustomerProfile> ProfileAsync(ServiceProvider host, CustomerId id) =>
        (await host.GetRequiredService<ICustomerProfiles>().GetAsync(id))!;
}
