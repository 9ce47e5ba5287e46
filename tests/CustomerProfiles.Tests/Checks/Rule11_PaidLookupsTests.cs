using System.Collections.Immutable;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule11_PaidLookupsTests
{
    private const int Many = 300;

    private static readonly ImmutableArray<string> Fake = [FakeProvider.DefaultName];

    [Fact]
    public async Task Hundreds_of_conversations_at_once_by_one_due_customer_cost_one_lookup()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await host.CheckedAsync();
            host.PassTwoMonths();

            // Every tenth also runs the checks, so that requests, results and decisions overlap.
            var reasons = await Repeat.AtOnce(
                Many,
                async i =>
                {
                    var reason = (await host.DecideAsync()).Reason;
                    if (i % 10 == 0)
                    {
                        await host.DrainAsync();
                    }

                    return reason;
                }
            );
            await host.DrainAsync();

            reasons.Count(reason => reason == CheckReason.Due).Should().Be(1);
            reasons
                .Should()
                .OnlyContain(reason =>
                    reason == CheckReason.Due || reason == CheckReason.AlreadyPending || reason == CheckReason.NotDueYet
                );
            host.Provider.Calls.Should().Be(2, "one for the first check and one for the recheck");
        });
    }

    [Fact]
    public async Task Hundreds_of_first_messages_at_once_cost_one_lookup()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            string[] forms =
            [
                "ada@example.com",
                "Ada <ADA@EXAMPLE.COM>",
                "\"Lovelace, Ada\" <Ada@Example.com>",
                "<ada@example.com.>",
            ];
            var outcomes = await Repeat.AtOnce(
                Many,
                async i =>
                {
                    var outcome = await host.ReceiveAsync(forms[i % forms.Length]);
                    if (i % 10 == 0)
                    {
                        await host.DrainAsync();
                    }

                    return outcome;
                }
            );
            await host.DrainAsync();

            outcomes.Count(outcome => outcome.Code == "created").Should().Be(1);
            outcomes.Select(outcome => outcome.Profile!.Id).Distinct().Should().ContainSingle();
            host.Provider.Calls.Should().Be(1);
        });
    }

    [Fact]
    public async Task Many_hosts_over_one_store_look_each_customer_up_once()
    {
        await Repeat.ManyTimes(async () =>
        {
            var provider = new FakeProvider();
            await using var first = new TestHost(providers: provider);
            var hosts = new List<TestHost> { first };
            for (var i = 0; i < 7; i++)
            {
                hosts.Add(new TestHost(store: first.Store, time: first.Time, providers: provider));
            }

            await Repeat.AtOnce(
                Many,
                async i =>
                {
                    await hosts[i % hosts.Count].ReceiveAsync($"person{i % 10}@example.com");
                    await hosts[(i + 3) % hosts.Count].DrainAsync();
                    return true;
                }
            );

            provider.Calls.Should().Be(10);
            first.PassTwoMonths();
            await Repeat.AtOnce(
                Many,
                async i =>
                {
                    await hosts[i % hosts.Count].ReceiveAsync($"person{i % 10}@example.com", $"second-{i}");
                    await hosts[(i + 3) % hosts.Count].DrainAsync();
                    return true;
                }
            );

            provider.Calls.Should().Be(20);
            foreach (var host in hosts.Skip(1))
            {
                await host.DisposeAsync();
            }
        });
    }

    [Fact]
    public async Task Many_runs_at_once_put_one_pending_check_once()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await host.ReceiveAsync();
            var attempts = await Repeat.AtOnce(100, _ => host.DrainAsync());

            attempts.Sum().Should().Be(1);
            host.Provider.Calls.Should().Be(1);
        });
    }

    [Fact]
    public async Task While_one_host_holds_a_check_no_other_looks_up()
    {
        var provider = new FakeProvider();
        await using var host = new TestHost(providers: provider);
        await using var other = new TestHost(store: host.Store, time: host.Time, providers: provider);
        await host.ReceiveAsync();
        var held = provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;

        (await other.DrainAsync()).Should().Be(0);
        (await other.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        held.Release();
        await drain;
        provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_check_whose_host_died_is_claimed_when_its_lease_expires_and_not_before()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var dead = (
            await host.Store.ClaimNextCheckAsync(Fake, host.Now, Duration.FromMinutes(2), CancellationToken.None)
        )!;
        dead.LeasedUntil.Should().Be(TestHost.Start + Duration.FromMinutes(2));

        host.Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(0);
        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.DrainAsync()).Should().Be(1);
        (host.Provider.Calls, (await host.CheckOfAsync(id))!.LastOutcome).Should().Be((1, CheckOutcome.Matched));
    }

    [Fact]
    public async Task Leases_run_by_the_clock_of_the_store()
    {
        await using var host = new TestHost();
        await using var ahead = new TestHost(
            store: host.Store,
            time: new TestTime(TestHost.Start + Duration.FromHours(1))
        );
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;

        (await ahead.DrainAsync()).Should().Be(0);
        held.Release();
        await drain;
        (host.Provider.Calls, ahead.Provider.Calls).Should().Be((1, 0));
    }

    [Fact]
    public async Task A_host_that_was_only_slow_cannot_write_over_the_one_that_took_its_check_over()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var slow = (
            await host.Store.ClaimNextCheckAsync(Fake, host.Now, Duration.FromMinutes(2), CancellationToken.None)
        )!;
        host.Time.Advance(TimeSpan.FromMinutes(2));
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;

        (
            await host.Store.CompleteCheckAsync(
                slow,
                CheckOutcome.NoMatch,
                null,
                change: null,
                host.Now,
                CancellationToken.None
            )
        )
            .Should()
            .BeOfType<CompleteResult.LeaseLost>();
        await host.Store.ReleaseCheckAsync(
            slow,
            new CheckRelease
            {
                At = host.Now,
                Failure = ProviderFailure.InvalidApiKey,
                RetryAt = null,
                CountsAsAttempt = true,
            },
            CancellationToken.None
        );
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.IsPending && check.LastFailure == null && check.LastCheckAt == null);

        held.Release();
        await drain;
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        (
            await host.Store.CompleteCheckAsync(
                slow,
                CheckOutcome.NoMatch,
                null,
                change: null,
                host.Now,
                CancellationToken.None
            )
        )
            .Should()
            .BeOfType<CompleteResult.LeaseLost>();
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
    }

    [Fact]
    public async Task A_runner_that_lost_its_lease_drops_its_result_and_logs_it()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        var frozen = new FaultInjectingStore(store);
        await using var slow = new TestHost(store: frozen, time: time);
        await using var other = new TestHost(store: store, time: time);
        var id = (await slow.ReceiveAsync()).Profile!.Id;
        slow.Provider.Otherwise = new ProviderResult.Matched(FakeProvider.Ada(location: "of the slow host"));

        // The host freezes with the result in hand, and another takes the check over.
        frozen.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                time.Advance(TimeSpan.FromMinutes(2));
                (await other.DrainAsync()).Should().Be(1);
            }
        };
        (await slow.DrainAsync()).Should().Be(1);

        (await slow.ReadAsync(id)).Location.Should().Be("London");
        slow.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1004);
        other.Logs.GetSnapshot().Should().NotContain(line => line.Id.Id == 1004);
    }

    [Fact]
    public async Task A_check_at_which_every_host_dies_is_given_up_after_so_many_attempts()
    {
        await using var host = new TestHost(options => options.MaxAttempts = 3);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            (await host.Store.ClaimNextCheckAsync(Fake, host.Now, Duration.FromMinutes(2), CancellationToken.None))!
                .Attempt.Should()
                .Be(attempt);
            host.Time.Advance(TimeSpan.FromMinutes(2));
        }

        await host.DrainAsync();
        host.Provider.Calls.Should().Be(0);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                !check.IsPending && check.LastFailure == ProviderFailure.Unexpected && check.LastCheckAt == null
            );
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.RecentFailure, "each attempt may have been paid");
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DecideAsync())
            .Reason.Should()
            .Be(CheckReason.FirstCheck, "a conversation of the next day may try again");
    }

    [Fact]
    public async Task A_check_that_is_aborted_again_and_again_ends_after_MaxAttempts()
    {
        await using var host = new TestHost(options => options.MaxAttempts = 3);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 10; i++)
        {
            var held = host.Provider.HoldNext();
            using var stop = new CancellationTokenSource();
            var drain = host.Checks.DrainAsync(stop.Token).AsTask();
            await Task.WhenAny(held.Arrived, drain);
            await stop.CancelAsync();
            await Task.WhenAny(drain).Soon();
        }

        host.Provider.Calls.Should().Be(3, "each of them may have been paid");
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == ProviderFailure.Unexpected);
    }

    [Fact]
    public async Task A_request_decided_before_the_last_result_is_refused()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = TestHost.WithFaults(out var store);
            await host.CheckedAsync();
            host.PassTwoMonths();

            // The first conversation has decided and is about to request, when a second one requests and its check is
            // completed.
            var deciding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            store.Before = async call =>
            {
                if (call == nameof(ICustomerProfileStore.RequestCheckAsync))
                {
                    store.Before = null;
                    deciding.SetResult();
                    await goOn.Task.Soon();
                }
            };
            var late = host.DecideAsync();
            await deciding.Task.Soon();
            (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
            (await host.DrainAsync()).Should().Be(1);
            goOn.SetResult();

            var decision = await late;
            (decision.Requested, decision.Reason).Should().Be((false, CheckReason.AlreadyPending));
            (await host.DrainAsync()).Should().Be(0);
            host.Provider.Calls.Should().Be(2);
        });
    }

    [Fact]
    public async Task Intake_never_waits_for_a_provider_that_hangs()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext(ignoresItsToken: true);
        var drain = host.BeginDrain();
        await held.Arrived;

        for (var i = 0; i < 50; i++)
        {
            host.ReceiveAsync().IsCompletedSuccessfully.Should().BeTrue();
            host.ReceiveAsync($"person{i}@example.com").IsCompletedSuccessfully.Should().BeTrue();
            host.ComposeAsync($"other{i}@example.com").IsCompletedSuccessfully.Should().BeTrue();
        }

        held.Release();
        (await drain).Should().Be(101);
    }

    [Fact]
    public async Task Redelivery_requests_the_check_of_a_conversation_whose_host_died()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.CheckedAsync();
        host.PassTwoMonths();
        store.Before = call =>
            call == nameof(ICustomerProfileStore.RequestCheckAsync) ? throw new IOException() : Task.CompletedTask;
        await host.Invoking(dying => dying.ReceiveAsync(id: "thread")).Should().ThrowAsync<IOException>();
        store.Before = null;
        host.Time.Advance(TimeSpan.FromMinutes(5));

        (await host.DecideAsync(id: "thread")).Reason.Should().Be(CheckReason.Due);
        (await host.DrainAsync()).Should().Be(1);
        host.PassTwoMonths();
        (await host.DecideAsync(id: "thread")).Reason.Should().Be(CheckReason.KnownConversation);
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_match_that_tells_nothing_is_a_check_all_the_same()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Matched(new PublicInformation()));
        var profile = await host.CheckedAsync();

        profile.Version.Should().Be(1);
        (await host.CheckOfAsync(profile.Id))!.LastOutcome.Should().Be(CheckOutcome.NothingToShow);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
    }

    [Fact]
    public async Task The_request_holds_every_address_of_a_person_and_no_other()
    {
        await using var host = new TestHost();
        var profile = (await host.ReceiveAsync(tenant: new TenantId("acme"))).Profile!;
        var edit = profile.Edit(TestHost.Kim);
        foreach (var address in new[] { "ada@example.org", "sales@example.com", "no-reply@example.net" })
        {
            EmailAddress.TryParse(address, out var parsed).Should().BeTrue();
            edit.Emails.Add(new ProfileEmail(parsed));
        }

        await host.Profiles.ForTenant(new TenantId("acme")).SaveAsync(edit);
        await host.DrainAsync();
        var request = host.Provider.Questions.Should().ContainSingle().Subject;
        request.Tenant.Should().Be(new TenantId("acme"));
        request.Emails.Select(email => email.Normalized).Should().Equal("ada@example.com", "ada@example.org");
    }

    [Fact]
    public async Task A_customer_whose_last_address_was_removed_is_not_looked_up_and_nothing_stays_pending()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Emails.Clear());

        await host.DrainAsync();
        host.Provider.Calls.Should().Be(0);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == null && check.LastCheckAt == null);
    }

    [Fact]
    public async Task A_check_with_a_provider_that_this_host_does_not_have_is_left_to_a_host_that_has_it()
    {
        await using var host = new TestHost(providers: new FakeProvider("theirs"));
        await using var other = new TestHost(store: host.Store, time: host.Time, providers: new FakeProvider("ours"));
        await host.ReceiveAsync();

        (await other.DrainAsync()).Should().Be(0);
        (await host.DrainAsync()).Should().Be(1);
    }
}
