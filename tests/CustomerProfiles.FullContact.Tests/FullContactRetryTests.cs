using System.Net;
using System.Net.Sockets;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>What is retried, how often and after which delay, and what never is because it may be charged.</summary>
public sealed class FullContactRetryTests : IAsyncLifetime
{
    private static readonly TimeSpan LongestWaitInPlace = TimeSpan.FromSeconds(10);

    private readonly RingingTime _time = new(LongestWaitInPlace);
    private FullContactSimulator _simulator = null!;

    public async Task InitializeAsync() => _simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);

    public async Task DisposeAsync() => await _simulator.DisposeAsync();

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_temporary_refusal_is_retried_and_one_match_is_billed(int status)
    {
        _simulator.Script(
            ProviderUnderTest.Email,
            new SimulatedResponse.Status(status),
            new SimulatedResponse.Status(status),
            Match
        );
        await using var under = Under();

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
        _simulator.Calls.Should().Be(3);
        _simulator.BilledMatches.Should().Be(1);
        _time.Waits.Should().HaveCount(2).And.OnlyContain(wait => wait > TimeSpan.Zero && wait <= LongestWaitInPlace);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(5, 6)]
    public async Task It_is_retried_as_often_as_the_option_says_and_then_left_to_the_core(int retries, int calls)
    {
        _simulator.ScriptEverybody(SimulatedResponse.Unavailable());
        await using var under = Under(options => options.MaxRetries = retries);

        (await under.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.Unavailable, Duration.FromMinutes(1)));
        _simulator.Calls.Should().Be(calls);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(422)]
    [InlineData(451)]
    [InlineData(501)]
    [InlineData(505)]
    public async Task No_other_status_is_retried(int status)
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(status));
        await using var under = Under();

        await under.LookUpAsync();

        _simulator.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("10", 10)]
    [InlineData("0", 1)]
    [InlineData("Sun, 01 Mar 2026 12:00:07 GMT", 7)]
    public async Task A_short_retry_after_is_waited_for(string retryAfter, int seconds)
    {
        _simulator.Script(ProviderUnderTest.Email, SimulatedResponse.Throttled(retryAfter), Match);
        await using var under = Under();

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
        _time.Waits.Should().Equal(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("11", 11)]
    [InlineData("3600", 3600)]
    public async Task A_long_retry_after_is_left_to_the_core(string retryAfter, int seconds)
    {
        _simulator.ScriptEverybody(SimulatedResponse.Throttled(retryAfter));
        await using var under = Under();

        (await under.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.Throttled, Duration.Zero, countsAsAttempt: false));
        under.Provider.Pause!.Remedy.Should().Contain(TimeSpan.FromSeconds(seconds).ToString());
        _simulator.Calls.Should().Be(1);
        _time.Waits.Should().BeEmpty();
    }

    [Fact]
    public async Task A_failed_connection_is_retried()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var tries = 0;
        await using var under = Under(
            options => options.BaseAddress = new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/"),
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        (_, send) =>
                        {
                            tries++;
                            return send();
                        }
                    )
                )
        );

        (await under.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.Unavailable, Duration.FromMinutes(1)));
        tries.Should().Be(3);
    }

    [Fact]
    public async Task A_connection_that_hangs_is_retried_after_the_timeout_of_one_call()
    {
        await using var under = Under(
            options => options.AttemptTimeout = TimeSpan.FromSeconds(3),
            client =>
                client.ConfigurePrimaryHttpMessageHandler(() =>
                    new SocketsHttpHandler
                    {
                        ConnectCallback = async (_, cancellationToken) =>
                        {
                            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                            throw new InvalidOperationException("It never connects.");
                        },
                    }
                )
        );

        (await under.LookUpAsync())
            .Should()
            .Be(new ProviderResult.Failed(ProviderFailure.Unavailable, Duration.FromMinutes(1)));
        under.Logs.Count(log => log.Id.Id == 2015).Should().Be(2);
    }

    [Fact]
    public async Task Each_retry_is_sent_like_the_first_call()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        await using var under = Under(options => options.BaseAddress = server.BaseAddress);

        await under.LookUpAsync();

        server
            .Received.Should()
            .HaveCount(3)
            .And.OnlyContain(call =>
                call.Body == server.Received.First().Body
                && call.Body.Contains(ProviderUnderTest.Email)
                && call.Headers["Content-Type"] == "application/json"
                && call.Headers["Content-Length"] == $"{call.Body.Length}"
                && !call.Headers.ContainsKey("Transfer-Encoding")
            );
    }

    [Fact]
    public async Task A_request_without_a_response_is_not_retried_because_it_may_be_charged()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Drop());
        await using var under = Under();

        (await under.LookUpAsync()).Should().Be(new ProviderResult.Failed(ProviderFailure.NoResponse));
        _simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_request_without_a_response_is_retried_with_the_option()
    {
        _simulator.Script(ProviderUnderTest.Email, new SimulatedResponse.Drop(), Match);
        await using var under = Under(options => options.RetryWithoutResponse = true);

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
        _simulator.Calls.Should().Be(2);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task A_call_that_times_out_is_retried_only_with_the_option(bool retryWithoutResponse, int calls)
    {
        var completed = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            if (Interlocked.Increment(ref completed) == 1)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                    .ContinueWith(_ => { }, TaskScheduler.Default);
            }

            await context.Response.WriteAsync("""{"fullName":"Maria Quill"}""");
        });
        var time = new CountingTime();
        await using var under = new ProviderUnderTest(
            server.BaseAddress,
            options =>
                (options.MaxRetries, options.RetryWithoutResponse, options.Timeout, options.AttemptTimeout) = (
                    2,
                    retryWithoutResponse,
                    TimeSpan.FromSeconds(20),
                    TimeSpan.FromSeconds(3)
                ),
            time: time
        );

        // The first call hangs until its timeout. The pause after it, if any, is over once its longest time has passed:
        // it must have begun by then, for only a timer that is set can ring.
        var calling = under.LookUpAsync();
        while (server.Received.IsEmpty)
        {
            await Task.Yield();
        }

        var timers = time.TimersSet;
        time.Advance(TimeSpan.FromSeconds(3));
        while (!calling.IsCompleted && time.TimersSet == timers)
        {
            await Task.Yield();
        }

        time.Advance(LongestWaitInPlace);
        var result = await calling;
        server.Received.Should().HaveCount(calls);
        if (retryWithoutResponse)
        {
            result.Should().BeOfType<ProviderResult.Matched>();
        }
        else
        {
            result.Should().Be(new ProviderResult.Failed(ProviderFailure.TimedOut));
        }
    }

    [Fact]
    public async Task A_deadline_between_two_calls_is_a_timeout_without_a_charge()
    {
        _simulator.ScriptEverybody(SimulatedResponse.Throttled("5"));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var under = new ProviderUnderTest(
            _simulator.BaseAddress,
            options => (options.MaxRetries, options.Timeout) = (2, TimeSpan.FromSeconds(2)),
            time: time
        );

        var calling = under.LookUpAsync();
        while (!under.Logs.Any(log => log.Id.Id == 2015))
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(2));

        (await calling).Should().Be(new ProviderResult.Failed(ProviderFailure.Unavailable, Duration.FromMinutes(1)));
        _simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task Registering_twice_does_not_multiply_the_calls()
    {
        _simulator.ScriptEverybody(SimulatedResponse.Unavailable());
        await using var under = Under(more: services =>
            services.AddCustomerProfiles().AddFullContact(_ => { }).AddFullContact(_ => { })
        );

        await under.LookUpAsync();

        _simulator.Calls.Should().Be(3);
    }

    [Fact]
    public async Task While_everything_fails_lookups_are_paused_for_a_minute()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(500));
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var under = new ProviderUnderTest(_simulator.BaseAddress, time: time);
        for (var i = 0; i < 10; i++)
        {
            await under.LookUpAsync($"person{i}@example.com");
        }

        var result = await under.LookUpAsync();

        result
            .Should()
            .BeOfType<ProviderResult.Failed>()
            .Which.Should()
            .Match<ProviderResult.Failed>(failed =>
                failed.Failure == ProviderFailure.Unavailable
                && !failed.CountsAsAttempt
                && failed.RetryAfter == Duration.Zero
            );
        _simulator.Calls.Should().Be(3);

        _simulator.ScriptEverybody(Match);
        time.Advance(TimeSpan.FromMinutes(1));
        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
    }

    [Fact]
    public async Task A_server_that_never_responds_is_an_outage_too()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Silence());
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var under = new ProviderUnderTest(_simulator.BaseAddress, time: time);
        var hanging = Enumerable.Range(0, 10).Select(i => under.LookUpAsync($"person{i}@example.com")).ToArray();
        while (_simulator.Calls < 10)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(10));
        (await Task.WhenAll(hanging))
            .Should()
            .OnlyContain(result => result.Equals(new ProviderResult.Failed(ProviderFailure.TimedOut, null, true)));

        under
            .Provider.Pause.Should()
            .Match<ProviderPause>(pause => pause.Failure == ProviderFailure.Unavailable && !pause.IsProbeDue);
        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Failed>().Which.CountsAsAttempt.Should().BeFalse();
        _simulator.Calls.Should().Be(10);
        time.Advance(TimeSpan.FromSeconds(30));
        under.Provider.Pause!.IsProbeDue.Should().BeTrue();
        _simulator.ScriptEverybody(new SimulatedResponse.Miss());
        await under.LookUpAsync();
        under.Provider.Pause.Should().BeNull();
    }

    [Fact]
    public async Task Resilience_handlers_of_all_clients_do_not_retry()
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Drop());
        await using var under = Under(
            options => options.MaxRetries = 0,
            more: services => services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler())
        );

        await under.LookUpAsync();

        _simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_miss_after_a_retry_may_still_have_been_charged()
    {
        _simulator.Script(
            ProviderUnderTest.Email,
            new SimulatedResponse.Drop { Billed = true },
            new SimulatedResponse.Miss()
        );
        await using var under = Under(options => options.RetryWithoutResponse = true);

        (await under.LookUpAsync()).Should().Be(new ProviderResult.NoMatch { MayBeCharged = true });
    }

    [Fact]
    public async Task Misses_are_not_an_outage()
    {
        await using var under = Under();
        for (var i = 0; i < 40; i++)
        {
            (await under.LookUpAsync($"nobody{i}@example.com")).Should().Be(new ProviderResult.NoMatch());
        }

        _simulator.Calls.Should().Be(40);
    }

    private static SimulatedResponse Match => new SimulatedResponse.Match("""{"fullName":"Maria Quill"}""");

    private ProviderUnderTest Under(
        Action<FullContactOptions>? configure = null,
        Action<IHttpClientBuilder>? http = null,
        Action<IServiceCollection>? more = null
    ) =>
        new(
            _simulator.BaseAddress,
            options =>
            {
                // On this clock a call never times out, unless a test makes it time out at once.
                (options.MaxRetries, options.AttemptTimeout) = (2, LongestWaitInPlace + TimeSpan.FromSeconds(1));
                configure?.Invoke(options);
            },
            http,
            _time,
            more
        );
}
