using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>A flood of forged senders costs no more than the limit, and no real customer is lost for it.</summary>
public sealed class Rule11_FirstCheckLimitTests
{
    [Fact]
    public async Task A_flood_of_forged_senders_requests_no_more_first_checks_than_the_limit()
    {
        await using var host = new TestHost();
        for (var i = 0; i < 20_000; i++)
        {
            (await host.ReceiveAsync($"forged-{i}@example.org")).Should().BeOfType<ConversationOutcome.Created>();
        }

        var pending = await host.Store.CountPendingChecksAsync(CancellationToken.None);

        pending.Should().ContainSingle().Which.Count.Should().Be(new CustomerProfilesOptions().MaxFirstChecksPerHour);
    }

    [Fact]
    public async Task Above_the_limit_a_customer_is_created_and_the_decision_says_why_no_check_is_requested()
    {
        await using var host = HostWith(most: 1);
        (await host.DecideAsync())
            .Should()
            .Match<CheckDecision>(decision => decision.Requested && decision.Reason == CheckReason.FirstCheck);

        var outcome = await host.ReceiveAsync("Grace Hopper <grace@example.org>");

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name!.Full.Should().Be("Grace Hopper");
        outcome
            .Checks.Should()
            .Equal(
                new CheckDecision(
                    FakeProvider.DefaultName,
                    requested: false,
                    CheckReason.FirstCheckLimitReached,
                    dueAfter: null
                )
            );
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task The_first_check_comes_with_the_next_new_conversation_when_there_is_room_again()
    {
        await using var host = HostWith(most: 1);
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org");

        (await host.DecideAsync("grace@example.org"))
            .Reason.Should()
            .Be(CheckReason.FirstCheckLimitReached, "it is still the same hour");
        host.Time.Advance(TimeSpan.FromMinutes(66));
        (await host.DecideAsync("grace@example.org"))
            .Should()
            .Match<CheckDecision>(decision => decision.Requested && decision.Reason == CheckReason.FirstCheck);
        (await host.DecideAsync("alan@example.net"))
            .Reason.Should()
            .Be(CheckReason.FirstCheckLimitReached, "known customers count too");
    }

    [Fact]
    public async Task Redelivery_does_not_bypass_the_limit()
    {
        await using var host = HostWith(most: 1);
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org", id: "again");

        for (var i = 0; i < 3; i++)
        {
            (await host.DecideAsync("grace@example.org", id: "again"))
                .Reason.Should()
                .Be(CheckReason.FirstCheckLimitReached);
        }
    }

    [Fact]
    public async Task What_agents_compose_is_neither_counted_nor_limited()
    {
        await using var host = HostWith(most: 1);
        for (var i = 0; i < 50; i++)
        {
            (await host.ComposeAsync($"imported-{i}@example.org")).Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
        }

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.ComposeAsync("one-more@example.org")).Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Rechecks_are_neither_counted_nor_limited()
    {
        await using var host = HostWith(most: 1);
        await host.CheckedAsync();
        host.PassTwoMonths();
        await host.ReceiveAsync("grace@example.org");

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task Each_tenant_has_a_limit_of_its_own()
    {
        await using var host = HostWith(most: 1);
        await host.ReceiveAsync();

        var other = await host.ReceiveAsync(tenant: new TenantId("another"));

        other.Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DecideAsync("grace@example.org")).Reason.Should().Be(CheckReason.FirstCheckLimitReached);
    }

    [Fact]
    public async Task One_customer_counts_once_for_any_number_of_providers()
    {
        await using var host = new TestHost(
            options => options.MaxFirstChecksPerHour = 2,
            providers: [new FakeProvider("one"), new FakeProvider("two")]
        );
        (await host.ReceiveAsync()).Checks.Should().OnlyContain(decision => decision.Requested);
        (await host.ReceiveAsync("grace@example.org")).Checks.Should().OnlyContain(decision => decision.Requested);

        (await host.ReceiveAsync("alan@example.net"))
            .Checks.Should()
            .HaveCount(2)
            .And.OnlyContain(decision => !decision.Requested && decision.Reason == CheckReason.FirstCheckLimitReached);
    }

    [Fact]
    public async Task A_customer_without_a_check_does_not_count()
    {
        await using var host = HostWith(most: 1);
        await host.Profiles.SuppressAsync(TestHost.IdentityOf("grace@example.org"));
        (await host.DecideAsync("grace@example.org")).Reason.Should().Be(CheckReason.Suppressed);
        (await host.DecideAsync("info@example.net")).Reason.Should().Be(CheckReason.NothingToLookUpBy);
        await host.SetEnabledAsync(isEnabled: false);
        (await host.DecideAsync("alan@example.net")).Reason.Should().Be(CheckReason.ProviderDisabled);
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Without_a_limit_every_customer_is_checked()
    {
        await using var host = new TestHost(options => options.MaxFirstChecksPerHour = null);
        for (var i = 0; i < 1_500; i++)
        {
            await host.ReceiveAsync($"customer-{i}@example.org");
        }

        (await host.Store.CountPendingChecksAsync(CancellationToken.None))
            .Should()
            .ContainSingle()
            .Which.Count.Should()
            .Be(1_500);
    }

    [Fact]
    public async Task However_many_come_at_once_the_limit_is_reached_and_not_passed()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = HostWith(most: 20);

            var outcomes = await Repeat.AtOnce(100, i => host.ReceiveAsync($"customer-{i}@example.org"));

            outcomes.Count(outcome => outcome.Checks[0].Requested).Should().Be(20);
            outcomes.Should().OnlyContain(outcome => outcome is ConversationOutcome.Created);
        });
    }

    [Fact]
    public async Task Many_messages_at_once_of_one_new_sender_count_once()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = HostWith(most: 10);
            await Repeat.AtOnce(8, _ => host.ReceiveAsync());

            for (var i = 0; i < 9; i++)
            {
                (await host.DecideAsync($"customer-{i}@example.org")).Reason.Should().Be(CheckReason.FirstCheck);
            }

            (await host.DecideAsync("one-too-many@example.org")).Reason.Should().Be(CheckReason.FirstCheckLimitReached);
        });
    }

    [Fact]
    public async Task A_request_that_the_store_fails_does_not_count_against_the_limit()
    {
        await using var host = HostWithFaults(out var store, new FakeProvider());
        await FailsAsync(host, store, nameof(ICustomerProfileStore.CreateAsync), "ada@example.com");
        await FailsAsync(host, store, nameof(ICustomerProfileStore.CreateAsync), "ada@example.com");
        (await host.DecideAsync("ada@example.com")).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DecideAsync("grace@example.org")).Reason.Should().Be(CheckReason.FirstCheckLimitReached);

        host.Time.Advance(TimeSpan.FromMinutes(66));
        await FailsAsync(host, store, nameof(ICustomerProfileStore.RequestCheckAsync), "grace@example.org");
        await FailsAsync(host, store, nameof(ICustomerProfileStore.RequestCheckAsync), "grace@example.org");
        (await host.DecideAsync("grace@example.org")).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DecideAsync("alan@example.net")).Reason.Should().Be(CheckReason.FirstCheckLimitReached);
    }

    [Fact]
    public async Task A_store_that_fails_after_the_first_of_two_requests_keeps_the_count()
    {
        await using var host = HostWithFaults(out var store, new FakeProvider("one"), new FakeProvider("two"));
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org");
        host.Time.Advance(TimeSpan.FromMinutes(66));

        await FailsAsync(host, store, nameof(ICustomerProfileStore.RequestCheckAsync), "grace@example.org", skip: 1);

        (await host.DecideAsync("alan@example.net")).Reason.Should().Be(CheckReason.FirstCheckLimitReached);
    }

    [Fact]
    public async Task A_new_customer_still_costs_the_store_two_calls()
    {
        await using var host = TestHost.WithFaults(out var store);
        List<string> calls = [];
        store.Before = call =>
        {
            calls.Add(call);
            return Task.CompletedTask;
        };

        await host.ReceiveAsync();

        calls
            .Should()
            .Equal(nameof(ICustomerProfileStore.RecordConversationAsync), nameof(ICustomerProfileStore.CreateAsync));
    }

    [Fact]
    public async Task The_limit_is_logged_once_an_hour_for_each_tenant_without_personal_data()
    {
        await using var host = HostWith(most: 1);
        for (var hour = 0; hour < 2; hour++)
        {
            for (var i = 0; i < 100; i++)
            {
                await host.ReceiveAsync($"marked-{hour}-{i}@example.org");
                await host.ReceiveAsync($"marked-{hour}-{i}@example.org", tenant: new TenantId("another"));
            }

            host.Time.Advance(TimeSpan.FromMinutes(66));
        }

        var lines = host.Logs.GetSnapshot().Where(line => line.Id.Id == 1015).ToArray();
        lines.Should().HaveCount(4);
        lines
            .Should()
            .OnlyContain(line => line.Message.Contains("MaxFirstChecksPerHour") && !line.Message.Contains("marked"));
    }

    [Fact]
    public void Never_are_more_counted_within_an_hour_and_an_hour_later_there_is_room_again()
    {
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 40 * 60].Array[1, 80])
            .Sample(
                (most, seconds) =>
                {
                    var limit = LimitOf(most);
                    var now = TestHost.Start;
                    List<Instant> taken = [];
                    foreach (var passed in seconds)
                    {
                        now += Duration.FromSeconds(passed);
                        var within = taken.Count(at => now - at < Duration.FromHours(1));
                        var lately = taken.Count(at => now - at <= Duration.FromMinutes(66));
                        if (limit.TryTake(TenantId.Default, ConversationDirection.Received, now))
                        {
                            within.Should().BeLessThan(most);
                            taken.Add(now);
                        }
                        else
                        {
                            lately.Should().BeGreaterThanOrEqualTo(most);
                        }
                    }
                }
            );
    }

    [Theory]
    [InlineData(365 * 24)]
    [InlineData(-365 * 24)]
    [InlineData(2)]
    [InlineData(-2)]
    public void A_corrected_clock_ignores_counts_of_the_wrong_time(int hours)
    {
        var limit = LimitOf(1);
        limit
            .TryTake(TenantId.Default, ConversationDirection.Received, TestHost.Start + Duration.FromHours(hours))
            .Should()
            .BeTrue();

        limit.TryTake(TenantId.Default, ConversationDirection.Received, TestHost.Start).Should().BeTrue();
        limit.TryTake(TenantId.Default, ConversationDirection.Received, TestHost.Start).Should().BeFalse();
    }

    [Theory]
    [InlineData(-30_000)]
    [InlineData(253_402_300_799)]
    [InlineData(-62_135_596_800)]
    public void The_limit_works_at_the_earliest_and_latest_instant(long seconds)
    {
        var limit = LimitOf(1);
        var now = Instant.FromUnixTimeSeconds(seconds);

        limit.TryTake(TenantId.Default, ConversationDirection.Received, now).Should().BeTrue();
        limit.TryTake(TenantId.Default, ConversationDirection.Received, now).Should().BeFalse();
        limit.Return(TenantId.Default, ConversationDirection.Received, now);
        limit.Return(TenantId.Default, ConversationDirection.Received, now);
        limit.TryTake(TenantId.Default, ConversationDirection.Received, now).Should().BeTrue();
        limit
            .TryTake(TenantId.Default, ConversationDirection.Received, now)
            .Should()
            .BeFalse("giving back twice makes no room for two");
    }

    [Fact]
    public void Tenants_without_new_customers_take_no_room()
    {
        var limit = LimitOf(10);
        for (var i = 0; i < 10_000; i++)
        {
            limit.TryTake(new TenantId($"tenant-{i}"), ConversationDirection.Received, TestHost.Start);
        }

        limit.TryTake(TenantId.Default, ConversationDirection.Received, TestHost.Start + Duration.FromHours(2));

        limit.Tenants.Should().Be(1);
    }

    [Fact]
    public async Task A_provider_without_a_budget_is_reported_once()
    {
        await using var host = new TestHost(
            providers:
            [
                new FakeProvider("open") { Budget = null },
                new FakeProvider("limited") { Budget = new ProviderBudget(perDay: 5, perMonth: null) },
                new FakeProvider("free") { Budget = new ProviderBudget(null, null) },
            ]
        );
        await host.ReceiveAsync();

        await host.DrainAsync();
        await host.DrainAsync();

        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1016)
            .Which.Message.Should()
            .Contain("open")
            .And.Contain("DailyBudget")
            .And.Contain("IProfileProvider.Budget");
        host.Providers.Should().OnlyContain(provider => provider.Calls == 1, "a budget without limits is none");
    }

    private static TestHost HostWithFaults(out FaultInjectingStore store, params FakeProvider[] providers)
    {
        var time = new TestTime(TestHost.Start);
        store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        return new TestHost(
            options => options.MaxFirstChecksPerHour = 1,
            store: store,
            time: time,
            providers: providers
        );
    }

    private static async Task FailsAsync(
        TestHost host,
        FaultInjectingStore store,
        string call,
        string from,
        int skip = 0
    )
    {
        store.Next(call, Testing.Fault.ThrowBefore(new TimeoutException()), skip);

        await host.Invoking(host => host.ReceiveAsync(from)).Should().ThrowAsync<TimeoutException>();
    }

    private static TestHost HostWith(int most) => new(options => options.MaxFirstChecksPerHour = most);

    private static FirstCheckLimit LimitOf(int most) =>
        new(
            new OptionsWrapper<CustomerProfilesOptions>(new CustomerProfilesOptions { MaxFirstChecksPerHour = most }),
            new CustomerProfilesTelemetry(new ProviderRegistry([]), TimeProvider.System)
        );
}
