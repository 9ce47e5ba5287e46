using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using CustomerProfiles.Tests.Merging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles.Tests.Events;

/// <summary>Rule 28: events are delivered at least once, those of one customer in order.</summary>
public sealed class Rule28_DeliveryTests
{
    private readonly EventLog _log = new();

    [Fact]
    public async Task An_event_that_fails_is_delivered_again_after_a_growing_delay()
    {
        await using var host = _log.Host(events: options => options.RetryDelay = TimeSpan.FromSeconds(2));
        await host.WriterAsync(TestHost.Ada);
        var attempts = new List<NodaTime.Instant>();
        _log.OnEvent = (_, _) =>
        {
            attempts.Add(host.Now);
            return attempts.Count < 4 ? throw new TimeoutException() : ValueTask.CompletedTask;
        };

        for (var second = 0; second < 20; second++)
        {
            await _log.DrainAsync(host);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        attempts.Select(at => (at - TestHost.Start).TotalSeconds).Should().Equal(0, 2, 6, 14);
        _log.Delivered.Should().ContainSingle();
    }

    [Fact]
    public async Task Events_of_hosts_whose_clocks_are_an_hour_apart_come_in_the_order_in_which_they_were_written()
    {
        var (early, late) = (new TestTime(TestHost.Start), new TestTime(TestHost.Start));
        late.Advance(TimeSpan.FromHours(1));
        var store = new InMemoryCustomerProfileStore(early);
        await using var first = _log.Host(store: store, time: early);
        await using var second = _log.Host(store: store, time: late);
        var ada = await second.WriterAsync(TestHost.Ada);
        for (var number = 0; number < 4; number++)
        {
            await (number % 2 == 0 ? first : second).EditAsync(ada.Id, edit => edit.Company = $"Company {number}");
        }

        await _log.DrainAsync(first);
        await _log.DrainAsync(second);

        _log.Delivered.Select(each => each.Sequence).Should().Equal(1, 2, 3, 4, 5);
        _log.Delivered.Select(each => each.By.ObservedAt - TestHost.Start)
            .Should()
            .Equal(
                NodaTime.Duration.FromHours(1),
                NodaTime.Duration.Zero,
                NodaTime.Duration.FromHours(1),
                NodaTime.Duration.Zero,
                NodaTime.Duration.FromHours(1)
            );
    }

    [Fact]
    public async Task The_delay_never_exceeds_its_limit()
    {
        await using var host = _log.Host(events: options =>
        {
            options.RetryDelay = TimeSpan.FromSeconds(1);
            options.MaxRetryDelay = TimeSpan.FromSeconds(3);
        });
        await host.WriterAsync(TestHost.Ada);
        var attempts = new List<NodaTime.Instant>();
        _log.OnEvent = (_, _) =>
        {
            attempts.Add(host.Now);
            throw new TimeoutException();
        };
        for (var second = 0; second < 12; second++)
        {
            await _log.DrainAsync(host);
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        attempts.Select(at => (at - TestHost.Start).TotalSeconds).Should().Equal(0, 1, 3, 6, 9);
    }

    [Fact]
    public async Task Later_events_of_the_customer_wait_for_one_that_fails_and_those_of_others_do_not()
    {
        await using var host = _log.Host();
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(ada.Id, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada.Id, edit => edit.JobTitle = "Countess");
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var isBroken = true;
        _log.OnEvent = (each, _) =>
            isBroken && each.CustomerId == ada.Id && each.Sequence == 2
                ? throw new TimeoutException()
                : ValueTask.CompletedTask;

        await _log.DrainAsync(host);
        _log.Delivered.Select(each => (each.CustomerId, each.Sequence))
            .Should()
            .BeEquivalentTo([(ada.Id, 1L), (grace.Id, 1L)]);
        isBroken = false;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await _log.DrainAsync(host)).Should().Equal("Updated company", "Updated job-title");
    }

    [Fact]
    public async Task After_the_last_attempt_the_events_stop_until_they_are_retried_or_skipped()
    {
        await using var host = _log.Host(events: options => options.MaxAttempts = 2);
        var runner = host.Get<ICustomerEventRunner>();
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(ada.Id, edit => edit.Company = "Analytical Engines");
        _log.OnEvent = (each, _) =>
            each.Kind == CustomerEventKind.Created ? throw new TimeoutException() : ValueTask.CompletedTask;

        var stopped = await StopAsync(host);
        (stopped.Attempts, stopped.Event.CustomerId, stopped.Event.Sequence).Should().Be((2, ada.Id, 1));
        stopped.Event.Kind.Should().Be(CustomerEventKind.Created);
        (await HealthOfAsync(host)).Should().Be(HealthStatus.Unhealthy);
        host.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1019);
        host.Time.Advance(TimeSpan.FromDays(1));
        (await _log.DrainAsync(host)).Should().BeEmpty("nothing is skipped by itself");

        (await runner.RetryAsync(stopped)).Should().BeTrue();
        (await HealthOfAsync(host)).Should().Be(HealthStatus.Healthy);
        var again = await StopAsync(host);
        (await runner.SkipAsync(again)).Should().BeTrue();
        (await runner.SkipAsync(again)).Should().BeFalse("they are not stopped any more");
        (await runner.RetryAsync(again)).Should().BeFalse();
        (await _log.DrainAsync(host)).Should().Equal("Updated company");
    }

    [Fact]
    public async Task A_handler_that_hangs_fails_and_keeps_its_services()
    {
        await using var host = _log.Host(events: options => options.HandlerTimeout = TimeSpan.FromSeconds(7));
        await host.WriterAsync(TestHost.Ada);
        var entered = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        _log.OnEvent = async (_, _) =>
        {
            entered.TrySetResult();
            await release.Task;
        };

        var draining = _log.DrainAsync(host);
        await entered.Task.Soon();
        host.Time.Advance(TimeSpan.FromSeconds(7));
        (await draining.Soon()).Should().BeEmpty();
        host.Logs.GetSnapshot().Should().ContainSingle(line => line.Id.Id == 1018);
        _log.OnEvent = (_, _) => ValueTask.CompletedTask;
        host.Time.Advance(TimeSpan.FromMinutes(1));
        (await _log.DrainAsync(host)).Should().Equal("Created");
        release.SetResult();
    }

    [Fact]
    public async Task A_handler_whose_services_fail_to_be_disposed_fails_alone()
    {
        await using var host = new TestHost(builder: builder =>
        {
            builder.Services.AddSingleton(_log);
            builder.Services.AddScoped<BrokenService>();
            builder.AddEvents<HandlerWithBrokenService>(options => options.MaxAttempts = 1);
        });
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        BrokenService.FailsFor = ada.Id;

        (await host.Get<ICustomerEventRunner>().DrainAsync().AsTask().Soon()).Should().Be(1);
        _log.Delivered.Should().Contain(each => each.CustomerId == grace.Id);
        (await host.Get<ICustomerEventRunner>().GetStoppedAsync())
            .Should()
            .ContainSingle()
            .Which.Event.CustomerId.Should()
            .Be(ada.Id);
    }

    [Fact]
    public async Task A_handler_that_fails_in_its_own_way_when_it_is_cancelled_counts_no_attempt()
    {
        await using var host = _log.Host(events: options => options.MaxAttempts = 1);
        await host.WriterAsync(TestHost.Ada);
        using var cancellation = new CancellationTokenSource();
        _log.OnEvent = async (_, _) =>
        {
            await cancellation.CancelAsync();
            throw new IOException();
        };

        await host.Get<ICustomerEventRunner>()
            .Awaiting(runner => runner.DrainAsync(cancellation.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();
        (await host.Get<ICustomerEventRunner>().GetStoppedAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_run_without_a_generic_host_tells_the_store_that_events_are_on()
    {
        await using var host = _log.Host();
        await _log.DrainAsync(host);
        (await ((IEventStore)host.Store).AreEventsOnAsync(default)).Should().BeTrue();
    }

    [Fact]
    public async Task A_store_that_hangs_while_it_removes_events_is_a_timeout()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = _log.Host(store: store, time: time);
        await host.WriterAsync(TestHost.Ada);
        var held = new HoldPoint();
        store.Next(nameof(IEventStore.SettleEventsAsync), Fault.HoldBefore(held));
        var draining = _log.DrainAsync(host);
        await held.Reached;
        time.Advance(TimeSpan.FromSeconds(30));

        await draining.Soon().Invoking(task => task).Should().ThrowAsync<TimeoutException>();
    }

    [Fact]
    public async Task What_was_handled_and_could_not_be_removed_is_delivered_again_with_the_same_id()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = _log.Host(store: store, time: time);
        await host.WriterAsync(TestHost.Ada);
        store.Next(nameof(IEventStore.SettleEventsAsync), Fault.ThrowBefore(new TimeoutException()));

        await host.Awaiting(each => _log.DrainAsync(each)).Should().ThrowAsync<TimeoutException>();
        (await _log.DrainAsync(host)).Should().BeEmpty("the lease still holds them");
        time.Advance(TimeSpan.FromMinutes(3));
        (await _log.DrainAsync(host)).Should().Equal("Created");
        _log.Delivered.Select(each => (each.Sequence, each.Id)).Distinct().Should().ContainSingle();
    }

    [Fact]
    public async Task A_cancelled_run_removes_what_was_delivered_and_counts_no_attempt()
    {
        await using var host = _log.Host(events: options => options.MaxAttempts = 1);
        var ada = await host.WriterAsync(TestHost.Ada);
        await host.EditAsync(ada.Id, edit => edit.Company = "Analytical Engines");
        using var cancellation = new CancellationTokenSource();
        _log.OnEvent = async (each, token) =>
        {
            if (each.Sequence == 2)
            {
                await cancellation.CancelAsync();
                token.ThrowIfCancellationRequested();
            }
        };

        await host.Get<ICustomerEventRunner>()
            .Awaiting(runner => runner.DrainAsync(cancellation.Token).AsTask().Soon())
            .Should()
            .ThrowAsync<OperationCanceledException>();
        _log.Delivered.Select(EventLog.Text).Should().Equal("Created");
        (await host.Get<ICustomerEventRunner>().GetStoppedAsync()).Should().BeEmpty();
        _log.OnEvent = (_, _) => ValueTask.CompletedTask;
        (await _log.DrainAsync(host)).Should().Equal("Updated company");
    }

    [Fact]
    public async Task No_handler_is_called_that_might_not_end_within_the_lease()
    {
        await using var host = _log.Host(events: options =>
        {
            options.HandlerTimeout = TimeSpan.FromSeconds(10);
            options.LeaseDuration = TimeSpan.FromSeconds(30);
        });
        var ada = await host.WriterAsync(TestHost.Ada);
        for (var i = 0; i < 5; i++)
        {
            await host.EditAsync(ada.Id, edit => edit.Company = $"Company {i}");
        }

        var since = new List<double>();
        _log.OnEvent = (_, _) =>
        {
            // Each takes nine seconds.
            since.Add((host.Now - TestHost.Start).TotalSeconds);
            host.Time.Advance(TimeSpan.FromSeconds(9));
            return ValueTask.CompletedTask;
        };
        await _log.DrainAsync(host);

        // After 27 seconds of the first lease nothing more starts; the rest comes under the next one.
        since.Should().Equal(0, 9, 18, 27, 36, 45);
        _log.Delivered.Select(each => each.Sequence).Should().Equal(1, 2, 3, 4, 5, 6);
    }

    [Fact]
    public async Task Several_customers_are_handled_at_once_and_one_customer_never()
    {
        await using var host = _log.Host(events: options => options.MaxConcurrentCustomers = 3);
        for (var i = 0; i < 3; i++)
        {
            var writer = await host.WriterAsync($"writer{i}@example.com");
            await host.EditAsync(writer.Id, edit => edit.Company = "Analytical Engines");
        }

        var (atOnce, ready) = (0, new TaskCompletionSource());
        var underWay = new System.Collections.Concurrent.ConcurrentDictionary<CustomerId, bool>();
        _log.OnEvent = async (each, _) =>
        {
            underWay.TryAdd(each.CustomerId, true).Should().BeTrue("one customer is handled at a time");
            if (Interlocked.Increment(ref atOnce) == 3)
            {
                ready.TrySetResult();
            }

            await ready.Task.Soon();
            underWay.TryRemove(each.CustomerId, out bool _);
        };
        (await _log.DrainAsync(host)).Should().HaveCount(6);
    }

    [Fact]
    public async Task A_run_needs_a_handler()
    {
        await using var host = new TestHost(builder: builder => builder.AddEvents());
        await host.WriterAsync(TestHost.Ada);
        await host.Get<ICustomerEventRunner>()
            .Awaiting(runner => runner.DrainAsync().AsTask())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("*AddEvents<THandler>()*");
        (await ((IEventStore)host.Store).ClaimEventsAsync(1, 1, NodaTime.Duration.FromSeconds(1), default))
            .Should()
            .ContainSingle("a host without handler writes events for those that have one");
    }

    private async Task<StoppedEvents> StopAsync(TestHost host)
    {
        for (var i = 0; i < 2; i++)
        {
            (await _log.DrainAsync(host)).Should().BeEmpty();
            host.Time.Advance(TimeSpan.FromHours(1));
        }

        return (await host.Get<ICustomerEventRunner>().GetStoppedAsync()).Should().ContainSingle().Subject;
    }

    private static async Task<HealthStatus> HealthOfAsync(TestHost host)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(host.Store);
        services.AddHealthChecks().AddCustomerProfilesEvents();
        await using var provider = services.BuildServiceProvider();
        return (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status;
    }

    private sealed class HandlerWithBrokenService(EventLog log, BrokenService service) : ICustomerEventHandler
    {
        public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
        {
            service.Customer = customerEvent.CustomerId;
            return log.HandleAsync(customerEvent, cancellationToken);
        }
    }

    /// <summary>As a session of a bus that cannot send when it is disposed.</summary>
    private sealed class BrokenService : IAsyncDisposable
    {
        public static CustomerId FailsFor { get; set; }

        public CustomerId Customer { get; set; }

        public ValueTask DisposeAsync() => Customer == FailsFor ? throw new IOException() : ValueTask.CompletedTask;
    }
}
