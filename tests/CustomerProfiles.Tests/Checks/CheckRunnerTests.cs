using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class CheckRunnerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public static TheoryData<ProviderFailure> Failures => [.. Enum.GetValues<ProviderFailure>()];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Each_failure_is_recorded_as_it_is_and_is_no_check(ProviderFailure failure)
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        host.Provider.Next(new ProviderResult.Failed(failure));
        (await host.DrainAsync()).Should().Be(1);

        (await host.CheckOfAsync(before.Id))
            .Should()
            .Be(
                new CheckState
                {
                    Provider = FakeProvider.DefaultName,
                    LastCheckAt = TestHost.Start,
                    LastOutcome = CheckOutcome.Matched,
                    RequestedAt = host.Now,
                    LastFailureAt = host.Now,
                    LastFailure = failure,
                }
            );
        (await host.ReadAsync(before)).Should().BeSameAs(before);
        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1002)
            .Which.Message.Should()
            .Contain(failure.ToString());
        (await host.DrainAsync())
            .Should()
            .Be(0, "a failure that does not say when to retry is left to the next conversation");
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("in its task")]
    [InlineData("after yielding")]
    [InlineData("cancelled by itself")]
    [InlineData("as a cancelled task")]
    public async Task A_provider_that_throws_has_failed_and_the_other_checks_go_on(string how)
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var other = (await host.ReceiveAsync("grace@example.org")).Profile!.Id;
        host.Provider.Next(
            how switch
            {
                "at once" => (_, _) => throw new InvalidOperationException("x"),
                "in its task" => (_, _) => ValueTask.FromException<ProviderResult>(new InvalidOperationException("x")),
                "after yielding" => async (_, _) =>
                {
                    await Task.Yield();
                    throw new InvalidOperationException("x");
                },
                "cancelled by itself" => (_, _) => throw new OperationCanceledException(),
                _ => (_, _) => ValueTask.FromCanceled<ProviderResult>(new CancellationToken(canceled: true)),
            }
        );

        (await host.DrainAsync()).Should().Be(2);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                check.LastFailure == ProviderFailure.Unexpected && !check.IsPending && check.LastCheckAt == null
            );
        (await host.CheckOfAsync(other))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        host.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1005);
    }

    [Fact]
    public async Task A_provider_that_throws_before_it_returns_a_task_has_failed_too()
    {
        await using var host = new TestHost(builder: builder => builder.AddProvider(new ThrowingProvider()));
        var id = (await host.ReceiveAsync()).Profile!.Id;
        (await host.DrainAsync()).Should().Be(2);

        (await host.CheckOfAsync(id, "throwing"))!.LastFailure.Should().Be(ProviderFailure.Unexpected);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
    }

    [Fact]
    public async Task A_null_result_counts_as_a_failure()
    {
        await using var host = new TestHost();
        host.Provider.Next((_, _) => ValueTask.FromResult<ProviderResult>(null!));
        var profile = await host.CheckedAsync();

        (await host.CheckOfAsync(profile.Id))
            .Should()
            .Match<CheckState>(check => check.LastFailure == ProviderFailure.Unexpected && !check.IsPending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lookup_that_exceeds_the_timeout_fails_also_when_the_provider_ignores_its_token(bool ignores)
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext(ignores);
        var drain = host.BeginDrain();
        await held.Arrived;
        host.Time.Advance(Timeout - TimeSpan.FromTicks(1));
        held.Token.IsCancellationRequested.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromTicks(1));
        held.Token.IsCancellationRequested.Should().BeTrue();
        (await drain).Should().Be(1);

        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                check.LastFailure == ProviderFailure.TimedOut && !check.IsPending && check.LastCheckAt == null
            );
        held.Release();
        (await host.DrainAsync()).Should().Be(0);
        (await host.ReadAsync(id)).Version.Should().Be(1, "a result that comes too late is not used");
    }

    [Fact]
    public async Task A_provider_that_blocks_its_thread_holds_up_no_other_check_and_is_timed_out()
    {
        var blocking = new BlockingProvider();
        await using var host = new TestHost(builder: builder => builder.AddProvider(blocking));
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var recheck = host.Provider.HoldNext();
        var drain = Task.Run(host.BeginDrain);
        await blocking.Arrived.Task.Soon();
        await recheck.Arrived;
        recheck.Release();
        host.Time.Advance(Timeout);

        (await drain).Should().Be(2);
        (await host.CheckOfAsync(id, "blocking"))!.LastFailure.Should().Be(ProviderFailure.TimedOut);
        blocking.Unblock();
    }

    [Fact]
    public async Task A_queued_check_is_put_again_when_its_time_has_come_and_not_before()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Pending(Duration.FromMinutes(10)));
        var id = (await host.CheckedAsync()).Id;
        (await host.CheckOfAsync(id))
            .Should()
            .Be(
                new CheckState
                {
                    Provider = FakeProvider.DefaultName,
                    RequestedAt = TestHost.Start,
                    IsPending = true,
                },
                "neither a check nor a failure"
            );

        host.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMicroseconds(1));
        (await host.DrainAsync()).Should().Be(0);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.AlreadyPending);
        host.Time.Advance(TimeSpan.FromMicroseconds(1));
        (await host.DrainAsync()).Should().Be(1);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        host.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_failure_with_a_retry_time_is_retried_then_and_not_before()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromSeconds(90)));
        var id = (await host.CheckedAsync()).Id;
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.IsPending && check.LastFailure == ProviderFailure.Throttled);

        host.Time.Advance(TimeSpan.FromSeconds(89));
        (await host.DrainAsync()).Should().Be(0);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        (await host.DrainAsync()).Should().Be(1);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check =>
                check.LastOutcome == CheckOutcome.Matched && check.LastFailure == null && !check.IsPending
            );
    }

    [Theory]
    [InlineData(true, ProviderFailure.Unavailable)]
    [InlineData(false, ProviderFailure.Throttled)]
    public async Task A_provider_that_stays_pending_is_called_at_most_MaxAttempts_times(
        bool queues,
        ProviderFailure recorded
    )
    {
        await using var host = new TestHost(options => options.MaxAttempts = 4);
        host.Provider.Otherwise = queues
            ? new ProviderResult.Pending(Duration.FromMinutes(1))
            : new ProviderResult.Failed(ProviderFailure.Throttled, Duration.FromMinutes(1));
        var id = (await host.ReceiveAsync()).Profile!.Id;
        for (var i = 0; i < 20; i++)
        {
            await host.DrainAsync();
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        host.Provider.Calls.Should().Be(4);
        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => !check.IsPending && check.LastFailure == recorded && check.LastCheckAt == null);
    }

    [Fact]
    public async Task A_provider_that_stays_pending_without_a_delay_is_called_at_most_MaxAttempts_times_in_one_run()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Pending(Duration.FromSeconds(-10));
        await host.ReceiveAsync();
        (await host.DrainAsync()).Should().Be(5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_delay_beyond_the_calendar_is_limited_before_it_reaches_the_store(bool queues)
    {
        await using var host = new TestHost();
        host.Provider.Next(
            queues
                ? new ProviderResult.Pending(Duration.MaxValue)
                : new ProviderResult.Failed(ProviderFailure.QuotaExceeded, Duration.MaxValue)
        );
        var id = (await host.CheckedAsync()).Id;

        host.Logs.GetSnapshot().Should().NotContain(line => line.Id.Id == 1006);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        host.Time.Advance(TimeSpan.FromDays(29));
        (await host.DrainAsync()).Should().Be(0);
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.DrainAsync()).Should().Be(1, "no customer is put off for ever");
    }

    [Fact]
    public async Task A_run_that_is_cancelled_leaves_the_check_pending_and_free()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            await using var other = new TestHost(store: host.Store, time: host.Time);
            var id = (await host.ReceiveAsync()).Profile!.Id;
            var held = host.Provider.HoldNext();
            using var stop = new CancellationTokenSource();
            var drain = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
            await held.Arrived;
            await stop.CancelAsync();
            await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

            (await host.CheckOfAsync(id))
                .Should()
                .Match<CheckState>(check => check.IsPending && check.LastFailure == null);
            (await other.DrainAsync()).Should().Be(1, "no lease keeps another host from it");
        });
    }

    [Fact]
    public async Task A_release_that_fails_is_tried_three_times_and_then_left_to_the_lease()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.ReceiveAsync();
        var tries = 0;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.ReleaseCheckAsync)
                ? throw new IOException($"{++tries}")
                : Task.CompletedTask;
        var held = host.Provider.HoldNext();
        using var stop = new CancellationTokenSource();
        var drain = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
        await held.Arrived;
        var (first, second) = (
            host.Time.NextWaitOf(TimeSpan.FromMilliseconds(250)),
            host.Time.NextWaitOf(TimeSpan.FromMilliseconds(500))
        );
        await stop.CancelAsync();
        await first;
        host.Time.Advance(TimeSpan.FromMilliseconds(250));
        await second;
        host.Time.Advance(TimeSpan.FromMilliseconds(500));
        await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        tries.Should().Be(3);
        store.Before = null;
        (await host.DrainAsync()).Should().Be(0, "the lease still holds it");
        host.Time.GoTo(TestHost.Start + Duration.FromMinutes(2));
        (await host.DrainAsync()).Should().Be(1);
        host.Logs.GetSnapshot()
            .Where(line => line.Id.Id == 1006)
            .Select(line => line.Message.EndsWith("Tried again: True.", StringComparison.Ordinal))
            .Should()
            .Equal(true, true, false);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_does_not_wait_for_a_provider_that_ignores_its_token()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext(ignoresItsToken: true);
        using var stop = new CancellationTokenSource();
        var drain = host.Checks.DrainAsync(stop.Token).AsTask().Soon();
        await held.Arrived;
        await stop.CancelAsync();
        await drain.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();

        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        held.Throw(new InvalidOperationException("nobody listens any more"));
    }

    [Fact]
    public async Task Whatever_a_cancelled_provider_throws_it_was_cancelled()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        using var stop = new CancellationTokenSource();
        host.Provider.Next(
            async (_, _) =>
            {
                await stop.CancelAsync();
                throw new HttpRequestException();
            }
        );
        await host
            .Checks.Invoking(runner => runner.DrainAsync(stop.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();

        (await host.CheckOfAsync(id)).Should().Match<CheckState>(check => check.IsPending && check.LastFailure == null);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_it_begins_claims_nothing()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        await host
            .Checks.Invoking(runner => runner.DrainAsync(new CancellationToken(canceled: true)).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();
        host.Provider.Calls.Should().Be(0);
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_run_cancelled_while_claiming_releases_the_check_without_a_lookup()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(options => options.MaxAttempts = 1, store: store, time: time);
        await host.ReceiveAsync();
        using var stop = new CancellationTokenSource();
        store.After = call =>
            call == nameof(ICustomerProfileStore.ClaimNextCheckAsync) ? stop.CancelAsync() : Task.CompletedTask;
        await host
            .Checks.Invoking(runner => runner.DrainAsync(stop.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();

        store.After = null;
        host.Provider.Calls.Should().Be(0);
        (await host.DrainAsync()).Should().Be(1);
        host.Provider.Calls.Should().Be(1, "what was not sent is no attempt, so the only one is left");
    }

    [Fact]
    public async Task A_result_that_has_arrived_is_recorded_although_the_run_is_cancelled()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        using var stop = new CancellationTokenSource();
        store.Before = call =>
            call == nameof(ICustomerProfileStore.CompleteCheckAsync) ? stop.CancelAsync() : Task.CompletedTask;
        await host
            .Checks.Invoking(runner => runner.DrainAsync(stop.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();

        (await host.CheckOfAsync(id))
            .Should()
            .Match<CheckState>(check => check.LastOutcome == CheckOutcome.Matched && !check.IsPending);
        (await host.ReadAsync(id)).Location.Should().Be("London");
    }

    [Fact]
    public async Task No_more_checks_run_at_once_than_the_host_allows()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost(options => options.MaxConcurrentChecks = 3);
            var calls = new List<HeldCall>();
            for (var i = 0; i < 10; i++)
            {
                await host.ReceiveAsync($"person{i}@example.com");
                calls.Add(host.Provider.HoldNext());
            }

            // Two runs share what the host allows.
            Task<int>[] drains = [host.BeginDrain(), host.BeginDrain()];
            for (var i = 0; i < 10; i++)
            {
                await calls[Math.Min(i + 2, 9)].Arrived;
                host.Provider.Calls.Should().Be(Math.Min(i + 3, 10));
                calls[i].Release();
            }

            (await Task.WhenAll(drains)).Sum().Should().Be(10);
            host.Provider.HighWater.Should().Be(3);
        });
    }

    [Fact]
    public async Task A_run_also_takes_what_comes_up_while_it_runs()
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        var (first, second) = (host.Provider.HoldNext(), host.Provider.HoldNext());
        var drain = host.BeginDrain();
        await first.Arrived;
        await host.ReceiveAsync("grace@example.org");
        await second.Arrived;
        second.Release();
        first.Release();

        (await drain).Should().Be(2);
    }

    [Fact]
    public async Task The_check_that_has_waited_longest_runs_first()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        for (var i = 0; i < 20; i++)
        {
            await host.ReceiveAsync($"person{i}@example.com");
            host.Time.Advance(TimeSpan.FromTicks(i % 3));
        }

        await host.DrainAsync();
        host.Provider.Questions.Select(request => request.Emails[0].Normalized)
            .Should()
            .Equal(Enumerable.Range(0, 20).Select(i => $"person{i}@example.com"));
    }

    [Fact]
    public async Task A_failed_claim_throws_and_frees_its_slot()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1, store: store, time: time);
        await host.ReceiveAsync();
        store.Before = _ => throw new IOException();
        for (var i = 0; i < 3; i++)
        {
            await host.Invoking(fault => fault.DrainAsync()).Should().ThrowAsync<IOException>();
        }

        store.Before = null;
        (await host.DrainAsync()).Should().Be(1);
    }

    [Fact]
    public async Task Recording_a_result_is_retried_until_the_lease_expires()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.CompleteCheckAsync) ? throw new IOException() : Task.CompletedTask;
        var delay = TimeSpan.FromMilliseconds(250);
        var waits = host.Time.NextWaitOf(delay);
        var drain = host.BeginDrain();

        // 250 ms, twice that, and so on: the last one that still ends within two minutes is 32 s, at 63.75 s.
        for (; delay < TimeSpan.FromSeconds(60); delay *= 2)
        {
            await waits;
            waits = host.Time.NextWaitOf(delay * 2);
            host.Time.Advance(delay);
        }

        (await drain).Should().Be(1);
        host.Logs.GetSnapshot().Count(line => line.Id.Id == 1006).Should().Be(9);
        (await host.CheckOfAsync(id))!.IsPending.Should().BeTrue();
        (await host.DrainAsync()).Should().Be(0);

        store.Before = null;
        host.Time.GoTo(TestHost.Start + Duration.FromMinutes(2));
        (await host.DrainAsync())
            .Should()
            .Be(1, "the lease frees what could not be recorded; that costs one more lookup");
        host.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task A_host_without_providers_has_nothing_to_run()
    {
        var services = new ServiceCollection();
        services.AddCustomerProfiles();
        await using var built = services.BuildServiceProvider();
        (await built.GetRequiredService<ICheckRunner>().DrainAsync()).Should().Be(0);
    }

    private sealed class ThrowingProvider : IProfileProvider
    {
        public string Name => "throwing";

        public Uri? ClaimPage => null;

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("x");
    }

    private sealed class BlockingProvider : IProfileProvider
    {
        private readonly ManualResetEventSlim _blocked = new();

        public string Name => "blocking";

        public Uri? ClaimPage => null;

        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Unblock() => _blocked.Set();

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken)
        {
            Arrived.SetResult();
            _blocked.Wait(TimeSpan.FromMinutes(1), CancellationToken.None);
            return ValueTask.FromResult<ProviderResult>(new ProviderResult.NoMatch());
        }
    }
}
