using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Fault = CustomerProfiles.Testing.Fault;

namespace CustomerProfiles.Tests.Checks;

/// <summary>Rule 33: somebody asks for a check now, whatever the recheck policy says.</summary>
public sealed class Rule33_CheckNowTests
{
    private const string Provider = FakeProvider.DefaultName;

    [Fact]
    public async Task A_check_is_requested_that_is_not_due_and_runs_once()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));

        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.Requested>();
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.AlreadyPending>();
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Questions.Should().HaveCount(2);
        (await host.CheckOfAsync(ada.Id))!.LastCheckAt.Should().Be(host.Now);
    }

    [Fact]
    public async Task A_customer_without_a_conversation_can_be_asked_about()
    {
        await using var host = new TestHost();
        var created = (CreateOutcome.Created)
            await host.Profiles.CreateAsync(
                new NewProfile { Emails = [new ProfileEmail("ada@example.com")] },
                TestHost.Kim
            );
        (await NowAsync(host, created.Profile.Id)).Should().BeOfType<CheckNowOutcome.Requested>();
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(created.Profile.Id)).Photo.Should().NotBeNull();
    }

    [Fact]
    public async Task Beyond_the_budget_nobody_is_looked_up_before_the_next_period()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        host.Provider.Budget = new ProviderBudget(perDay: 0, perMonth: null);

        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.Requested>();
        await host.DrainAsync();

        host.Provider.Questions.Should().ContainSingle("of the first check");
        (await host.CheckOfAsync(ada.Id))!.IsPending.Should().BeTrue("it waits for the budget");
    }

    [Fact]
    public async Task Within_ten_minutes_of_the_last_check_it_is_too_soon()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var from = host.Now + NodaTime.Duration.FromMinutes(10);
        host.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMicroseconds(1));
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.TooSoon>().Which.From.Should().Be(from);
    }

    [Fact]
    public async Task Within_ten_minutes_of_a_failure_it_is_too_soon()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.BadRequest));
        var ada = await host.CheckedAsync();
        (await host.CheckOfAsync(ada.Id))!.IsPending.Should().BeFalse();
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.TooSoon>();
        host.Time.Advance(TimeSpan.FromMinutes(10));
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.Requested>();
    }

    [Fact]
    public async Task Never_against_a_suppression_or_a_disabled_provider()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.SetEnabledAsync(false);
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.ProviderDisabled>();
        await host.SetEnabledAsync(true);
        await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.Suppressed>();
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_suppression_that_comes_meanwhile_is_reported()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        store.Next(
            nameof(ICustomerProfileStore.RequestCheckAsync),
            Fault.Before(async _ => await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim))
        );
        (await NowAsync(host, ada.Id)).Should().BeOfType<CheckNowOutcome.Suppressed>();
    }

    [Fact]
    public async Task Without_an_address_there_is_nothing_to_look_up_by()
    {
        await using var host = new TestHost();
        var created = (CreateOutcome.Created)await host.Profiles.CreateAsync(new NewProfile(), TestHost.Kim);
        (await NowAsync(host, created.Profile.Id)).Should().BeOfType<CheckNowOutcome.NothingToLookUpBy>();
    }

    [Fact]
    public async Task An_unknown_customer_or_provider_has_an_outcome()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        (await NowAsync(host, CustomerId.New(host.Now))).Should().BeOfType<CheckNowOutcome.NotFound>();
        (await NowAsync(host, default)).Should().BeOfType<CheckNowOutcome.NotFound>();
        (await host.Profiles.CheckNowAsync(ada.Id, "nobody", TestHost.Kim))
            .Should()
            .BeOfType<CheckNowOutcome.UnknownProvider>();
    }

    private static async Task<CheckNowOutcome> NowAsync(TestHost host, CustomerId id) =>
        await host.Profiles.CheckNowAsync(id, Provider, TestHost.Kim);
}
