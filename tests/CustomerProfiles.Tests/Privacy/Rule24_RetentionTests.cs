using CsCheck;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using CustomerProfiles.Tests.Merging;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Rule 24: a policy says who is erased and why; whoever is active at that moment stays.</summary>
public sealed class Rule24_RetentionTests
{
    [Fact]
    public async Task Nobody_is_erased_by_age_unless_the_host_says_so()
    {
        await using var host = new TestHost();
        await host.WriterAsync(TestHost.Ada);
        host.Time.Advance(TimeSpan.FromDays(36_500));
        var result = await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim);
        (result.Erased.Length, result.IsComplete).Should().Be((0, true));
    }

    [Fact]
    public async Task A_dry_run_names_who_would_be_erased_and_removes_nothing()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromDays(1_000));
        await host.WriterAsync(MergingSteps.Grace);
        var dryRun = await RetainAsync(host, new RetentionOptions { IsDryRun = true });
        var finding = dryRun.Erased.Should().ContainSingle().Subject;
        (finding.Id, finding.Reason, finding.DueAt)
            .Should()
            .Be((ada.Id, "inactive", Instant.FromUtc(2028, 1, 31, 10, 15)));
        (await host.Profiles.GetAsync(ada.Id)).Should().NotBeNull();

        var run = await RetainAsync(host);
        run.Erased.Should().BeEquivalentTo(dryRun.Erased);
        (await host.Profiles.GetAsync(ada.Id)).Should().BeNull();
        var receipt = (await host.ReceiptsAsync()).Should().ContainSingle().Subject;
        (receipt.By, receipt.CaseReference).Should().Be(("kim", "inactive"));
        (await RetainAsync(host)).Erased.Should().BeEmpty();
    }

    [Fact]
    public async Task A_conversation_or_an_edit_by_a_person_keeps_a_customer()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        host.Time.Advance(TimeSpan.FromDays(400));
        await host.ReceiveAsync();
        await host.DrainAsync();
        await host.EditAsync(grace.Id, edit => edit.Notes = "Calls on Mondays.");
        host.Time.Advance(TimeSpan.FromDays(400));
        (await RetainAsync(host)).Erased.Should().BeEmpty();
        host.Time.Advance(TimeSpan.FromDays(400));
        (await RetainAsync(host)).Erased.Select(finding => finding.Id).Should().BeEquivalentTo([ada.Id, grace.Id]);
    }

    [Fact]
    public async Task The_conversation_of_somebody_absorbed_keeps_the_customer()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        host.Time.Advance(TimeSpan.FromDays(700));
        await host.ReceiveAsync(MergingSteps.Grace);
        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromDays(700));
        (await RetainAsync(host)).Erased.Should().BeEmpty();
    }

    [Fact]
    public async Task A_customer_who_was_just_imported_is_kept_however_long_ago_they_were_created()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var row = new ImportRow
        {
            Id = "1",
            CreatedAt = TestHost.Start - Duration.FromDays(2_000),
            Profile = new NewProfile { Company = "Engines" },
        };
        await foreach (
            var result in host.Profiles.ImportAsync(new[] { row }.OneByOne(), new ImportOptions { System = "crm" })
        )
        {
            result.Outcome.Should().BeOfType<ImportOutcome.Created>();
        }

        (await RetainAsync(host)).Erased.Should().BeEmpty();
        host.Time.Advance(TimeSpan.FromDays(1_000));
        (await RetainAsync(host)).Erased.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_row_without_any_value_counts_as_the_creation()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var row = new ImportRow
        {
            Id = "1",
            CreatedAt = TestHost.Start - Duration.FromDays(2_000),
            Profile = new NewProfile(),
        };
        var import = host.Profiles.ImportAsync(new[] { row }.OneByOne(), new ImportOptions { System = "crm" });
        var created = (await import.SingleAsync()).Outcome.Should().BeOfType<ImportOutcome.Created>().Subject;

        (await RetainAsync(host)).Erased.Select(finding => finding.Id).Should().Equal(created.Id);
    }

    [Fact]
    public async Task Receipts_hashes_and_opt_outs_of_nobody_stay_for_good()
    {
        await using var host = new TestHost(options =>
        {
            options.EraseInactiveAfter = Period.FromDays(1);
            options.AddKeys(("2026", ErasingSteps.Secret));
        });
        await host.ErasedAsync((await host.WriterAsync(TestHost.Ada)).Id, ErasedIdentities.DoNotKeep);
        await host.Profiles.SuppressAsync(TestHost.IdentityOf("grace@example.org"));
        host.Time.Advance(TimeSpan.FromDays(36_500));

        (await RetainAsync(host)).GuardsRemoved.Should().Be(1);

        (await host.ReceiptsAsync()).Should().ContainSingle();
        (await host.ReceiveAsync()).Should().BeOfType<ConversationOutcome.Declined>();
        (await host.DecideAsync(MergingSteps.Grace)).Reason.Should().Be(CheckReason.Suppressed);
    }

    [Fact]
    public async Task A_pending_check_keeps_a_customer()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var ada = await host.WriterAsync(TestHost.Ada);
        host.Time.Advance(TimeSpan.FromDays(1_000));
        (await RetainAsync(host)).Erased.Should().BeEmpty();
        await host.DrainAsync();
        (await RetainAsync(host)).Erased.Select(finding => finding.Id).Should().Equal(ada.Id);
    }

    [Fact]
    public async Task A_legal_hold_keeps_a_customer_until_it_is_lifted()
    {
        await using var host = new TestHost(options =>
        {
            options.EraseInactiveAfter = Period.FromYears(2);
            options.LegalHoldProperty = "legal-hold";
        });
        var ada = await host.CheckedAsync();
        await host.EditAsync(ada.Id, edit => edit.Set(ProfileField.Custom("legal-hold"), "Court file"));
        host.Time.Advance(TimeSpan.FromDays(1_000));
        (await RetainAsync(host)).Erased.Should().BeEmpty();
        await host.EditAsync(ada.Id, edit => edit.Set(ProfileField.Custom("legal-hold"), "False"));
        host.Time.Advance(TimeSpan.FromDays(1_000));
        (await RetainAsync(host)).Erased.Should().HaveCount(1);
    }

    [Fact]
    public async Task A_merge_that_can_still_be_undone_and_a_missing_key_keep_a_customer_and_are_reported()
    {
        await using var host = new TestHost(options =>
        {
            options.EraseInactiveAfter = Period.FromDays(30);
            options.UnmergeWithin = Period.FromYears(10);
        });
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        var alan = await host.CheckedAsync("Alan <alan@example.org>");
        await host.MergedAsync(grace.Id, ada.Id);
        await host.Profiles.SuppressAsync(alan.Id, TestHost.Kim);
        host.Time.Advance(TimeSpan.FromDays(60));
        foreach (var isDryRun in new[] { true, false })
        {
            var result = await RetainAsync(host, new RetentionOptions { IsDryRun = isDryRun });
            result.Erased.Should().BeEmpty();
            result.Kept.Select(finding => finding.Id).Should().BeEquivalentTo([ada.Id, alan.Id]);
        }
    }

    [Fact]
    public async Task A_merge_that_can_no_longer_be_undone_keeps_nobody()
    {
        await using var host = ErasingAfter(Period.FromYears(2));
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        host.Time.Advance(TimeSpan.FromDays(1_000));

        var dryRun = await RetainAsync(host, new RetentionOptions { IsDryRun = true });
        var result = await RetainAsync(host);

        dryRun.Erased.Should().BeEquivalentTo(result.Erased);
        (result.MergesLapsed, result.Kept.Length).Should().Be((1, 0));
        result.Erased.Select(finding => finding.Id).Should().Equal(ada.Id);
        (await host.ReceiptsAsync()).Should().ContainSingle().Which.Customers.Should().Equal(ada.Id, grace.Id);
    }

    [Fact]
    public async Task A_merge_that_has_lapsed_keeps_nobody_when_the_host_gives_more_time_afterwards()
    {
        CustomerProfilesOptions? given = null;
        await using var host = new TestHost(options =>
        {
            given = options;
            options.EraseInactiveAfter = Period.FromDays(50);
            options.UnmergeWithin = Period.FromDays(30);
        });
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        host.Time.Advance(TimeSpan.FromDays(40));
        (await RetainAsync(host)).MergesLapsed.Should().Be(1);
        given!.UnmergeWithin = Period.FromDays(90);
        host.Time.Advance(TimeSpan.FromDays(20));

        var dryRun = await RetainAsync(host, new RetentionOptions { IsDryRun = true });
        var result = await RetainAsync(host);

        dryRun.Erased.Select(finding => finding.Id).Should().Equal(ada.Id);
        result.Erased.Should().BeEquivalentTo(dryRun.Erased);
    }

    [Fact]
    public async Task The_call_ends_after_so_many_erasures_and_the_next_one_goes_on()
    {
        await using var host = ErasingAfter(Period.FromDays(30));
        for (var number = 0; number < 5; number++)
        {
            await host.CreatedAsync(new NewProfile { Company = $"Company {number}" });
        }

        host.Time.Advance(TimeSpan.FromDays(31));
        var some = new RetentionOptions { MaxErasures = 2 };
        foreach (var (erased, isComplete) in new[] { (2, false), (2, false), (1, true), (0, true) })
        {
            var result = await RetainAsync(host, some);
            (result.Erased.Length, result.IsComplete).Should().Be((erased, isComplete));
        }

        FluentActions
            .Invoking(() => new RetentionOptions { MaxErasures = 0 })
            .Should()
            .Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public async Task A_call_that_is_cancelled_has_erased_some_and_the_next_one_erases_the_rest()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(
            options => options.EraseInactiveAfter = Period.FromDays(30),
            store: store,
            time: time
        );
        for (var number = 0; number < 5; number++)
        {
            await host.CreatedAsync(new NewProfile { Company = $"Company {number}" });
        }

        host.Time.Advance(TimeSpan.FromDays(31));
        using var cancel = new CancellationTokenSource();
        var erasures = 0;
        store.After = async call =>
        {
            if (call == nameof(IErasureStore.EraseAsync) && ++erasures == 2)
            {
                await cancel.CancelAsync();
            }
        };
        await host
            .Profiles.Privacy.Awaiting(privacy =>
                privacy.ApplyRetentionAsync(TestHost.Kim, null, cancel.Token).AsTask()
            )
            .Should()
            .ThrowAsync<OperationCanceledException>();
        (await host.ReceiptsAsync()).Should().HaveCount(2);

        (await RetainAsync(host)).Erased.Should().HaveCount(3);
        (await host.ReceiptsAsync()).Should().HaveCount(5);
    }

    [Theory]
    [InlineData("received")]
    [InlineData("edited")]
    [InlineData("suppressed")]
    public async Task Whoever_is_active_between_the_decision_and_erasing_stays(string activity)
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromDays(1_000));

        // So that no check is pending, which would keep her too.
        await host.SetEnabledAsync(isEnabled: false);
        var policy = new AnyPolicy(request =>
        {
            // The decision is made; what follows comes before erasing.
            Task.Run(() => ActAsync(host, request.Profile.Id, activity)).GetAwaiter().GetResult();
            return RetentionDecision.Erase("test", request.Now);
        });
        var retention = new Retention(
            store,
            policy,
            host.Get<ProfileErasure>(),
            host.Get<IClock>(),
            new CustomerProfilesOptions()
        );
        var result = await retention.ApplyAsync(
            TenantId.Default,
            TestHost.Kim,
            new RetentionOptions(),
            CancellationToken.None
        );
        result.Erased.Should().BeEmpty();
        (await host.Profiles.GetAsync(ada.Id)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_policy_of_the_hosts_own_decides()
    {
        await using var host = new TestHost(builder: profiles =>
            profiles.Services.AddSingleton<IRetentionPolicy>(
                new AnyPolicy(request =>
                    request.IsSuppressed
                        ? RetentionDecision.Keep("suppressed")
                        : RetentionDecision.Erase("never wrote", request.Now)
                )
            )
        );
        await host.CreatedAsync(new NewProfile { Company = "Engines" });
        (await RetainAsync(host)).Erased.Should().ContainSingle().Which.Reason.Should().Be("never wrote");
    }

    [Fact]
    public void Two_years_after_the_29th_of_February_is_the_28th()
    {
        var policy = PolicyOf(Period.FromYears(2));
        var created = Instant.FromUtc(2024, 2, 29, 12, 0);
        var due = Instant.FromUtc(2026, 2, 28, 12, 0);
        Decide(policy, created, due - Duration.Epsilon).Erases.Should().BeFalse();
        var decision = Decide(policy, created, due);
        (decision.Erases, decision.DueAt).Should().Be((true, due));
    }

    [Theory]
    [InlineData("P6M", "2025-08-31T10:00:00Z", "2026-02-28T10:00:00Z")]
    [InlineData("P1M", "2026-01-31T23:59:59Z", "2026-02-28T23:59:59Z")]
    [InlineData("P1M", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z")]
    [InlineData("P1Y", "2024-02-29T00:00:00Z", "2025-02-28T00:00:00Z")]
    [InlineData("P4Y", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("P1D", "2026-03-29T00:30:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("P1D", "2026-10-25T00:30:00Z", "2026-10-26T00:30:00Z")]
    [InlineData("P1Y", "2026-12-31T23:59:59.999999Z", "2027-12-31T23:59:59.999999Z")]
    public void Periods_end_by_the_calendar_in_UTC_at_month_ends_midnight_and_changes_of_the_clock(
        string period,
        string last,
        string due
    )
    {
        var policy = PolicyOf(PeriodPattern.Roundtrip.Parse(period).Value);
        var created = InstantPattern.ExtendedIso.Parse(last).Value;
        var expected = InstantPattern.ExtendedIso.Parse(due).Value;

        var decision = Decide(policy, created, expected);

        (decision.Erases, decision.DueAt).Should().Be((true, expected));
        Decide(policy, created, expected - Duration.Epsilon).Erases.Should().BeFalse();
    }

    [Fact]
    public void The_policy_erases_exactly_from_the_due_instant_on()
    {
        var policy = PolicyOf(Period.FromMonths(18));
        Gen.Select(Gen.Long[0, 2_000_000_000], Gen.Long[0, 2_000_000_000], Gen.Long[0, 4_000_000_000])
            .Sample(
                (created, conversation, now) =>
                {
                    var decision = policy.Decide(
                        new RetentionRequest(
                            ProfileOf(Instant.FromUnixTimeSeconds(created)),
                            isSuppressed: false,
                            Instant.FromUnixTimeSeconds(conversation),
                            lastEditAt: null,
                            Instant.FromUnixTimeSeconds(now)
                        )
                    );
                    var last = Instant.FromUnixTimeSeconds(Math.Max(created, conversation));
                    var due = last.InUtc().LocalDateTime.PlusMonths(18).InUtc().ToInstant();
                    decision.DueAt.Should().Be(due);
                    decision.Erases.Should().Be(Instant.FromUnixTimeSeconds(now) >= due);
                }
            );
    }

    private static RetentionPolicy PolicyOf(Period age) =>
        new(Microsoft.Extensions.Options.Options.Create(new CustomerProfilesOptions { EraseInactiveAfter = age }));

    private static RetentionDecision Decide(IRetentionPolicy policy, Instant created, Instant now) =>
        policy.Decide(new RetentionRequest(ProfileOf(created), false, null, null, now));

    private static CustomerProfile ProfileOf(Instant created) =>
        new(TenantId.Default, CustomerId.New(created), 1, created, created, [], []);

    private static async Task ActAsync(TestHost host, CustomerId id, string activity)
    {
        switch (activity)
        {
            case "received":
                await host.ReceiveAsync();
                break;
            case "edited":
                await host.EditAsync(id, edit => edit.Company = "Engines");
                break;
            default:
                await host.Profiles.SuppressAsync(id, TestHost.Kim);
                break;
        }
    }

    private static TestHost ErasingAfter(Period age) => new(options => options.EraseInactiveAfter = age);

    private static async Task<RetentionResult> RetainAsync(TestHost host, RetentionOptions? options = null) =>
        await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim, options);

    private sealed class AnyPolicy(Func<RetentionRequest, RetentionDecision> decide) : IRetentionPolicy
    {
        public RetentionDecision Decide(in RetentionRequest request) => decide(request);
    }
}
