using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using FullContact.Simulator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// A throttled account or an API that is down is a state: all checks wait, none is given up, and the health check
/// reports it.
/// </summary>
public sealed class ThrottledAccountTests : IAsyncLifetime
{
    private FullContactSimulator _simulator = null!;

    public static TheoryData<string, SimulatedResponse, ProviderFailure> Refusals =>
        new()
        {
            { "429", SimulatedResponse.Throttled(), ProviderFailure.Throttled },
            { "429, Retry-After", SimulatedResponse.Throttled("30"), ProviderFailure.Throttled },
            { "429, a wait without end", SimulatedResponse.Throttled("99999999"), ProviderFailure.Throttled },
            { "503", SimulatedResponse.Unavailable(), ProviderFailure.Unavailable },
            { "503, Retry-After", SimulatedResponse.Unavailable("120"), ProviderFailure.Unavailable },
            { "500", SimulatedResponse.ServerError, ProviderFailure.Unavailable },
            { "502, HTML", SimulatedResponse.BadGateway, ProviderFailure.Unavailable },
            { "408", new SimulatedResponse.Status(408), ProviderFailure.Unavailable },
        };

    public async Task InitializeAsync() => _simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);

    public async Task DisposeAsync() => await _simulator.DisposeAsync();

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Long_throttling_gives_up_no_check_and_degrades_the_health(
        string name,
        SimulatedResponse refusal,
        ProviderFailure failure
    )
    {
        _simulator.ScriptEverybody(refusal);
        await using var under = Under();
        var ids = await FiftyAsync(under);
        for (var hour = 0; hour < 24 * 6; hour++)
        {
            await DrainAsync(under);
            under.Time.Advance(TimeSpan.FromMinutes(10));
        }

        await DrainAsync(under);
        var health = await under.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        health.Status.Should().Be(HealthStatus.Degraded, name);
        health.Entries.Single().Value.Description.Should().Contain(failure.ToString());
        _simulator.Calls.Should().BeLessThan(50 + (24 * 6), "it is called more and more rarely");
        foreach (var id in ids)
        {
            (await StateAsync(under, id)).IsPending.Should().BeTrue();
        }

        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        under.Time.Advance(TimeSpan.FromHours(1));
        await DrainAsync(under);
        await DrainAsync(under);
        foreach (var id in ids)
        {
            (await StateAsync(under, id)).LastOutcome.Should().Be(CheckOutcome.NoMatch);
        }

        (await under.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync())
            .Status.Should()
            .Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task The_pauses_grow_to_the_interval_of_probes()
    {
        _simulator.ScriptEverybody(SimulatedResponse.Throttled());
        await using var under = Under();
        foreach (var minutes in new[] { 1, 2, 4, 8, 15, 15 })
        {
            await under.LookUpAsync();
            under.Time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromTicks(1));
            under.Provider.Pause!.IsProbeDue.Should().BeFalse("the pause is {0} minutes", minutes);
            under.Time.Advance(TimeSpan.FromTicks(1));
            under.Provider.Pause!.IsProbeDue.Should().BeTrue("the pause is {0} minutes", minutes);
        }

        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        await under.LookUpAsync();
        under.Provider.Pause.Should().BeNull();
        _simulator.ScriptEverybody(SimulatedResponse.Throttled());
        await under.LookUpAsync();
        under.Time.Advance(TimeSpan.FromMinutes(1));
        under.Provider.Pause!.IsProbeDue.Should().BeTrue("it begins anew after it was over");
    }

    [Fact]
    public async Task A_short_retry_after_that_is_repeated_grows_as_well()
    {
        _simulator.ScriptEverybody(SimulatedResponse.Throttled("11"));
        await using var under = Under();
        await under.LookUpAsync();
        under.Time.Advance(TimeSpan.FromSeconds(11));
        under.Provider.Pause!.IsProbeDue.Should().BeTrue("the first time it is as FullContact asks");
        await under.LookUpAsync();
        under.Time.Advance(TimeSpan.FromSeconds(11));
        under.Provider.Pause!.IsProbeDue.Should().BeFalse();
        under.Time.Advance(TimeSpan.FromMinutes(2));
        under.Provider.Pause!.IsProbeDue.Should().BeTrue();
    }

    [Fact]
    public async Task A_person_whose_lookup_always_fails_pauses_nobody_for_long_and_is_given_up()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        await using var under = Under();
        _simulator.Script("poison@example.com", [.. Enumerable.Repeat(SimulatedResponse.ServerError, 200)]);
        var poison = await TellAsync(under, "poison", "poison@example.com");
        for (var i = 0; i < 60; i++)
        {
            await TellAsync(under, $"other{i}", $"person{i}@example.com");
            await DrainAsync(under);
            under.Time.Advance(TimeSpan.FromMinutes(1));
        }

        (await StateAsync(under, poison))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == ProviderFailure.Unavailable);
        under.Provider.Pause.Should().BeNull();
    }

    [Fact]
    public async Task A_response_to_an_earlier_request_does_not_end_the_throttling()
    {
        await using var under = Under();
        _simulator.Script("early@example.com", new SimulatedResponse.Miss());
        using var held = _simulator.Hold("early@example.com");
        var early = under.LookUpAsync("early@example.com");
        await held.Arrived;
        _simulator.Script("late@example.com", SimulatedResponse.Throttled());
        await under.LookUpAsync("late@example.com");
        held.Release();

        (await early).Should().Be(new ProviderResult.NoMatch());
        under.Provider.Pause!.Failure.Should().Be(ProviderFailure.Throttled);
    }

    [Fact]
    public async Task The_hosts_rate_limit_is_not_throttling_by_the_account()
    {
        await using var under = Under(options => options.CallsPerMinute = 1);
        await under.LookUpAsync();
        var second = under.LookUpAsync("person1@example.com");
        under.Time.Advance(TimeSpan.FromSeconds(20));

        (await second).Should().BeOfType<ProviderResult.Failed>().Which.Failure.Should().Be(ProviderFailure.Throttled);
        under.Provider.Pause.Should().BeNull();
    }

    private ProviderUnderTest Under(Action<FullContactOptions>? configure = null) =>
        new(_simulator.BaseAddress, configure, more: services => services.AddHealthChecks().AddCustomerProfiles());

    private static async Task<List<CustomerId>> FiftyAsync(ProviderUnderTest under)
    {
        var ids = new List<CustomerId>();
        for (var i = 0; i < 50; i++)
        {
            ids.Add(await TellAsync(under, $"c{i}", $"person{i}@example.com"));
        }

        return ids;
    }

    private static async Task<CustomerId> TellAsync(ProviderUnderTest under, string id, string from) =>
        (
            await under
                .Services.GetRequiredService<ICustomerProfiles>()
                .ConversationReceivedAsync(new Conversation(id, from, under.Time.GetUtcNow().ToInstant()))
        )
            .Profile!
            .Id;

    private static async Task DrainAsync(ProviderUnderTest under) =>
        await under.Services.GetRequiredService<ICheckRunner>().DrainAsync();

    private static async Task<CheckState> StateAsync(ProviderUnderTest under, CustomerId id) =>
        (
            await under
                .Services.GetRequiredService<Stores.ICustomerProfileStore>()
                .GetAsync(TenantId.Default, id, CancellationToken.None)
        )!.GetCheck(FullContactDefaults.ProviderName)!;
}
