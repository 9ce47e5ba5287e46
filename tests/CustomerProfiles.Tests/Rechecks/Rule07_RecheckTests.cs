using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Tests.Rechecks;

public sealed class Rule07_RecheckTests
{
    [Fact]
    public void A_policy_without_a_period_or_a_zone_is_a_misuse()
    {
        var withoutPeriod = () => new CalendarRecheckPolicy(null!, DateTimeZone.Utc);
        var withoutZone = () => new CalendarRecheckPolicy(Period.FromMonths(2), null!);

        withoutPeriod.Should().Throw<ArgumentNullException>().WithParameterName("after");
        withoutZone.Should().Throw<ArgumentNullException>().WithParameterName("zone");
    }

    private static readonly Duration Tick = Duration.FromTicks(1);

    private static readonly Gen<Instant> AnyInstant = Gen.Long[
            Instant.FromUtc(1900, 1, 1, 0, 0).ToUnixTimeTicks(),
            Instant.FromUtc(2200, 1, 1, 0, 0).ToUnixTimeTicks()
        ]
        .Select(Instant.FromUnixTimeTicks);

    /// <summary>Instants near the ends of months, where calendars differ from counting days.</summary>
    private static readonly Gen<Instant> MonthEnd = Gen.Select(
            Gen.Int[1990, 2060],
            Gen.Int[1, 12],
            Gen.Int[-3, 3],
            Gen.Int[0, 23]
        )
        .Select((year, month, day, hour) => Instant.FromUtc(year, month, 1, hour, 0) + Duration.FromDays(day));

    [Theory]
    [InlineData("2025-12-31T08:30:00Z", "2026-02-28T08:30:00Z")]
    [InlineData("2023-12-31T08:30:00Z", "2024-02-29T08:30:00Z")]
    [InlineData("2025-12-30T08:30:00Z", "2026-02-28T08:30:00Z")]
    [InlineData("2023-12-30T08:30:00Z", "2024-02-29T08:30:00Z")]
    [InlineData("2025-12-29T08:30:00Z", "2026-02-28T08:30:00Z")]
    [InlineData("2025-12-28T08:30:00Z", "2026-02-28T08:30:00Z")]
    [InlineData("2024-02-29T00:00:00Z", "2024-04-29T00:00:00Z")]
    [InlineData("2025-02-28T23:59:59Z", "2025-04-28T23:59:59Z")]
    [InlineData("2025-08-31T12:00:00Z", "2025-10-31T12:00:00Z")]
    [InlineData("2025-07-31T12:00:00Z", "2025-09-30T12:00:00Z")]
    [InlineData("2025-06-30T12:00:00Z", "2025-08-30T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z", "2026-03-31T12:00:00Z")]
    [InlineData("2099-12-31T23:59:59Z", "2100-02-28T23:59:59Z")]
    [InlineData("1999-12-31T23:59:59Z", "2000-02-29T23:59:59Z")]
    [InlineData("1969-12-31T00:00:00Z", "1970-02-28T00:00:00Z")]
    public void Two_months_after_the_last_check_it_is_not_due_and_one_tick_later_it_is(string lastCheck, string due)
    {
        Expect(Policy(), At(lastCheck), At(due));
    }

    [Theory]
    // 02:30 is skipped: 03:30 in summer time
    [InlineData("America/New_York", "2026-01-08T07:30:00Z", "2026-03-08T07:30:00Z")]
    [InlineData("America/New_York", "2026-09-01T05:30:00Z", "2026-11-01T05:30:00Z")] // 01:30 comes twice: the earlier
    // noon stays noon when the clocks change
    [InlineData("America/New_York", "2026-01-15T17:00:00Z", "2026-03-15T16:00:00Z")]
    // 30 December was skipped: 31 December at noon
    [InlineData("Pacific/Apia", "2011-10-30T22:00:00Z", "2011-12-30T22:00:00Z")]
    [InlineData("America/Los_Angeles", "2025-12-31T02:00:00Z", "2026-03-01T02:00:00Z")] // 30 December there
    [InlineData("UTC", "2025-12-31T02:00:00Z", "2026-02-28T02:00:00Z")]
    [InlineData("Asia/Tokyo", "2025-12-30T20:00:00Z", "2026-02-27T20:00:00Z")] // 31 December there
    [InlineData("Asia/Kathmandu", "2025-08-30T19:00:00Z", "2025-10-30T19:00:00Z")] // 31 August, 00:45, there
    public void The_months_are_those_of_the_zone(string zone, string lastCheck, string due)
    {
        Expect(Policy(zone: DateTimeZoneProviders.Tzdb[zone]), At(lastCheck), At(due));
    }

    [Fact]
    public void A_host_can_set_another_period()
    {
        Expect(Policy(Period.FromDays(10)), At("2026-02-20T00:00:00Z"), At("2026-03-02T00:00:00Z"));
        Expect(Policy(Period.FromYears(1)), At("2024-02-29T00:00:00Z"), At("2025-02-28T00:00:00Z"));
        Expect(
            Policy(new PeriodBuilder { Months = 1, Days = 1 }.Build()),
            At("2026-01-31T00:00:00Z"),
            At("2026-03-01T00:00:00Z")
        );
    }

    [Theory]
    [InlineData("9999-11-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void At_the_end_of_the_calendar_it_is_never_due_and_never_throws(string lastCheck)
    {
        foreach (
            var zone in new[]
            {
                DateTimeZone.Utc,
                DateTimeZoneProviders.Tzdb["Pacific/Apia"],
                DateTimeZoneProviders.Tzdb["America/Los_Angeles"],
            }
        )
        {
            foreach (var last in new[] { At(lastCheck), Instant.MaxValue })
            {
                Policy(zone: zone)
                    .Decide(new RecheckContext(ConversationDirection.Received, Instant.MaxValue, last))
                    .Should()
                    .Be(new RecheckDecision(isDue: false, CheckReason.NotDueYet, dueAfter: null));
            }
        }
    }

    [Fact]
    public void A_period_beyond_all_calendars_is_never_due_and_never_throws()
    {
        foreach (
            var after in new[]
            {
                Period.FromYears(int.MaxValue),
                Period.FromMonths(int.MaxValue),
                Period.FromDays(int.MaxValue),
                Period.FromWeeks(int.MaxValue),
            }
        )
        {
            Policy(after)
                .Decide(new RecheckContext(ConversationDirection.Received, Instant.MaxValue, TestHost.Start))
                .Should()
                .Be(new RecheckDecision(isDue: false, CheckReason.NotDueYet, dueAfter: null));
        }
    }

    [Fact]
    public void A_check_from_the_future_is_not_due()
    {
        Policy()
            .Decide(
                new RecheckContext(
                    ConversationDirection.Received,
                    TestHost.Start,
                    TestHost.Start + Duration.FromDays(400)
                )
            )
            .IsDue.Should()
            .BeFalse();
    }

    [Fact]
    public void A_first_check_is_due_for_received_and_composed_conversations()
    {
        foreach (var trigger in Enum.GetValues<ConversationDirection>())
        {
            Policy()
                .Decide(new RecheckContext(trigger, TestHost.Start, lastCheckAt: null))
                .Should()
                .Be(new RecheckDecision(isDue: true, CheckReason.FirstCheck, dueAfter: null));
        }
    }

    [Fact]
    public void A_composed_conversation_never_starts_a_recheck()
    {
        var last = At("2020-01-31T00:00:00Z");
        Policy()
            .Decide(new RecheckContext(ConversationDirection.Composed, TestHost.Start, last))
            .Should()
            .Be(new RecheckDecision(isDue: false, CheckReason.ComposedNeverRechecks, At("2020-03-31T00:00:00Z")));
    }

    [Fact]
    public void It_agrees_with_the_calendar_of_the_framework()
    {
        Gen.OneOf(AnyInstant, MonthEnd)
            .Sample(last =>
            {
                var due = Instant.FromDateTimeUtc(last.ToDateTimeUtc().AddMonths(2));
                return DueAfter(last) == due
                    && IsDue(last, due + Tick)
                    && !IsDue(last, due)
                    && !IsDue(last, due - Tick);
            });
    }

    [Fact]
    public void It_agrees_with_the_time_that_has_passed_between()
    {
        Gen.Select(Gen.OneOf(AnyInstant, MonthEnd), Gen.Long[0, 100 * NodaConstants.TicksPerDay], Gen.Bool)
            .Sample(
                (last, passed, whole) =>
                {
                    // Whole days meet the exact instant of two months now and then.
                    var now = last + Duration.FromTicks(whole ? passed - (passed % NodaConstants.TicksPerDay) : passed);
                    var between = Period.Between(
                        last.InUtc().LocalDateTime,
                        now.InUtc().LocalDateTime,
                        PeriodUnits.Months | PeriodUnits.Days | PeriodUnits.Ticks
                    );
                    var moreThanTwoMonths =
                        between.Months > 2 || (between.Months == 2 && (between.Days > 0 || between.Ticks > 0));
                    return IsDue(last, now) == moreThanTwoMonths;
                }
            );
    }

    [Fact]
    public void A_later_check_is_never_due_on_an_earlier_day()
    {
        // Of the day only: at a month's end two days become one, and on that one the time of day decides.
        Gen.Select(Gen.OneOf(AnyInstant, MonthEnd), Gen.Long[0, 10 * NodaConstants.TicksPerDay])
            .Sample(
                (last, later) =>
                    DueAfter(last)?.InUtc().Date <= DueAfter(last + Duration.FromTicks(later))?.InUtc().Date
            );
    }

    [Fact]
    public void Months_are_added_in_one_step_and_never_chained()
    {
        DueAfter(At("2026-01-31T00:00:00Z"))
            .Should()
            .Be(At("2026-03-31T00:00:00Z"), "by way of February it would be the 28th");
        MonthEnd.Sample(last =>
        {
            // The day of the month stays, or is the last of its month.
            var (from, to) = (last.InUtc().Date, DueAfter(last)!.Value.InUtc().Date);
            return to.Day == from.Day || (to.Day < from.Day && to == to.With(DateAdjusters.EndOfMonth));
        });
    }

    [Fact]
    public void The_same_context_always_gets_the_same_decision()
    {
        var policy = Policy(zone: DateTimeZoneProviders.Tzdb["Europe/Berlin"]);
        Gen.Select(AnyInstant, AnyInstant)
            .Sample(
                (last, now) =>
                {
                    var request = new RecheckContext(ConversationDirection.Received, now, last);
                    return policy.Decide(request) == policy.Decide(request);
                }
            );
    }

    [Fact]
    public async Task The_first_conversation_requests_a_check()
    {
        await using var host = new TestHost();

        (await host.DecideAsync())
            .Should()
            .Be(new CheckDecision(FakeProvider.DefaultName, requested: true, CheckReason.FirstCheck, dueAfter: null));
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_new_conversation_requests_a_recheck_only_after_two_months()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        var due = Instant.FromUtc(2026, 3, 31, 10, 15);

        host.Time.GoTo(due);
        (await host.DecideAsync())
            .Should()
            .Be(new CheckDecision(FakeProvider.DefaultName, requested: false, CheckReason.NotDueYet, due));
        (await host.DrainAsync()).Should().Be(0);

        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.DecideAsync())
            .Should()
            .Be(new CheckDecision(FakeProvider.DefaultName, requested: true, CheckReason.Due, due));
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task Two_months_are_counted_from_the_result_and_not_from_the_conversation()
    {
        await using var host = new TestHost();
        var profile = (await host.ReceiveAsync()).Profile!;
        host.Time.Advance(TimeSpan.FromDays(5));
        await host.DrainAsync();

        (await host.CheckOfAsync(profile.Id))!.LastCheckAt.Should().Be(TestHost.Start + Duration.FromDays(5));
        (await host.DecideAsync()).DueAfter.Should().Be(Instant.FromUtc(2026, 4, 5, 10, 15));
    }

    [Fact]
    public async Task A_recheck_is_due_by_the_hosts_clock_and_not_by_the_date_of_the_message()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("from-the-future", TestHost.Ada, host.Now + Duration.FromDays(4_000))
        );
        outcome.Checks[0].Reason.Should().Be(CheckReason.NotDueYet);
    }

    [Fact]
    public async Task Time_alone_never_requests_a_check()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        for (var month = 0; month < 24; month++)
        {
            host.Time.Advance(TimeSpan.FromDays(31));
            (await host.DrainAsync()).Should().Be(0);
        }

        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_composed_conversation_starts_a_first_check_and_never_a_recheck()
    {
        await using var host = new TestHost();
        (await host.ComposeAsync()).Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
        (await host.DrainAsync()).Should().Be(1);

        host.PassTwoMonths();
        var decision = (await host.ComposeAsync()).Checks[0];
        (decision.Requested, decision.Reason, decision.DueAfter)
            .Should()
            .Be((false, CheckReason.ComposedNeverRechecks, Instant.FromUtc(2026, 3, 31, 10, 15)));
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_composed_conversation_to_a_known_customer_who_was_never_checked_starts_the_first_check()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.Unavailable));
        await host.CheckedAsync();

        (await host.ComposeAsync())
            .Checks[0]
            .Should()
            .Be(new CheckDecision(FakeProvider.DefaultName, requested: true, CheckReason.FirstCheck, dueAfter: null));
    }

    [Fact]
    public async Task A_customer_without_a_match_is_rechecked_only_after_two_months()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.NoMatch());
        var profile = await host.CheckedAsync();

        (await host.CheckOfAsync(profile.Id))
            .Should()
            .Be(
                new CheckState
                {
                    Provider = FakeProvider.DefaultName,
                    LastCheckAt = TestHost.Start,
                    LastOutcome = CheckOutcome.NoMatch,
                    RequestedAt = TestHost.Start,
                }
            );
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        host.PassTwoMonths();
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task A_failure_is_not_a_check_and_the_next_conversation_requests_one()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.Unavailable));
        var profile = await host.CheckedAsync();
        (await host.CheckOfAsync(profile.Id))
            .Should()
            .Be(
                new CheckState
                {
                    Provider = FakeProvider.DefaultName,
                    RequestedAt = TestHost.Start,
                    LastFailureAt = TestHost.Start,
                    LastFailure = ProviderFailure.Unavailable,
                }
            );

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
        await host.DrainAsync();
        (await host.CheckOfAsync(profile.Id))!.LastFailure.Should().BeNull("a result clears the failure");
    }

    [Fact]
    public async Task A_failed_recheck_leaves_the_last_check_where_it_was()
    {
        await using var host = new TestHost();
        var profile = await host.DueAsync();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.TimedOut));
        await host.DrainAsync();

        var check = (await host.CheckOfAsync(profile.Id))!;
        (check.LastCheckAt, check.LastOutcome, check.LastFailure)
            .Should()
            .Be((TestHost.Start, CheckOutcome.Matched, ProviderFailure.TimedOut));
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task A_late_reply_in_the_same_conversation_requests_no_check()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync(id: "thread");
        await host.DrainAsync();
        await host.ReceiveAsync(id: "other thread");

        for (var times = 0; times < 3; times++)
        {
            host.PassTwoMonths();
            (await host.DecideAsync(id: "thread"))
                .Should()
                .Be(
                    new CheckDecision(
                        FakeProvider.DefaultName,
                        requested: false,
                        CheckReason.KnownConversation,
                        Instant.FromUtc(2026, 3, 31, 10, 15)
                    )
                );
            (await host.DecideAsync(id: "other thread")).Reason.Should().Be(CheckReason.KnownConversation);
        }

        (await host.DrainAsync()).Should().Be(0);
        (await host.DecideAsync(id: "new thread")).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task A_reply_in_the_conversation_whose_check_failed_requests_no_check()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.BadRequest));
        await host.ReceiveAsync(id: "thread");
        await host.DrainAsync();

        (await host.DecideAsync(id: "thread")).Reason.Should().Be(CheckReason.KnownConversation);
    }

    [Fact]
    public async Task The_same_conversation_of_another_customer_is_a_new_one_for_them()
    {
        await using var host = new TestHost();
        await host.CheckedAsync("Grace Hopper <grace@example.org>");
        host.PassTwoMonths();
        await host.ReceiveAsync(id: "thread");

        (await host.DecideAsync("grace@example.org", id: "thread")).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task A_pending_check_is_not_requested_again()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_customer_without_a_personal_address_is_not_checked()
    {
        await using var host = new TestHost();
        (await host.DecideAsync("Sales <sales@example.com>")).Reason.Should().Be(CheckReason.NothingToLookUpBy);
        (await host.DecideAsync("Sales <sales@example.com>")).Reason.Should().Be(CheckReason.NothingToLookUpBy);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Each_provider_has_its_own_two_months()
    {
        await using var host = new TestHost(providers: [new FakeProvider("one"), new FakeProvider("two")]);
        host.Providers[1].Next(new ProviderResult.Failed(ProviderFailure.Throttled));
        await host.CheckedAsync();

        (await host.ReceiveAsync())
            .Checks.Select(check => (check.Provider, check.Reason))
            .Should()
            .Equal(("one", CheckReason.NotDueYet), ("two", CheckReason.FirstCheck));
    }

    [Fact]
    public async Task A_host_can_replace_the_recheck_policy()
    {
        await using var host = new TestHost(builder: builder => builder.UseRecheckPolicy(new NeverPolicy()));
        var decision = await host.DecideAsync();
        (decision.Requested, decision.Reason).Should().Be((false, CheckReason.NotDueYet));
        (await host.DrainAsync()).Should().Be(0);
    }

    private static void Expect(CalendarRecheckPolicy policy, Instant lastCheck, Instant due)
    {
        RecheckDecision At(Instant now) =>
            policy.Decide(new RecheckContext(ConversationDirection.Received, now, lastCheck));

        At(due - Tick).Should().Be(new RecheckDecision(isDue: false, CheckReason.NotDueYet, due));
        At(due)
            .Should()
            .Be(new RecheckDecision(isDue: false, CheckReason.NotDueYet, due), "exactly two months is not yet");
        At(due + Duration.FromNanoseconds(1)).IsDue.Should().BeTrue("the current time is not truncated");
        At(due + Tick).Should().Be(new RecheckDecision(isDue: true, CheckReason.Due, due));
    }

    private static Instant? DueAfter(Instant last) =>
        Policy().Decide(new RecheckContext(ConversationDirection.Received, last, last)).DueAfter;

    private static bool IsDue(Instant last, Instant now) =>
        Policy().Decide(new RecheckContext(ConversationDirection.Received, now, last)).IsDue;

    private static CalendarRecheckPolicy Policy(Period? after = null, DateTimeZone? zone = null) =>
        new(after ?? Period.FromMonths(2), zone ?? DateTimeZone.Utc);

    private static Instant At(string text) => InstantPattern.ExtendedIso.Parse(text).Value;

    private sealed class NeverPolicy : IRecheckPolicy
    {
        public RecheckDecision Decide(in RecheckContext request) =>
            new(isDue: false, CheckReason.NotDueYet, dueAfter: null);
    }
}
