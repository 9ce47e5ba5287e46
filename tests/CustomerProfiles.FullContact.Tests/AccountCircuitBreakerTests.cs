using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>An invalid key, a used-up quota and a wrong address pause lookups until they are corrected.</summary>
public sealed class AccountCircuitBreakerTests : IAsyncLifetime
{
    private const string UsageLimits =
        """{"status":403,"message":"Usage limits for the provided API Key have been exceeded."}""";
    private const string NoEndpoint = """{"status":404,"message":"Endpoint POST /v3/person.enrich not found."}""";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConfigurationManager _configuration = new();
    private FullContactSimulator _simulator = null!;
    private ServiceProvider _services = null!;
    private int _conversations;

    public static TheoryData<int, string, ProviderFailure, string> Hopeless =>
        new()
        {
            {
                401,
                """{"status":401,"message":"401: Invalid access token: the-key"}""",
                ProviderFailure.InvalidApiKey,
                "FullContactOptions.ApiKey"
            },
            {
                403,
                """{"status":403,"message":"API Key is missing or invalid."}""",
                ProviderFailure.InvalidApiKey,
                "FullContactOptions.ApiKey"
            },
            { 403, UsageLimits, ProviderFailure.QuotaExceeded, "usage limits" },
            { 404, NoEndpoint, ProviderFailure.WrongEndpoint, "FullContactOptions.BaseAddress" },
            { 405, "", ProviderFailure.WrongEndpoint, "FullContactOptions.BaseAddress" },
            { 410, "", ProviderFailure.WrongEndpoint, "FullContactOptions.BaseAddress" },
        };

    private FakeLogCollector Logs => _services.GetFakeLogCollector();

    private IEnumerable<FakeLogRecord> GateLines => Logs.GetSnapshot().Where(log => log.Id.Id is 2001 or 2002);

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        _configuration["ApiKey"] = ProviderUnderTest.Key;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddFakeLogging());
        services
            .AddCustomerProfiles()
            .AddFullContact(options => (options.BaseAddress, options.MaxRetries) = (_simulator.BaseAddress, 0));
        services.AddOptions<FullContactOptions>().Bind(_configuration);
        services.AddHealthChecks().AddCustomerProfiles();
        _services = services.BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _simulator.DisposeAsync();
        _configuration.Dispose();
    }

    [Theory]
    [MemberData(nameof(Hopeless))]
    public async Task A_failure_of_the_account_pauses_lookups_and_one_log_line_says_what_to_do(
        int status,
        string body,
        ProviderFailure failure,
        string remedy
    )
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(status, body));
        for (var i = 0; i < 20; i++)
        {
            await TellAsync($"person{i}@example.com");
        }

        await DrainAsync();
        await DrainAsync();

        _simulator.Calls.Should().BeLessThanOrEqualTo(4, "no more than are called at once");
        GateLines
            .Should()
            .ContainSingle()
            .Which.Should()
            .Match<FakeLogRecord>(line => line.Level == LogLevel.Error && line.Message.Contains(remedy));
        Provider.Pause!.Failure.Should().Be(failure);
        Provider.Pause.Remedy.Should().Contain(remedy);
        var health = await HealthAsync();
        health.Status.Should().Be(HealthStatus.Unhealthy);
        health.Entries.Single().Value.Description.Should().Contain(remedy);
        _simulator.BilledMatches.Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(Hopeless))]
    public async Task A_pause_counts_as_no_check_and_after_a_successful_probe_each_waiting_customer_is_looked_up_once(
        int status,
        string body,
        ProviderFailure failure,
        string remedy
    )
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(status, body));
        var ids = new List<CustomerId>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(await TellAsync($"person{i}@example.com"));
        }

        await DrainAsync();
        (await ViewAsync(ids[0]))
            .Should()
            .Match<SidebarProvider>(view =>
                view.LastCheckAt == null
                && view.IsPending
                && view.Pause!.Failure == failure
                && view.Pause.Remedy.Contains(remedy)
            );

        // Not over yet: one probe, and paused again.
        var before = _simulator.Calls;
        _time.Advance(TimeSpan.FromMinutes(15));
        await DrainAsync();
        (_simulator.Calls - before).Should().Be(1);
        GateLines.Should().ContainSingle("nothing new is to be said");

        _simulator.ScriptEverybody(new SimulatedResponse.Match("""{"bio":"x"}"""));
        await DrainAsync();
        _simulator.BilledMatches.Should().Be(0, "the next probe is not due");
        _time.Advance(TimeSpan.FromMinutes(15));
        await DrainAsync();

        _simulator.BilledMatches.Should().Be(20);
        foreach (var id in ids)
        {
            (await ViewAsync(id)).LastOutcome.Should().Be(CheckOutcome.Matched);
        }

        GateLines.Select(line => line.Id.Id).Should().Equal(2001, 2002);
        (await HealthAsync()).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task A_change_of_the_key_ends_the_pause_at_once_and_the_new_key_is_used()
    {
        _configuration["ApiKey"] = "a-wrong-key";
        var id = await TellAsync("maria.quill@example.org");
        await DrainAsync();
        Provider.Pause!.Failure.Should().Be(ProviderFailure.InvalidApiKey);

        _configuration["ApiKey"] = ProviderUnderTest.Key;
        ((IConfigurationRoot)_configuration).Reload();
        Provider.Pause.Should().BeNull();
        await DrainAsync();

        (await ViewAsync(id)).LastOutcome.Should().Be(CheckOutcome.Matched);
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_response_to_the_old_key_does_not_pause_the_new_one()
    {
        _simulator.Script("maria.quill@example.org", new SimulatedResponse.Status(401), new SimulatedResponse.Miss());
        using var held = _simulator.Hold("maria.quill@example.org");
        await TellAsync("maria.quill@example.org");
        var draining = DrainAsync();
        await held.Arrived;

        _configuration["BaseAddress"] = $"http://localhost:{_simulator.BaseAddress.Port}/";
        ((IConfigurationRoot)_configuration).Reload();
        held.Release();
        await draining;

        Provider.Pause.Should().BeNull();
        GateLines.Should().BeEmpty();
    }

    [Fact]
    public async Task An_invalid_change_is_logged_and_the_previous_options_stay()
    {
        await TellAsync("maria.quill@example.org");
        _configuration["CallsPerMinute"] = "-3";
        ((IConfigurationRoot)_configuration)
            .Invoking(configuration => configuration.Reload())
            .Should()
            .Throw<Exception>("the options' own listener reports it to whoever reloads");

        await DrainAsync();

        _simulator.BilledMatches.Should().Be(1);
        Logs.GetSnapshot()
            .Should()
            .ContainSingle(log => log.Id.Id == 2011)
            .Which.Message.Should()
            .Contain("CallsPerMinute is -3");
    }

    [Fact]
    public async Task An_inconclusive_probe_keeps_the_pause_until_the_next_one()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(401));
        await TellAsync("maria.quill@example.org");
        await DrainAsync();
        _simulator.ScriptEverybody(new SimulatedResponse.Status(500));
        _time.Advance(TimeSpan.FromMinutes(15));
        await DrainAsync();

        Provider.Pause!.Failure.Should().Be(ProviderFailure.InvalidApiKey);
        _simulator.Calls.Should().Be(2);
    }

    [Fact]
    public async Task While_a_probe_runs_no_other_request_is_let_through()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(401));
        await TellAsync("person1@example.com");
        await DrainAsync();
        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        _time.Advance(TimeSpan.FromMinutes(15));
        using var held = _simulator.Hold("person1@example.com");
        var draining = DrainAsync();
        await held.Arrived;

        Provider.Pause!.Failure.Should().Be(ProviderFailure.InvalidApiKey);
        (await Provider.LookUpAsync(ProviderUnderTest.RequestAbout(["person2@example.com"]), CancellationToken.None))
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.InvalidApiKey, Duration.Zero, countsAsAttempt: false));
        held.Release();
        await draining;
        Provider.Pause.Should().BeNull();
        _simulator.CallsFor("person2@example.com").Should().Be(0);
    }

    [Fact]
    public async Task After_a_cancelled_probe_the_next_one_is_let_through_in_time()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(401));
        await Provider.LookUpAsync(ProviderUnderTest.RequestAbout(["person1@example.com"]), CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(15));
        await FluentActions
            .Awaiting(() =>
                Provider
                    .LookUpAsync(
                        ProviderUnderTest.RequestAbout(["person1@example.com"]),
                        new CancellationToken(canceled: true)
                    )
                    .AsTask()
            )
            .Should()
            .ThrowAsync<OperationCanceledException>();

        Provider.Pause.Should().NotBeNull();
        Provider.Pause!.IsProbeDue.Should().BeFalse();
        _time.Advance(TimeSpan.FromMinutes(15));
        Provider.Pause!.IsProbeDue.Should().BeTrue();
        (await HealthAsync()).Status.Should().Be(HealthStatus.Unhealthy, "nobody knows yet that it is over");
    }

    [Fact]
    public async Task A_reload_that_changes_neither_key_nor_address_resets_neither_pause_nor_rate_limit()
    {
        _configuration["CallsPerMinute"] = "1";
        _simulator.ScriptEverybody(new SimulatedResponse.Status(401));
        await TellAsync("maria.quill@example.org");
        await DrainAsync();
        _configuration["Logging:LogLevel:Default"] = "Debug";
        _configuration["MonthlyBudget"] = "100";
        ((IConfigurationRoot)_configuration).Reload();
        Provider.Pause!.IsProbeDue.Should().BeFalse();

        _time.Advance(TimeSpan.FromMinutes(15));
        ((IConfigurationRoot)_configuration).Reload();
        var probing = Provider
            .LookUpAsync(ProviderUnderTest.RequestAbout(["person@example.com"]), CancellationToken.None)
            .AsTask();
        _time.Advance(TimeSpan.FromSeconds(20));
        (await probing).Should().BeOfType<ProviderResult.Failed>().Which.Failure.Should().Be(ProviderFailure.Throttled);
        _simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_value_that_cannot_be_bound_stops_nothing_and_is_not_logged()
    {
        var id = await TellAsync("maria.quill@example.org");
        _configuration["MaxRetries"] = "marked-value";
        ((IConfigurationRoot)_configuration)
            .Invoking(configuration => configuration.Reload())
            .Should()
            .Throw<Exception>();

        await DrainAsync();

        (await ViewAsync(id)).LastOutcome.Should().Be(CheckOutcome.Matched);
        await TellAsync("theo.lund@example.net");
        Logs.GetSnapshot()
            .Should()
            .ContainSingle(log => log.Id.Id == 2011)
            .Which.Message.Should()
            .NotContain("marked-value");
    }

    [Fact]
    public async Task A_change_of_the_options_aborts_no_call()
    {
        using var held = _simulator.Hold("maria.quill@example.org");
        var id = await TellAsync("maria.quill@example.org");
        var draining = DrainAsync();
        await held.Arrived;
        for (var i = 0; i < 3; i++)
        {
            _configuration["MaxRetries"] = $"{i}";
            _configuration["CallsPerMinute"] = $"{1000 + i}";
            ((IConfigurationRoot)_configuration).Reload();
            _ = await Provider.LookUpAsync(
                ProviderUnderTest.RequestAbout([$"person{i}@example.com"]),
                CancellationToken.None
            );
        }

        held.Release();
        await draining;
        (await ViewAsync(id)).LastOutcome.Should().Be(CheckOutcome.Matched);
    }

    [Fact]
    public async Task During_an_outage_checks_wait_without_retrying()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(503));
        for (var i = 0; i < 100; i++)
        {
            await TellAsync($"person{i}@example.com");
        }

        var attempts = 0;
        for (var i = 0; i < 20; i++)
        {
            attempts += await _services.GetRequiredService<ICheckRunner>().DrainAsync();
            _time.Advance(TimeSpan.FromSeconds(15));
        }

        _simulator.Calls.Should().BeLessThan(60);
        attempts
            .Should()
            .BeLessThan(400, "without the pause each of the 100 would be claimed at each of the 10 ends of a break");
    }

    [Fact]
    public async Task A_failure_of_one_person_or_an_unknown_403_pauses_nothing()
    {
        foreach (var status in new[] { 400, 403, 422, 451, 500 })
        {
            _simulator.ScriptEverybody(new SimulatedResponse.Status(status, """{"message":"Something else"}"""));
            await Provider.LookUpAsync(ProviderUnderTest.RequestAbout(["person1@example.com"]), CancellationToken.None);
            Provider.Pause.Should().BeNull("{0} says nothing about the account", status);
        }

        GateLines.Should().BeEmpty();
    }

    private IProfileProvider Provider => _services.GetRequiredService<IProfileProvider>();

    private async Task<CustomerId> TellAsync(string from)
    {
        var outcome = await _services
            .GetRequiredService<ICustomerProfiles>()
            .ConversationReceivedAsync(new Conversation($"c{_conversations++}", from, _time.GetCurrentInstant()));
        outcome.Checks.Should().OnlyContain(check => check.Requested, "intake goes on as ever");
        return outcome.Profile!.Id;
    }

    private async Task DrainAsync() => await _services.GetRequiredService<ICheckRunner>().DrainAsync();

    private async Task<SidebarProvider> ViewAsync(CustomerId id) =>
        (await _services.GetRequiredService<ICustomerProfiles>().GetSidebarAsync(id))!.Providers[0];

    private Task<HealthReport> HealthAsync() => _services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
}
