using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A provider that is paused is not called; its checks wait and are made when the pause ends. What was not sent is no
/// attempt.
/// </summary>
public sealed class Rule11_PausedProvidersTests
{
    private static readonly ProviderPause BadKey = new(
        ProviderFailure.InvalidApiKey,
        "Set the key in the option ApiKey."
    );

    public static TheoryData<ProviderFailure> Failures => [.. Enum.GetValues<ProviderFailure>()];

    [Fact]
    public async Task Checks_of_a_paused_provider_are_not_claimed()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Pause = BadKey;
        var id = (await host.ReceiveAsync()).Profile!.Id;
        store.ClearCalls();
        (await host.DrainAsync()).Should().Be(0);

        store.Calls.Should().BeEmpty();
        host.Provider.Calls.Should().Be(0);
        (await host.CheckOfAsync(id)).Should().Match<CheckState>(check => check.IsPending && check.LastFailure == null);
    }

    [Fact]
    public async Task Waiting_checks_run_when_the_pause_ends()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        host.Provider.Pause = BadKey;
        (await host.DecideAsync())
            .Should()
            .Match<CheckDecision>(decision => decision.Requested && decision.Reason == CheckReason.Due);
        (await host.ReceiveAsync("grace@example.org"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Checks[0]
            .Reason.Should()
            .Be(CheckReason.FirstCheck);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        for (var i = 0; i < 10; i++)
        {
            (await host.DrainAsync()).Should().Be(0);
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        host.Provider.Pause = null;
        (await host.DrainAsync()).Should().Be(2);
        host.Provider.Calls.Should().Be(3);
        host.Provider.Questions.Skip(1).Should().OnlyContain(request => request.Attempt == 1);
    }

    [Fact]
    public async Task Of_two_providers_only_the_paused_one_waits()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Provider.Pause = BadKey;
        var id = (await host.ReceiveAsync()).Profile!.Id;
        (await host.DrainAsync()).Should().Be(1);

        (host.Provider.Calls, host.Providers[1].Calls).Should().Be((0, 1));
        ((await host.CheckOfAsync(id))!.IsPending, (await host.CheckOfAsync(id, "other"))!.IsPending)
            .Should()
            .Be((true, false));
        var sidebar = (await host.Profiles.GetSidebarAsync(id))!;
        (sidebar.Providers[0].Pause, sidebar.Providers[1].Pause).Should().Be((BadKey, null));
        host.Provider.Pause = null;
        (await host.DrainAsync()).Should().Be(1);
        (host.Provider.Calls, host.Providers[1].Calls).Should().Be((1, 1));
    }

    [Fact]
    public async Task A_pause_that_begins_after_the_claim_prevents_the_lookup()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(options => options.MaxAttempts = 1, store: store, time: time);
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: null);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        store.After = call =>
        {
            if (call == nameof(ICustomerProfileStore.ClaimNextCheckAsync))
            {
                host.Provider.Pause = BadKey;
            }

            return Task.CompletedTask;
        };
        await host.DrainAsync();
        store.After = null;

        host.Provider.Calls.Should().Be(0);
        (await host.BudgetUsedAsync("2026-01-31")).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        host.Provider.Pause = null;
        (await host.DrainAsync()).Should().Be(1, "no lease keeps it waiting, and what was not sent is no attempt");
        host.Provider.Questions.Should().ContainSingle().Which.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task A_pause_that_begins_while_checks_run_lets_them_end_and_begins_no_other()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.ReceiveAsync("grace@example.org");
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        host.Provider.Pause = BadKey;
        held.Release();

        // The second may have been claimed before the pause began, and is given back then.
        await drain;
        host.Provider.Calls.Should().Be(1);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_check_whose_provider_was_disabled_during_a_pause_does_not_run()
    {
        await using var host = new TestHost();
        host.Provider.Pause = BadKey;
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.SetEnabledAsync(isEnabled: false);
        await host.SetEnabledAsync(isEnabled: true);
        host.Provider.Pause = null;

        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeFalse();
    }

    [Fact]
    public async Task A_callback_is_accepted_during_a_pause()
    {
        await using var host = new TestHost();
        var (id, callback) = await host.WaitingAsync();
        host.Provider.Pause = BadKey;

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(id)).Location.Should().Be("London");
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_that_is_no_attempt_may_happen_any_number_of_times(ProviderFailure failure)
    {
        await using var host = new TestHost(options => options.MaxAttempts = 2);
        host.Provider.Otherwise = new ProviderResult.Failed(failure, Duration.FromMinutes(1), countsAsAttempt: false);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 50; i++)
        {
            (await host.DrainAsync()).Should().Be(1);
            (await host.CheckOfAsync(id))
                .Should()
                .Match<CheckState>(check =>
                    check.IsPending && check.LastFailure == failure && check.LastCheckAt == null
                );
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        host.Provider.Questions.Should().HaveCount(50).And.OnlyContain(request => request.Attempt == 1);

        // Of those that do count it has all that it had.
        host.Provider.Otherwise = new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromMinutes(1));
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromMinutes(1));
        host.Provider.Otherwise = new ProviderResult.Matched(FakeProvider.Ada());
        await host.DrainAsync();
        host.Provider.Questions.Last().Attempt.Should().Be(2);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.LastOutcome == CheckOutcome.Matched && check.LastFailure == null);
    }

    [Fact]
    public async Task A_failure_that_is_no_attempt_may_also_happen_at_the_last_one()
    {
        await using var host = new TestHost(options => options.MaxAttempts = 1);
        host.Provider.Otherwise = new ProviderResult.Failed(
            ProviderFailure.InvalidApiKey,
            Duration.FromMinutes(1),
            countsAsAttempt: false
        );
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 10; i++)
        {
            (await host.DrainAsync()).Should().Be(1);
            (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        host.Provider.Calls.Should().Be(10);
    }

    [Fact]
    public async Task A_failure_that_is_no_attempt_and_says_no_time_is_left_to_the_next_conversation()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.InvalidApiKey, countsAsAttempt: false));
        var id = (await host.CheckedAsync()).Id;

        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == ProviderFailure.InvalidApiKey);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }
}
