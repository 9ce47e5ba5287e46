using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule08_DisablingTests
{
    [Fact]
    public async Task A_provider_whose_setting_was_never_changed_is_enabled()
    {
        await using var host = new TestHost();
        (await host.Profiles.GetProvidersAsync())
            .Should()
            .BeEquivalentTo([
                new ProviderStatus
                {
                    Provider = FakeProvider.DefaultName,
                    IsEnabled = true,
                    ChangedAt = null,
                    ChangedBy = null,
                    ClaimPage = host.Provider.ClaimPage,
                },
            ]);
    }

    [Fact]
    public async Task The_setting_is_stored_with_its_time_and_author()
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);
        host.PassTwoMonths();

        (await host.Profiles.GetProvidersAsync())
            .Should()
            .BeEquivalentTo([
                new ProviderStatus
                {
                    Provider = FakeProvider.DefaultName,
                    IsEnabled = false,
                    ChangedAt = TestHost.Start,
                    ChangedBy = "kim",
                    ClaimPage = host.Provider.ClaimPage,
                },
            ]);
        await using var restarted = new TestHost(store: host.Store, time: host.Time);
        (await restarted.Profiles.GetProvidersAsync())[0]
            .IsEnabled.Should()
            .BeFalse("another host over the same store knows it too");
        (await restarted.DecideAsync()).Reason.Should().Be(CheckReason.ProviderDisabled);
    }

    [Fact]
    public void ToString_of_a_setting_shows_provider_and_position()
    {
        $"{new ProviderSetting("fake", isEnabled: true, TestHost.Start, "kim")}".Should().Be("fake on");
        $"{new ProviderSetting("fake", isEnabled: false, TestHost.Start, "kim")}".Should().Be("fake off");
        StatusOf(isEnabled: true).ToString().Should().Be("fake on");
        StatusOf(isEnabled: false).ToString().Should().Be("fake off");

        static ProviderStatus StatusOf(bool isEnabled) =>
            new()
            {
                Provider = "fake",
                IsEnabled = isEnabled,
                ChangedBy = "kim",
            };
    }

    [Fact]
    public async Task Setting_a_provider_to_what_it_is_changes_nothing()
    {
        await using var host = new TestHost();
        (await host.Profiles.EnableProviderAsync(FakeProvider.DefaultName, TestHost.Kim)).Should().BeTrue();
        (await host.Store.GetProviderSettingsAsync(TenantId.Default, default)).Should().BeEmpty();
        await host.SetEnabledAsync(isEnabled: false);
        host.PassTwoMonths();
        (await host.Profiles.DisableProviderAsync(FakeProvider.DefaultName, Actor.Agent("lee"))).Should().BeTrue();

        var status = (await host.Profiles.GetProvidersAsync())[0];
        (status.ChangedAt, status.ChangedBy).Should().Be((TestHost.Start, "kim"));
    }

    [Fact]
    public async Task A_provider_that_the_host_does_not_have_is_not_set()
    {
        await using var host = new TestHost(providers: [new FakeProvider("one"), new FakeProvider("two")]);
        (await host.Profiles.DisableProviderAsync("three", TestHost.Kim)).Should().BeFalse();
        (await host.Profiles.EnableProviderAsync("ONE", TestHost.Kim)).Should().BeFalse();

        (await host.Store.GetProviderSettingsAsync(TenantId.Default, CancellationToken.None)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_there_stays_and_nothing_new_is_gathered_for_a_known_customer()
    {
        await using var host = new TestHost();
        var before = await host.CheckedAsync();
        await host.SetEnabledAsync(isEnabled: false);
        host.PassTwoMonths();

        (await host.DecideAsync())
            .Should()
            .Be(
                new CheckDecision(
                    FakeProvider.DefaultName,
                    requested: false,
                    CheckReason.ProviderDisabled,
                    Instant.FromUtc(2026, 3, 31, 10, 15)
                )
            );
        (await host.DrainAsync()).Should().Be(0);
        var after = await host.ReadAsync(before);
        after.Should().BeSameAs(before);
        (after.Photo, after.Location, after.Bio)
            .Should()
            .Be((FakeProvider.Ada().Photo, "London", "Wrote the first program."));
        host.Provider.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData(false, CheckReason.ProviderDisabled)]
    [InlineData(true, CheckReason.Suppressed)]
    public async Task A_change_between_deciding_and_requesting_is_reported_as_the_reason(
        bool isSuppressed,
        CheckReason reason
    )
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.CheckedAsync();
        host.PassTwoMonths();
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.RequestCheckAsync))
            {
                store.Before = null;
                await (
                    isSuppressed
                        ? host.Profiles.SuppressAsync(ada.Id, TestHost.Kim).AsTask()
                        : host.SetEnabledAsync(isEnabled: false)
                );
            }
        };

        (await host.DecideAsync())
            .Should()
            .Match<CheckDecision>(decision => !decision.Requested && decision.Reason == reason);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Nothing_is_gathered_for_a_new_customer_received_or_composed()
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.ProviderDisabled);
        (await host.ComposeAsync("grace@example.org")).Checks[0].Reason.Should().Be(CheckReason.ProviderDisabled);
        (await host.DrainAsync()).Should().Be(0);
        host.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task Disabling_affects_one_tenant_only()
    {
        await using var host = new TestHost();
        var other = new TenantId("other");
        await host.SetEnabledAsync(isEnabled: false);

        (await host.Profiles.ForTenant(other).GetProvidersAsync())[0].IsEnabled.Should().BeTrue();
        (await host.ReceiveAsync(tenant: other)).Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
        (await host.ReceiveAsync()).Checks[0].Reason.Should().Be(CheckReason.ProviderDisabled);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task With_one_provider_disabled_the_other_is_called()
    {
        await using var host = new TestHost(providers: [new FakeProvider("one"), new FakeProvider("two")]);
        await host.SetEnabledAsync(isEnabled: false, "one");

        (await host.ReceiveAsync())
            .Checks.Select(check => check.Reason)
            .Should()
            .Equal(CheckReason.ProviderDisabled, CheckReason.FirstCheck);
        await host.DrainAsync();
        (host.Providers[0].Calls, host.Providers[1].Calls).Should().Be((0, 1));
    }

    [Fact]
    public async Task Disabling_ends_a_waiting_check_also_when_the_provider_is_enabled_again()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck, "it never was a check");
    }

    [Fact]
    public async Task Disabling_ends_a_check_that_waits_for_its_retry()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Pending(Duration.FromMinutes(1)));
        await host.CheckedAsync();
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);
        host.Time.Advance(TimeSpan.FromDays(1));

        (await host.DrainAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disabling_drops_a_result_under_way_also_when_the_provider_is_enabled_before_it_arrives(
        bool onAgain
    )
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var before = (await host.ReceiveAsync()).Profile!;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;

            await host.SetEnabledAsync(isEnabled: false);
            if (onAgain)
            {
                await host.SetEnabledAsync(isEnabled: true);
            }

            held.Release();
            await drain;
            (await host.ReadAsync(before)).Should().BeSameAs(before, "nothing of the result is kept");
        });
    }

    [Fact]
    public async Task A_dropped_result_counts_as_a_check_because_it_may_be_paid()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.SetEnabledAsync(isEnabled: false);
        host.Time.Advance(TimeSpan.FromSeconds(3));
        held.Release();
        await drain;

        var check = (await host.CheckOfAsync(id))!;
        (check.LastOutcome, check.LastCheckAt, check.IsPending)
            .Should()
            .Be((CheckOutcome.Dropped, TestHost.Start + Duration.FromSeconds(3), false));
        await host.SetEnabledAsync(isEnabled: true);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        host.PassTwoMonths();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
        await host.DrainAsync();
        (await host.ReadAsync(id)).Photo.Should().Be(FakeProvider.Ada().Photo);
    }

    [Theory]
    [InlineData("failed")]
    [InlineData("queued")]
    [InlineData("shut down")]
    public async Task A_check_without_a_result_ends_when_its_provider_was_disabled_meanwhile(string ending)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext();
        using var stop = new CancellationTokenSource();
        var drain = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
        await held.Arrived;
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);
        if (ending == "shut down")
        {
            await stop.CancelAsync();
            await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        }
        else
        {
            held.Release(
                ending == "failed"
                    ? new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromSeconds(1))
                    : new ProviderResult.Pending(Duration.FromSeconds(1))
            );
            await drain;
        }

        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DrainAsync()).Should().Be(0, "a check from before the provider was disabled is not retried");
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task After_enabling_the_next_due_new_conversation_requests_a_check()
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);
        await host.ReceiveAsync(id: "while off");
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DrainAsync()).Should().Be(0, "enabling alone requests nothing");
        host.Time.Advance(TimeSpan.FromHours(1));
        (await host.DecideAsync(id: "while off")).Reason.Should().Be(CheckReason.KnownConversation);
        (await host.DrainAsync()).Should().Be(0);
        (await host.DecideAsync(id: "after")).Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task After_enabling_a_recheck_needs_a_new_conversation()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        await host.SetEnabledAsync(isEnabled: false);
        await host.ReceiveAsync(id: "while off");
        host.Time.Advance(TimeSpan.FromTicks(10));
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DecideAsync(id: "while off")).Reason.Should().Be(CheckReason.KnownConversation);
        (await host.DecideAsync(id: "after")).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task After_enabling_a_check_that_is_not_due_is_not_requested()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
    }

    [Fact]
    public async Task Racing_conversations_request_nothing_once_the_provider_is_disabled()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await Repeat.AtOnce(
                60,
                async i =>
                {
                    if (i == 30)
                    {
                        await host.SetEnabledAsync(isEnabled: false);
                    }
                    else
                    {
                        await host.ReceiveAsync($"person{i}@example.com");
                    }

                    return true;
                }
            );

            (await host.DrainAsync()).Should().Be(0);
            (await host.ReceiveAsync("late@example.com")).Checks[0].Reason.Should().Be(CheckReason.ProviderDisabled);
            host.Provider.Calls.Should().Be(0);
        });
    }

    [Fact]
    public async Task A_result_that_races_with_disabling_is_applied_or_dropped_as_a_whole()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var before = (await host.ReceiveAsync()).Profile!;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await held.ReleaseWhile(() => host.SetEnabledAsync(isEnabled: false));
            await drain;

            var check = (await host.CheckOfAsync(before.Id))!;
            var after = await host.ReadAsync(before);
            (check.LastOutcome, after.Version, after.Photo is null, check.IsPending)
                .Should()
                .BeOneOf((CheckOutcome.Matched, 2, false, false), (CheckOutcome.Dropped, 1, true, false));
        });
    }
}
