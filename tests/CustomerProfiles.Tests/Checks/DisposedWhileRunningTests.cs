using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A service provider can be disposed at any moment: what runs ends, and what it held is free for the next host.
/// </summary>
public sealed class DisposedWhileRunningTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_run_ends_when_its_service_provider_is_disposed(bool asynchronously, bool ignoresItsToken)
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = TestHost.WithFaults(out var store);
            var id = (await host.ReceiveAsync()).Profile!.Id;
            var held = host.Provider.HoldNext(ignoresItsToken);
            var run = host.BeginDrain();
            await held.Arrived;

            await DisposeAsync(host, asynchronously);

            await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
            await ClaimableAsync(store, host, id);
        });
    }

    [Fact]
    public async Task DisposeAsync_waits_until_the_checks_are_released()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var held = host.Provider.HoldNext();
        var run = host.BeginDrain();
        await held.Arrived;

        await host.DisposeAsync().AsTask().Soon();

        await ClaimableAsync(store, host, id);
        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_waits_for_a_slot_ends_too(bool asynchronously)
    {
        await using var host = new TestHost(options => options.MaxConcurrentChecks = 1);
        await host.ReceiveAsync();
        await host.ReceiveAsync("grace@example.org");
        var held = host.Provider.HoldNext();
        var first = host.BeginDrain();
        await held.Arrived;
        var second = host.BeginDrain();
        var third = host.BeginDrain();

        await DisposeAsync(host, asynchronously);

        foreach (var run in new[] { first, second, third })
        {
            await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        }

        host.Provider.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_check_that_is_being_claimed_is_released(bool asynchronously)
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var (claimed, goOn) = (NewSource(), NewSource());
        store.After = async call =>
        {
            if (call == nameof(ICustomerProfileStore.ClaimNextCheckAsync) && claimed.TrySetResult())
            {
                await goOn.Task;
            }
        };
        var run = host.BeginDrain();
        await claimed.Task.Soon();

        var disposing = DisposeAsync(host, asynchronously);
        if (!asynchronously)
        {
            // The other waits for the run, and begins with ending it.
            await disposing;
        }

        goOn.SetResult();
        await disposing;

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        await ClaimableAsync(store, host, id);
        host.Provider.Calls.Should().Be(0);
    }

    [Fact]
    public async Task A_store_that_is_disposed_before_the_run_ends_throws_nothing_at_who_runs()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.ReceiveAsync();
        var held = host.Provider.HoldNext();
        var run = host.BeginDrain();
        await held.Arrived;
        store.Before = _ => throw new ObjectDisposedException("store");

        await DisposeAsync(host, asynchronously: false);

        await run.Awaiting(task => task).Should().ThrowExactlyAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_result_that_the_store_refuses_is_tried_once_more_and_then_dropped()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.ReceiveAsync();
        var waits = host.Time.NextWaitOf(TimeSpan.FromMilliseconds(250));
        var tries = 0;
        store.Before = call =>
            call == nameof(ICustomerProfileStore.CompleteCheckAsync)
                ? throw new IOException($"{Interlocked.Increment(ref tries)}")
                : Task.CompletedTask;
        var run = host.BeginDrain();
        await waits;

        await DisposeAsync(host, asynchronously: true);

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        tries.Should().BeInRange(2, 3);
    }

    [Fact]
    public async Task A_result_that_has_arrived_is_recorded_while_disposing()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var (recording, goOn) = (NewSource(), NewSource());
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                recording.SetResult();
                await goOn.Task;
            }
        };
        var run = host.BeginDrain();
        await recording.Task.Soon();

        var disposing = DisposeAsync(host, asynchronously: true);
        goOn.SetResult();
        await disposing;

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
        (await store.GetAsync(TenantId.Default, id, CancellationToken.None))!.Profile.Location.Should().Be("London");
    }

    [Fact]
    public async Task A_store_that_hangs_holds_disposing_up_for_five_seconds_and_no_longer()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.ReceiveAsync();
        var (claiming, goOn) = (NewSource(), NewSource());
        store.Before = async _ =>
        {
            claiming.TrySetResult();
            await goOn.Task;
        };
        var run = host.BeginDrain();
        await claiming.Task.Soon();
        var waits = host.Time.NextWaitOf(TimeSpan.FromSeconds(5));

        var disposing = host.DisposeAsync().AsTask();
        await waits;
        disposing.IsCompleted.Should().BeFalse();
        host.Time.Advance(TimeSpan.FromSeconds(5));

        await disposing.Soon();
        goOn.SetResult();
        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_after_that_is_refused_at_once_and_disposing_again_does_nothing(bool asynchronously)
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        await DisposeAsync(host, asynchronously);
        await DisposeAsync(host, !asynchronously);
        host.Checks.Dispose();
        await host.Checks.DisposeAsync();

        for (var again = 0; again < 2; again++)
        {
            await host
                .Checks.Awaiting(runner => runner.DrainAsync().AsTask())
                .Should()
                .ThrowAsync<ObjectDisposedException>();
        }

        (await host.Checks.RunAsync(CancellationToken.None, CancellationToken.None))
            .Should()
            .Be(0, "the service of a host has nothing to report");
        host.Provider.Calls.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_that_throws_when_it_is_cancelled_does_not_throw_out_of_disposing(bool asynchronously)
    {
        await using var host = new TestHost();
        await host.ReceiveAsync();
        var called = NewSource();
        host.Provider.Next(
            async (_, token) =>
            {
                token.Register(() => throw new InvalidOperationException("cancelled"));
                called.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return new ProviderResult.NoMatch();
            }
        );
        var run = host.BeginDrain();
        await called.Task.Soon();

        await DisposeAsync(host, asynchronously);

        await run.Awaiting(task => task).Should().ThrowAsync<OperationCanceledException>();
    }

    [Theory]
    [InlineData("a conversation")]
    [InlineData("an edit")]
    [InlineData("a result from outside")]
    public async Task What_waits_for_the_store_meanwhile_goes_on(string what)
    {
        await using var host = TestHost.WithFaults(out var store);
        var (id, callback) = await host.WaitingAsync();
        var edit = (await host.ReadAsync(id)).Edit(TestHost.Kim);
        edit.Company = "Example Ltd";
        var (waiting, goOn) = (NewSource(), NewSource());
        store.Before = async _ =>
        {
            waiting.TrySetResult();
            await goOn.Task;
        };
        Task<string> call = what switch
        {
            "a conversation" => CodeOf(async () => (await host.ReceiveAsync("grace@example.org")).Code),
            "an edit" => CodeOf(async () => (await host.Profiles.SaveAsync(edit)).Code),
            _ => CodeOf(async () => (await host.TakeAsync(callback)).ToString()),
        };
        await waiting.Task.Soon();

        await DisposeAsync(host, asynchronously: true);
        goOn.SetResult();

        (await call.Soon()).Should().BeOneOf("created", "saved", nameof(CallbackReceipt.Accepted));

        static Task<string> CodeOf(Func<Task<string>> call) => Task.Run(call);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_host_that_is_disposed_without_being_stopped_gives_its_checks_back(bool asynchronously)
    {
        await Repeat.ManyTimes(async () =>
        {
            var time = new TestTime(TestHost.Start);
            var released = NewSource();
            var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time))
            {
                After = call =>
                {
                    if (call == nameof(ICustomerProfileStore.ReleaseCheckAsync))
                    {
                        released.TrySetResult();
                    }

                    return Task.CompletedTask;
                },
            };
            var provider = new FakeProvider();
            var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Logging.AddFakeLogging();
            builder.Services.AddSingleton<TimeProvider>(time);
            builder.Services.AddCustomerProfiles().AddProvider(provider).UseStore(store);
            var host = builder.Build();
            await host.StartAsync().Soon();
            var logs = host.Services.GetFakeLogCollector();
            var held = provider.HoldNext();
            var profiles = host.Services.GetRequiredService<ICustomerProfiles>();
            await profiles.ConversationReceivedAsync(new Conversation("first", TestHost.Ada, time.Now));
            await held.Arrived;

            if (asynchronously)
            {
                await ((IAsyncDisposable)host).DisposeAsync().AsTask().Soon();
            }
            else
            {
                await Task.Run(host.Dispose).Soon();
            }

            await released.Task.Soon();
            (
                await store.ClaimNextCheckAsync(
                    [FakeProvider.DefaultName],
                    time.Now,
                    Duration.FromMinutes(2),
                    CancellationToken.None
                )
            )
                .Should()
                .NotBeNull("nobody has to wait for the lease");
            logs.GetSnapshot().Should().NotContain(line => line.Id.Id == 1006 || line.Id.Id == 1007);
            host.Dispose();
        });
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async Task DisposeAsync(TestHost host, bool asynchronously)
    {
        if (asynchronously)
        {
            await host.DisposeAsync().AsTask().Soon();
        }
        else
        {
            await Task.Run(host.DisposeAtOnce).Soon();
        }
    }

    private static async Task ClaimableAsync(FaultInjectingStore store, TestHost host, CustomerId id)
    {
        var claim = await store.ClaimNextCheckAsync(
            [FakeProvider.DefaultName],
            host.Now,
            Duration.FromMinutes(2),
            CancellationToken.None
        );
        claim.Should().NotBeNull("nobody has to wait for the lease");
        claim!.CustomerId.Should().Be(id);
    }
}
