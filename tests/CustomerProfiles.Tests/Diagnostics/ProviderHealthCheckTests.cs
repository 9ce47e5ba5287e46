using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using NodaTime;

namespace CustomerProfiles.Tests.Diagnostics;

public sealed class ProviderHealthCheckTests
{
    private const string Name = "customerprofiles";

    private static readonly ProviderPause BadKey = new(
        ProviderFailure.InvalidApiKey,
        "Set the key in the option ApiKey."
    );

    [Fact]
    public async Task While_every_provider_can_be_called_it_is_healthy()
    {
        await using var host = new TestHost(
            builder: builder => builder.Services.AddHealthChecks().AddCustomerProfiles(),
            providers: [new FakeProvider(), new FakeProvider("other")]
        );
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: 100);
        await host.CheckedAsync();

        (await EntryAsync(host))
            .Should()
            .Match<HealthReportEntry>(entry => entry.Status == HealthStatus.Healthy && entry.Data.Count == 0);
    }

    [Fact]
    public async Task While_a_provider_is_paused_it_is_unhealthy_and_says_which_and_what_to_do()
    {
        await using var host = new TestHost(
            builder: builder => builder.Services.AddHealthChecks().AddCustomerProfiles(),
            providers: [new FakeProvider(), new FakeProvider("other")]
        );
        host.Provider.Pause = BadKey;
        var entry = await EntryAsync(host);

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry
            .Description.Should()
            .Contain(FakeProvider.DefaultName)
            .And.Contain("InvalidApiKey")
            .And.Contain(BadKey.Remedy)
            .And.NotContain("other");
        entry.Data.Should().Equal(new Dictionary<string, object> { [FakeProvider.DefaultName] = "InvalidApiKey" });
        host.Providers[1].Pause = new ProviderPause(ProviderFailure.WrongEndpoint, "Set the option BaseAddress.");
        entry = await EntryAsync(host);
        entry
            .Description.Should()
            .Contain(BadKey.Remedy)
            .And.Contain("other")
            .And.Contain("Set the option BaseAddress.");
        entry.Data.Keys.Should().BeEquivalentTo(FakeProvider.DefaultName, "other");

        host.Provider.Pause = host.Providers[1].Pause = null;
        (await EntryAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Theory]
    [InlineData(ProviderFailure.Throttled, HealthStatus.Unhealthy, HealthStatus.Degraded)]
    [InlineData(ProviderFailure.Unavailable, HealthStatus.Unhealthy, HealthStatus.Degraded)]
    [InlineData(ProviderFailure.Throttled, HealthStatus.Degraded, HealthStatus.Degraded)]
    [InlineData(ProviderFailure.Throttled, HealthStatus.Healthy, HealthStatus.Healthy)]
    [InlineData(ProviderFailure.InvalidApiKey, HealthStatus.Unhealthy, HealthStatus.Unhealthy)]
    [InlineData(ProviderFailure.QuotaExceeded, HealthStatus.Unhealthy, HealthStatus.Unhealthy)]
    public async Task What_ends_by_itself_is_degraded_at_worst(
        ProviderFailure failure,
        HealthStatus registered,
        HealthStatus expected
    )
    {
        await using var host = new TestHost(builder: builder =>
            builder.Services.AddHealthChecks().AddCustomerProfiles(failureStatus: registered)
        );
        host.Provider.Pause = new ProviderPause(failure, "Wait.");

        (await EntryAsync(host)).Status.Should().Be(expected);
    }

    [Fact]
    public async Task While_a_budget_is_exhausted_and_checks_wait_it_is_unhealthy()
    {
        await using var host = new TestHost(builder: builder =>
            builder.Services.AddHealthChecks().AddCustomerProfiles()
        );
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: null);
        await host.CheckedAsync();
        await host.ReceiveAsync("grace@example.org");
        await host.DrainAsync();
        var entry = await EntryAsync(host);

        entry.Status.Should().Be(HealthStatus.Unhealthy);
        entry
            .Description.Should()
            .Contain(FakeProvider.DefaultName)
            .And.Contain("BudgetExhausted")
            .And.Contain("2026-01-31")
            .And.Contain("2026-02-01T00:00:00Z");
        host.Time.GoTo(Instant.FromUtc(2026, 2, 1, 0, 0));
        (await EntryAsync(host)).Status.Should().Be(HealthStatus.Healthy);
    }

    [Fact]
    public async Task It_has_the_name_the_status_and_the_tags_that_the_host_gives_it()
    {
        await using var host = new TestHost(builder: builder =>
            builder.Services.AddHealthChecks().AddCustomerProfiles("profiles", HealthStatus.Degraded, ["ready", "paid"])
        );
        host.Provider.Pause = BadKey;

        var report = await host.Get<HealthCheckService>().CheckHealthAsync();
        report.Status.Should().Be(HealthStatus.Degraded);
        report.Entries.Should().ContainSingle().Which.Key.Should().Be("profiles");
        report.Entries["profiles"].Tags.Should().BeEquivalentTo("ready", "paid");
    }

    [Fact]
    public async Task The_health_check_calls_no_provider()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(
            builder: builder => builder.Services.AddHealthChecks().AddCustomerProfiles(),
            store: store,
            time: time
        );
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: 1);
        await host.ReceiveAsync();
        store.ClearCalls();
        for (var i = 0; i < 100; i++)
        {
            (await EntryAsync(host)).Status.Should().Be(HealthStatus.Healthy);
        }

        store.Calls.Should().BeEmpty();
        host.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task Without_a_provider_it_is_healthy()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddCustomerProfiles();
        services.AddHealthChecks().AddCustomerProfiles();
        await using var built = services.BuildServiceProvider();
        (await built.GetRequiredService<HealthCheckService>().CheckHealthAsync())
            .Status.Should()
            .Be(HealthStatus.Healthy);
        ((Action)(() => CustomerProfilesHealthChecksBuilderExtensions.AddCustomerProfiles(null!)))
            .Should()
            .Throw<ArgumentNullException>();
    }

    private static async Task<HealthReportEntry> EntryAsync(TestHost host) =>
        (await host.Get<HealthCheckService>().CheckHealthAsync()).Entries[Name];
}
