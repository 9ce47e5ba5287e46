using System.Diagnostics.Metrics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A budget is never passed, whoever races; what turned out to be free is taken back; and only checks wait, never
/// conversations.
/// </summary>
public sealed class Rule11_BudgetTests
{
    private const string Day = "2026-01-31";
    private const string Month = "2026-01";

    /// <summary>Every result, and whether it is, or may be, paid.</summary>
    public static TheoryData<ProviderResult, bool> WhatIsPaid
    {
        get
        {
            var data = new TheoryData<ProviderResult, bool>
            {
                { new ProviderResult.Matched(FakeProvider.Ada()), true },
                { new ProviderResult.Matched(new PublicInformation()), true },
                { new ProviderResult.CallbackExpected(Duration.FromHours(1)), true },
                { new ProviderResult.NoMatch(), false },
                { new ProviderResult.Withheld(), false },
                {
                    new ProviderResult.NoMatch { MayBeCharged = true },
                    true
                },
                {
                    new ProviderResult.Pending(Duration.FromHours(1)) { MayBeCharged = true },
                    true
                },
                {
                    new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromHours(1)) { MayBeCharged = true },
                    true
                },
                { new ProviderResult.Pending(Duration.FromHours(1)), false },
            };
            ProviderFailure[] unsure =
            [
                ProviderFailure.TimedOut,
                ProviderFailure.InvalidResponse,
                ProviderFailure.NoResponse,
                ProviderFailure.Unexpected,
            ];
            foreach (var failure in Enum.GetValues<ProviderFailure>())
            {
                data.Add(new ProviderResult.Failed(failure), unsure.Contains(failure));

                // A failure with a time to retry had no result; neither had one whose request was not sent.
                data.Add(new ProviderResult.Failed(failure, Duration.FromHours(1)), false);
                data.Add(new ProviderResult.Failed(failure, countsAsAttempt: false), false);
            }

            return data;
        }
    }

    public static TheoryData<ProviderBudget, Instant, Instant> PeriodsThatEnd =>
        new()
        {
            { new ProviderBudget(perDay: 1, perMonth: null), TestHost.Start, Instant.FromUtc(2026, 2, 1, 0, 0) },
            { new ProviderBudget(perDay: null, perMonth: 1), TestHost.Start, Instant.FromUtc(2026, 2, 1, 0, 0) },
            { new ProviderBudget(perDay: 1, perMonth: 2), TestHost.Start, Instant.FromUtc(2026, 2, 1, 0, 0) },
            {
                new ProviderBudget(perDay: 1, perMonth: 9),
                Instant.FromUtc(2026, 3, 3, 0, 0),
                Instant.FromUtc(2026, 3, 4, 0, 0)
            },
            {
                new ProviderBudget(perDay: 9, perMonth: 1),
                Instant.FromUtc(2026, 3, 3, 0, 0),
                Instant.FromUtc(2026, 4, 1, 0, 0)
            },
            {
                new ProviderBudget(perDay: 1, perMonth: null),
                Instant.FromUtc(2028, 2, 28, 23, 59),
                Instant.FromUtc(2028, 2, 29, 0, 0)
            },
            {
                new ProviderBudget(perDay: 1, perMonth: null),
                Instant.FromUtc(2028, 2, 29, 12, 0),
                Instant.FromUtc(2028, 3, 1, 0, 0)
            },
            {
                new ProviderBudget(perDay: null, perMonth: 1),
                Instant.FromUtc(2028, 2, 1, 0, 0),
                Instant.FromUtc(2028, 3, 1, 0, 0)
            },
            {
                new ProviderBudget(perDay: null, perMonth: 1),
                Instant.FromUtc(2026, 12, 31, 23, 0),
                Instant.FromUtc(2027, 1, 1, 0, 0)
            },
        };

    [Theory]
    [InlineData(5, null)]
    [InlineData(null, 5)]
    [InlineData(5, 7)]
    [InlineData(7, 5)]
    public async Task Racing_hosts_never_exceed_the_budget(int? perDay, int? perMonth)
    {
        await Repeat.ManyTimes(async () =>
        {
            var provider = new FakeProvider { Budget = new ProviderBudget(perDay, perMonth) };
            await using var host = new TestHost(providers: provider);
            var hosts = new List<TestHost> { host };
            for (var i = 0; i < 7; i++)
            {
                hosts.Add(new TestHost(store: host.Store, time: host.Time, providers: provider));
            }

            for (var i = 0; i < 40; i++)
            {
                await host.ReceiveAsync($"person{i}@example.com");
            }

            await Repeat.AtOnce(32, i => hosts[i % hosts.Count].DrainAsync());

            provider.Calls.Should().Be(5);
            (await host.BudgetUsedAsync(Day)).Should().Be(perDay is null ? 0 : 5);
            (await host.BudgetUsedAsync(Month)).Should().Be(perMonth is null ? 0 : 5);
            foreach (var other in hosts.Skip(1))
            {
                await other.DisposeAsync();
            }
        });
    }

    [Fact]
    public async Task Requests_under_way_count_against_the_budget()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 10);
        await using var other = new TestHost(store: host.Store, time: host.Time, providers: host.Provider);
        host.Provider.Budget = new ProviderBudget(perDay: 3, perMonth: null);
        HeldCall[] held = [host.Provider.HoldNext(), host.Provider.HoldNext(), host.Provider.HoldNext()];
        for (var i = 0; i < 10; i++)
        {
            await host.ReceiveAsync($"person{i}@example.com");
        }

        var drain = host.BeginDrain();
        await Task.WhenAll(held.Select(call => call.Arrived));
        await other.DrainAsync();
        host.Provider.Calls.Should().Be(3);

        foreach (var call in held)
        {
            call.Release();
        }

        await drain;
        await other.DrainAsync();
        (host.Provider.Calls, host.Provider.HighWater, await host.BudgetUsedAsync(Day)).Should().Be((3, 3, 3));
    }

    [Fact]
    public async Task Free_results_are_refunded_so_all_checks_run_within_the_budget()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost(options => options.MaxConcurrentChecks = 8);
            host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: 2);
            host.Provider.Otherwise = new ProviderResult.NoMatch();
            for (var i = 0; i < 30; i++)
            {
                await host.ReceiveAsync($"person{i}@example.com");
                host.Provider.Next(
                    async (_, _) =>
                    {
                        await Task.Yield();
                        return new ProviderResult.NoMatch();
                    }
                );
            }

            await Repeat.AtOnce(32, _ => host.DrainAsync());

            host.Provider.Calls.Should().Be(30);
            host.Provider.HighWater.Should().BeLessThanOrEqualTo(2);
            (await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month)).Should().Be((0, 0));
        });
    }

    [Theory]
    [MemberData(nameof(WhatIsPaid))]
    public async Task Free_results_are_refunded_and_those_that_may_be_paid_stay_counted(
        ProviderResult result,
        bool isPaid
    )
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: 10);
        host.Provider.Next(result);
        await host.ReceiveAsync();
        (await host.DrainAsync()).Should().Be(1);

        (await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month)).Should().Be(isPaid ? (1, 1) : (0, 0));
    }

    [Theory]
    [InlineData("no result in time")]
    [InlineData("thrown out of")]
    [InlineData("cut off")]
    public async Task A_request_with_an_unknown_outcome_stays_counted(string how)
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: null);
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        using var stop = new CancellationTokenSource();
        var drain = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
        await held.Arrived;
        switch (how)
        {
            case "no result in time":
                host.Time.Advance(TimeSpan.FromSeconds(30));
                break;
            case "thrown out of":
                held.Throw(new HttpRequestException());
                break;
            default:
                await stop.CancelAsync();
                break;
        }

        await Task.WhenAny(drain);
        (await host.BudgetUsedAsync(Day)).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(PeriodsThatEnd))]
    public async Task Waiting_checks_run_in_the_next_period_without_a_new_conversation(
        ProviderBudget budget,
        Instant start,
        Instant end
    )
    {
        await using var host = new TestHost(time: new TestTime(start));
        host.Provider.Budget = budget;
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var waiting = (await host.ReceiveAsync("grace@example.org")).Profile!.Id;
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        (await host.CheckOfAsync(waiting))
            .Should()
            .Match<CheckState>(check =>
                check.IsPending && check.LastCheckAt == null && check.LastFailure == ProviderFailure.BudgetExhausted
            );

        host.Time.GoTo(end - Duration.FromTicks(1));
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);
        host.Time.GoTo(end);
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(2);
        (await host.CheckOfAsync(waiting))
            .Should()
            .Match<CheckState>(check => check.LastOutcome == CheckOutcome.Matched && check.LastFailure == null);
    }

    [Fact]
    public async Task A_refund_of_another_host_is_used_after_a_quarter_of_an_hour()
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: null);
        var elsewhere = new BudgetPeriod(FakeProvider.DefaultName, Day);
        (await host.Store.TryReserveBudgetAsync(elsewhere, 1, default)).Should().BeTrue();
        await host.ReceiveAsync();
        await host.DrainAsync();
        await host.Store.RefundAsync(elsewhere, default);

        host.Time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromTicks(1));
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(0);
        host.Time.Advance(TimeSpan.FromTicks(1));
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_request_whose_month_fails_to_be_counted_is_refunded_for_the_day()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: 10);
        await host.ReceiveAsync();
        var usages = 0;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.TryReserveBudgetAsync) && ++usages == 2
                ? throw new IOException()
                : Task.CompletedTask;

        await host.DrainAsync();

        (host.Provider.Calls, usages).Should().Be((0, 2));
        store.Before = null;
        (await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month)).Should().Be((0, 0));
        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1006)
            .Which.Message.Should()
            .Contain("IOException")
            .And.EndWith("Tried again: False.");
    }

    [Fact]
    public async Task Waiting_for_the_budget_uses_up_no_attempts()
    {
        await using var host = new TestHost(options => options.MaxAttempts = 1);
        host.Provider.Budget = new ProviderBudget(perDay: 0, perMonth: null);
        await host.ReceiveAsync();
        for (var i = 0; i < 10; i++)
        {
            await host.DrainAsync();
            host.Time.Advance(TimeSpan.FromDays(1));
        }

        host.Provider.Calls.Should().Be(0);
        host.Provider.Budget = null;
        await host.DrainAsync();
        host.Provider.Questions.Should().ContainSingle().Which.Attempt.Should().Be(1);
    }

    [Fact]
    public async Task An_exhausted_budget_changes_nothing_for_conversations()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        host.Provider.Budget = new ProviderBudget(perDay: 0, perMonth: 0);
        (await host.ReceiveAsync("grace@example.org"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Checks[0]
            .Reason.Should()
            .Be(CheckReason.FirstCheck);
        await host.DrainAsync();

        var due = host.ReceiveAsync();
        due.IsCompletedSuccessfully.Should().BeTrue();
        (await due)
            .Checks[0]
            .Should()
            .Match<CheckDecision>(decision => decision.Requested && decision.Reason == CheckReason.Due);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        (await host.DecideAsync("alan@example.net")).Reason.Should().Be(CheckReason.FirstCheck);
        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task Each_host_logs_an_exhausted_budget_once_for_each_period()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 8);
        await using var other = new TestHost(store: host.Store, time: host.Time, providers: host.Provider);
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: null);
        for (var i = 0; i < 20; i++)
        {
            await host.ReceiveAsync($"person{i}@example.com");
        }

        // The first match is all of the budget for long enough to be said; then the other request turns out to have
        // been free.
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        held.Release(new ProviderResult.NoMatch());
        await drain;
        for (var i = 0; i < 10; i++)
        {
            await host.DrainAsync();
            await other.DrainAsync();
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        foreach (var each in new[] { host, other })
        {
            each.Logs.GetSnapshot()
                .Where(line => line.Id.Id == 1011)
                .Should()
                .ContainSingle()
                .Which.Message.Should()
                .Contain(" 2 ")
                .And.Contain(FakeProvider.DefaultName)
                .And.Contain(Day)
                .And.Contain("2026-02-01T00:00:00Z");
        }

        host.Logs.GetSnapshot().Should().NotContain(line => line.Id.Id == 1002, "no check has failed");
        host.Time.GoTo(Instant.FromUtc(2026, 2, 1, 0, 0));
        await host.DrainAsync();
        await host.DrainAsync();
        host.Logs.GetSnapshot()
            .Where(line => line.Id.Id == 1011)
            .Should()
            .HaveCount(2)
            .And.Contain(line => line.Message.Contains("2026-02-01 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, null, 2)]
    [InlineData(null, 3, 3)]
    [InlineData(2, 3, 2)]
    public async Task A_raised_budget_is_used_at_once(int? perDay, int? perMonth, int calls)
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: 1);
        for (var i = 0; i < 5; i++)
        {
            await host.ReceiveAsync($"person{i}@example.com");
        }

        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);
        host.Provider.Budget = new ProviderBudget(perDay, perMonth);
        await host.DrainAsync();

        host.Provider.Calls.Should().Be(calls);
        host.Provider.Budget = null;
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(5);
    }

    [Fact]
    public async Task A_request_that_the_month_refuses_is_refunded_for_the_day()
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: 1);
        for (var i = 0; i < 4; i++)
        {
            await host.ReceiveAsync($"person{i}@example.com");
        }

        await host.DrainAsync();
        (host.Provider.Calls, await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month))
            .Should()
            .Be((1, 1, 1));
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: 9);
        await host.DrainAsync();
        (host.Provider.Calls, await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month))
            .Should()
            .Be((2, 2, 2));
    }

    [Fact]
    public async Task A_day_that_was_full_only_by_a_refunded_request_is_not_exhausted()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: 0);
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org");

        // Between the day and the month of the one request, the other one finds the day full.
        var reserves = 0;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.TryReserveBudgetAsync) && ++reserves == 2)
            {
                await host.DrainAsync();
            }
        };
        await host.DrainAsync();
        store.Before = null;
        (await host.BudgetUsedAsync(Day)).Should().Be(0);
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: 1);
        await host.DrainAsync();

        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_refund_during_another_refusal_is_not_lost()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: null);
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org");
        var held = host.Provider.HoldNext();

        // The store has refused, and before the host has heard of it the one request under way turns out to have been
        // free.
        using var ended = new MetricCollector<long>(
            host.Get<IMeterFactory>(),
            CustomerProfilesDiagnostics.MeterName,
            "customerprofiles.checks"
        );
        var reserves = 0;
        store.After = async call =>
        {
            if (call == nameof(ICustomerProfileStore.TryReserveBudgetAsync) && ++reserves == 2)
            {
                held.Release(new ProviderResult.NoMatch());
                await ended.WaitForMeasurementsAsync(1).Soon();
            }
        };
        await host.DrainAsync();
        await host.DrainAsync();

        host.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_restarted_host_knows_the_budget_usage()
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: null);
        await host.CheckedAsync();
        await using var restarted = new TestHost(
            store: host.Store,
            time: host.Time,
            providers: new FakeProvider { Budget = host.Provider.Budget }
        );
        await restarted.ReceiveAsync("grace@example.org");
        await restarted.ReceiveAsync("alan@example.net");
        await restarted.DrainAsync();

        restarted.Provider.Calls.Should().Be(1);
        restarted.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1011);
    }

    [Fact]
    public async Task Tenants_share_a_budget_and_providers_do_not()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Provider.Budget = host.Providers[1].Budget = new ProviderBudget(perDay: 1, perMonth: null);
        await host.ReceiveAsync();
        await host.ReceiveAsync(tenant: new TenantId("acme"));
        await host.DrainAsync();

        (host.Provider.Calls, host.Providers[1].Calls).Should().Be((1, 1));
    }

    [Fact]
    public async Task The_sidebar_shows_an_exhausted_budget_until_it_is_renewed()
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: null);
        var id = (await host.CheckedAsync()).Id;
        async Task<ProviderPause?> PauseAsync() => (await host.Profiles.GetSidebarAsync(id))!.Providers[0].Pause;
        (await PauseAsync()).Should().BeNull("nothing more was requested");
        await host.ReceiveAsync("grace@example.org");
        await host.DrainAsync();

        var pause = (await PauseAsync())!;
        pause.Failure.Should().Be(ProviderFailure.BudgetExhausted);
        pause.Remedy.Should().Contain(Day).And.Contain("2026-02-01T00:00:00Z").And.Contain(" 1 ");
        host.Time.GoTo(Instant.FromUtc(2026, 2, 1, 0, 0));
        (await PauseAsync()).Should().BeNull();
    }

    [Fact]
    public async Task An_exhausted_month_ends_where_the_next_one_begins()
    {
        await using var host = new TestHost();
        host.Provider.Budget = new ProviderBudget(perDay: null, perMonth: 0);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.DrainAsync();

        (await host.Profiles.GetSidebarAsync(id))!
            .Providers[0]
            .Pause!.Remedy.Should()
            .Contain(Month)
            .And.Contain("2026-02-01T00:00:00Z");
        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1011)
            .Which.Message.Should()
            .Contain("2026-02-01T00:00:00Z");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_free_callback_is_refunded_for_the_day_of_its_request(bool isFree)
    {
        await using var host = new TestHost();
        await using var web = new TestHost(
            store: host.Store,
            time: host.Time,
            providers: new FakeProvider { Budget = new ProviderBudget(1, 1) }
        );
        host.Provider.Budget = new ProviderBudget(perDay: 1, perMonth: 1);
        var (_, callback) = await host.WaitingAsync(timeout: Duration.FromDays(2));
        (await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month))
            .Should()
            .Be((1, 1), "it may still be paid");
        host.Time.Advance(TimeSpan.FromDays(1));
        await web.ReceiveAsync("grace@example.org");
        await web.DrainAsync();

        (await web.TakeAsync(callback, isFree ? new ProviderResult.NoMatch() : null))
            .Should()
            .Be(CallbackReceipt.Accepted);
        (await web.TakeAsync(callback, new ProviderResult.NoMatch())).Should().Be(CallbackReceipt.AlreadyCompleted);
        (await host.BudgetUsedAsync(Day), await host.BudgetUsedAsync(Month)).Should().Be(isFree ? (0, 0) : (1, 1));
        (await host.BudgetUsedAsync("2026-02-01"), await host.BudgetUsedAsync("2026-02"))
            .Should()
            .Be((1, 1), "Grace was paid for");
    }

    [Fact]
    public async Task A_refund_of_another_host_is_noticed_later()
    {
        await using var host = new TestHost();
        await using var web = new TestHost(
            store: host.Store,
            time: host.Time,
            providers: new FakeProvider { Budget = new ProviderBudget(null, 1) }
        );
        host.Provider.Budget = new ProviderBudget(perDay: null, perMonth: 1);
        var (_, callback) = await host.WaitingAsync();
        await host.ReceiveAsync("grace@example.org");
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1);
        await web.TakeAsync(callback, new ProviderResult.NoMatch());
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(1, "a host does not call the store for each check");

        // The host that looks up learns nothing of that, and must not wait for the next month.
        host.Time.Advance(TimeSpan.FromMinutes(30));
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(2);
        (await host.Profiles.GetSidebarAsync(callback.CustomerId))!.Providers[0].Pause.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_fails_to_reserve_causes_no_lookup_and_loses_no_check(bool before)
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: null);
        await host.ReceiveAsync();
        Func<string, Task> fail = call =>
            call == nameof(ICustomerProfileStore.TryReserveBudgetAsync) ? throw new IOException() : Task.CompletedTask;
        (store.Before, store.After) = (before ? fail : null, before ? null : fail);
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(0);
        (store.Before, store.After) = (null, null);
        host.Time.Advance(TimeSpan.FromMinutes(2));

        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Calls.Should().Be(1);
        (await host.BudgetUsedAsync(Day))
            .Should()
            .Be(before ? 1 : 2, "what may have been counted stays so: too few lookups rather than too many");
    }

    [Fact]
    public async Task A_store_that_fails_to_refund_keeps_the_result()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 2, perMonth: null);
        host.Provider.Next(new ProviderResult.NoMatch());
        store.Before = call =>
            call == nameof(ICustomerProfileStore.RefundAsync) ? throw new IOException() : Task.CompletedTask;
        var id = (await host.CheckedAsync()).Id;

        store.Before = null;
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.NoMatch);
        (await host.BudgetUsedAsync(Day)).Should().Be(1);
    }
}
