using System.Collections.Immutable;
using System.Diagnostics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Diagnostics;

public sealed class MetricsTests
{
    private static readonly ImmutableArray<string> Fake = [FakeProvider.DefaultName];

    [Fact]
    public async Task Conversations_are_counted_by_outcome_and_when_declined_by_reason()
    {
        await using var host = new TestHost(options => options.OwnDomains.Add("example.net"));
        using var measured = new Measurements(host);
        await host.ReceiveAsync();
        await host.ComposeAsync();
        await host.ReceiveAsync("nobody");
        await host.ReceiveAsync("kim@example.net");
        await host.ReceiveAsync("no-reply@example.com");
        await host.Profiles.ConversationReceivedAsync(
            new Conversation("automatic", "list@example.org", host.Now) { IsAutomatic = true }
        );

        string[] tags =
        [
            "outcome=created",
            "outcome=existing",
            "outcome=declined reason=no-address",
            "outcome=declined reason=own-address",
            "outcome=declined reason=no-reply",
            "outcome=declined reason=automatic",
        ];
        measured.TagsOf(CustomerProfilesDiagnostics.Conversations).Should().Equal(tags);
        measured.Of(CustomerProfilesDiagnostics.Conversations).Should().OnlyContain(one => one.Value == 1);
        measured
            .TagsOf(CustomerProfilesDiagnostics.ConversationDuration)
            .Should()
            .Equal(tags.Select(tag => tag.Split(' ')[0]));
    }

    [Fact]
    public async Task How_long_a_conversation_takes_is_how_long_the_store_takes()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.ReceiveAsync();
        using var measured = new Measurements(host);
        store.Before = call =>
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(250));
            return Task.CompletedTask;
        };
        await host.ReceiveAsync();

        measured.Of(CustomerProfilesDiagnostics.ConversationDuration).Should().Equal(("outcome=existing", 0.25));
    }

    [Fact]
    public async Task Edits_are_counted_by_outcome()
    {
        await using var host = new TestHost();
        var profile = (await host.ReceiveAsync()).Profile!;
        using var measured = new Measurements(host);
        await host.EditAsync(profile.Id, edit => edit.JobTitle = "Countess");
        var rejected = profile.Edit(TestHost.Kim);
        rejected.JobTitle = "\u0001";
        await host.Profiles.SaveAsync(rejected);
        var conflicting = profile.Edit(TestHost.Kim);
        conflicting.JobTitle = "Programmer";
        await host.Profiles.SaveAsync(conflicting);
        await host.Profiles.ClearPhotoAsync(CustomerId.New(host.Now), TestHost.Kim);

        measured
            .TagsOf(CustomerProfilesDiagnostics.Edits)
            .Should()
            .Equal("outcome=saved", "outcome=rejected", "outcome=conflict", "outcome=not-found");
    }

    [Fact]
    public async Task Checks_requested_and_not_made_are_counted_by_provider_and_reason()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Providers[1].Takes = _ => false;
        using var measured = new Measurements(host);
        await host.ReceiveAsync(id: "first");
        await host.ReceiveAsync();
        await host.DrainAsync();
        await host.ReceiveAsync();
        await host.ReceiveAsync(id: "first");
        await host.ComposeAsync();
        host.PassTwoMonths();
        await host.ReceiveAsync();
        host.Provider.Next(new ProviderResult.Failed(ProviderFailure.TimedOut));
        await host.DrainAsync();
        await host.ReceiveAsync();
        await host.SetEnabledAsync(isEnabled: false);
        await host.ReceiveAsync();
        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        await host.ReceiveAsync();

        measured
            .TagsOf(CustomerProfilesDiagnostics.ChecksRequested)
            .Should()
            .Equal("provider=fake reason=first-check", "provider=fake reason=due");
        measured
            .TagsOf(CustomerProfilesDiagnostics.ChecksNotMade)
            .Where(tags => tags.StartsWith("provider=fake", StringComparison.Ordinal))
            .Should()
            .Equal(
                "provider=fake reason=already-pending",
                "provider=fake reason=not-due-yet",
                "provider=fake reason=known-conversation",
                "provider=fake reason=composed-never-rechecks",
                "provider=fake reason=recent-failure",
                "provider=fake reason=provider-disabled",
                "provider=fake reason=suppressed"
            );
        measured
            .TagsOf(CustomerProfilesDiagnostics.ChecksNotMade)
            .Should()
            .Contain("provider=other reason=nothing-to-look-up-by");
    }

    [Theory]
    [InlineData("nothing-to-look-up-by")]
    [InlineData("too-many-attempts")]
    [InlineData("provider-paused")]
    [InlineData("budget-exhausted")]
    [InlineData("released")]
    public async Task A_claimed_check_that_is_not_made_is_counted_with_its_reason(string reason)
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(options => options.MaxAttempts = 1, store: store, time: time);
        using var measured = new Measurements(host);
        using var activities = new Activities();
        await host.ReceiveAsync();
        switch (reason)
        {
            case "nothing-to-look-up-by":
                host.Provider.Takes = _ => false;
                break;
            case "too-many-attempts":
                await store.ClaimNextCheckAsync(Fake, host.Now, Duration.FromMinutes(2), CancellationToken.None);
                host.Time.Advance(TimeSpan.FromMinutes(2));
                break;
            case "provider-paused":
                // The pause begins when the check has been claimed.
                store.After = call =>
                {
                    host.Provider.Pause =
                        call == nameof(ICustomerProfileStore.ClaimNextCheckAsync)
                            ? new ProviderPause(ProviderFailure.InvalidApiKey, "Set the key.")
                            : host.Provider.Pause;
                    return Task.CompletedTask;
                };
                break;
            case "budget-exhausted":
                host.Provider.Budget = new ProviderBudget(perDay: 0, perMonth: null);
                break;
        }

        if (reason == "released")
        {
            var held = host.Provider.HoldNext();
            using var stop = new CancellationTokenSource();
            var drain = host.Checks.RunAsync(stop.Token, stop.Token);
            await held.Arrived;
            await stop.CancelAsync();
            await drain.Soon();
            host.Logs.GetSnapshot()
                .Should()
                .ContainSingle(line => line.Id.Id == 1012)
                .Which.GetStructuredStateValue("Sent")
                .Should()
                .Be("True");
        }
        else
        {
            await host.DrainAsync();
            host.Provider.Calls.Should().Be(0);
        }

        measured.TagsOf(CustomerProfilesDiagnostics.ChecksNotMade).Should().Equal($"provider=fake reason={reason}");
        measured.Of(CustomerProfilesDiagnostics.Checks).Should().BeEmpty();
        measured.Of(CustomerProfilesDiagnostics.CheckDuration).Should().BeEmpty("nobody responded");
        activities.Stopped.Should().Contain($"Unset provider=fake outcome=not-made reason={reason}");
        host.Logs.GetSnapshot()
            .Select(line => line.Id.Id)
            .Where(id => id is 1013 or 1014)
            .Should()
            .Equal(
                reason == "nothing-to-look-up-by" ? [1013]
                : reason == "too-many-attempts" ? [1014]
                : []
            );
    }

    [Theory]
    [InlineData("matched", "outcome=matched")]
    [InlineData("no match", "outcome=no-match")]
    [InlineData("queued", "outcome=pending")]
    [InlineData("failed", "outcome=failed error.type=throttled")]
    [InlineData("failed in a way that nobody knows", "outcome=failed error.type=_OTHER")]
    [InlineData("withheld", "outcome=withheld")]
    [InlineData("empty", "outcome=nothing-to-show")]
    [InlineData("will call", "outcome=callback-expected")]
    public async Task Each_result_is_counted_timed_and_traced_with_its_provider_and_outcome(
        string result,
        string outcome
    )
    {
        await using var host = new TestHost();
        using var measured = new Measurements(host);
        using var activities = new Activities();
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        measured.Of(CustomerProfilesDiagnostics.ChecksUnderWay).Should().Equal(("provider=fake", 1));
        host.Time.Advance(TimeSpan.FromSeconds(3));
        held.Release(
            result switch
            {
                "matched" => null,
                "no match" => new ProviderResult.NoMatch(),
                "queued" => new ProviderResult.Pending(Duration.FromHours(1)),
                "withheld" => new ProviderResult.Withheld(),
                "empty" => new ProviderResult.Matched(new PublicInformation()),
                "will call" => new ProviderResult.CallbackExpected(Duration.FromHours(1)),
                "failed" => new ProviderResult.Failed(ProviderFailure.Throttled),
                _ => new ProviderResult.Failed((ProviderFailure)4711),
            }
        );
        await drain;

        measured.Of(CustomerProfilesDiagnostics.Checks).Should().Equal(($"provider=fake {outcome}", 1));
        measured.Of(CustomerProfilesDiagnostics.CheckDuration).Should().Equal(($"provider=fake {outcome}", 3));
        measured
            .Of(CustomerProfilesDiagnostics.ChecksUnderWay)
            .Should()
            .Equal(("provider=fake", 1), ("provider=fake", -1));
        activities
            .Stopped.Should()
            .Contain($"{(outcome.Contains("failed") ? "Error" : "Unset")} provider=fake {outcome}");
    }

    [Fact]
    public async Task Neither_waiting_for_a_budget_nor_recording_counts_as_the_providers_time()
    {
        await using var host = TestHost.WithFaults(out var store);
        host.Provider.Budget = new ProviderBudget(perDay: 10, perMonth: null);
        using var measured = new Measurements(host);
        await host.ReceiveAsync();
        store.Before = call =>
        {
            // Not with the runner's look for more, which it has meanwhile.
            if (
                call
                is nameof(ICustomerProfileStore.TryReserveBudgetAsync)
                    or nameof(ICustomerProfileStore.CompleteCheckAsync)
            )
            {
                host.Time.Advance(TimeSpan.FromSeconds(1));
            }

            return Task.CompletedTask;
        };
        await host.DrainAsync();

        measured.Of(CustomerProfilesDiagnostics.CheckDuration).Should().Equal(("provider=fake outcome=matched", 0));
    }

    [Fact]
    public async Task A_callback_is_counted_once_on_the_host_that_records_it()
    {
        await using var host = new TestHost();
        var (_, callback) = await host.WaitingAsync();
        using var measured = new Measurements(host);
        await host.TakeAsync(callback, new ProviderResult.NoMatch());
        await host.TakeAsync(callback, new ProviderResult.NoMatch());

        measured.TagsOf(CustomerProfilesDiagnostics.Checks).Should().Equal("provider=fake outcome=no-match");
        measured.Of(CustomerProfilesDiagnostics.LeasesLost).Should().BeEmpty("a second delivery is none");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dropped_result_is_counted_as_a_result_and_as_dropped(bool fromOutside)
    {
        await using var host = new TestHost();
        var callback = fromOutside ? (await host.WaitingAsync()).Callback : null;
        using var measured = new Measurements(host);
        if (callback is not null)
        {
            await host.SetEnabledAsync(isEnabled: false);
            await host.TakeAsync(callback);
        }
        else
        {
            await host.ReceiveAsync();
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await host.SetEnabledAsync(isEnabled: false);
            held.Release();
            await drain;
        }

        measured.TagsOf(CustomerProfilesDiagnostics.Checks).Should().Equal("provider=fake outcome=matched");
        measured.Of(CustomerProfilesDiagnostics.ResultsDropped).Should().Equal(("provider=fake", 1));
        measured.Of(CustomerProfilesDiagnostics.LeasesLost).Should().BeEmpty();
    }

    [Fact]
    public async Task A_lost_lease_is_counted_by_the_host_that_lost_it()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        var frozen = new FaultInjectingStore(store);
        await using var slow = new TestHost(store: frozen, time: time);
        await using var other = new TestHost(store: store, time: time);
        using var ofSlow = new Measurements(slow);
        using var ofOther = new Measurements(other);
        await slow.ReceiveAsync();
        frozen.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                time.Advance(TimeSpan.FromMinutes(2));
                (await other.DrainAsync()).Should().Be(1);
            }
        };
        await slow.DrainAsync();

        ofSlow.Of(CustomerProfilesDiagnostics.LeasesLost).Should().Equal(("provider=fake", 1));
        ofOther.Of(CustomerProfilesDiagnostics.LeasesLost).Should().BeEmpty();
        ofSlow.Of(CustomerProfilesDiagnostics.ResultsDropped).Should().BeEmpty();
    }

    [Fact]
    public async Task A_listener_of_the_hosts_that_throws_costs_neither_a_record_nor_a_place_among_the_checks()
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        using var measured = new Measurements(host)
        {
            On = instrument => throw new InvalidOperationException(instrument),
        };
        var ids = new List<CustomerId>();
        foreach (var from in new[] { "ada@example.com", "grace@example.org" })
        {
            await host.Invoking(taken => taken.ReceiveAsync(from)).Should().ThrowAsync<InvalidOperationException>();
            ids.Add((await host.Profiles.FindAsync(TestHost.IdentityOf(from)))!.Id);
        }

        // Once with a listener that throws whenever a check begins, once with one that throws when it is counted.
        (await host.DrainAsync())
            .Should()
            .Be(2);
        host.Provider.Calls.Should().Be(0);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        measured.On = instrument =>
        {
            if (instrument == CustomerProfilesDiagnostics.Checks)
            {
                throw new InvalidOperationException(instrument);
            }
        };
        (await host.DrainAsync()).Should().Be(2);

        foreach (var id in ids)
        {
            (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        }
    }

    [Fact]
    public async Task A_provider_that_changes_its_name_makes_no_new_series()
    {
        await using var host = new TestHost();
        using var measured = new Measurements(host);
        host.Get<CustomerProfilesTelemetry>().UnderWay("somebody-else", 1);

        measured.TagsOf(CustomerProfilesDiagnostics.ChecksUnderWay).Should().Equal("provider=_OTHER");
    }

    [Fact]
    public void Every_value_of_an_enumeration_has_a_tag_of_its_own_that_is_its_name_and_no_other_number_has()
    {
        Check<DeclineReason>(TagValues.Of);
        Check<CheckReason>(TagValues.Of);
        Check<ProviderFailure>(TagValues.Of);

        static void Check<T>(Func<T, string> tagOf)
            where T : struct, Enum
        {
            foreach (var value in Enum.GetValues<T>())
            {
                tagOf(value)
                    .Should()
                    .Be(
                        string.Concat(
                            value
                                .ToString()
                                .Select(
                                    (c, i) =>
                                        char.IsUpper(c) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(c)}" : $"{c}"
                                )
                        )
                    );
            }

            tagOf((T)Enum.ToObject(typeof(T), 4711)).Should().Be("_OTHER");
        }
    }

    /// <summary>
    /// The checks that are traced in this process from now on: other tests run beside this one, so a test looks for its
    /// own.
    /// </summary>
    private sealed class Activities : IDisposable
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _stopped = [];
        private readonly ActivityListener _listener;

        public Activities()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == CustomerProfilesDiagnostics.ActivitySourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = activity =>
                {
                    if (activity.OperationName == CustomerProfilesDiagnostics.CheckActivityName)
                    {
                        _stopped.Enqueue(
                            $"{activity.Status} "
                                + $"{string.Join(' ', activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}"
                        );
                    }
                },
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public string[] Stopped => [.. _stopped];

        public void Dispose() => _listener.Dispose();
    }
}
