using System.Net;
using System.Net.Sockets;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>Failing connections, endless responses, timeouts and cancellation.</summary>
public sealed class FullContactFaultTests
{
    private static readonly ProviderResult TimedOut = new ProviderResult.Failed(ProviderFailure.TimedOut);
    private static readonly ProviderResult NoResponse = new ProviderResult.Failed(ProviderFailure.NoResponse);
    private static readonly ProviderResult.Failed UnavailableForNow = new ProviderResult.Failed(
        ProviderFailure.Unavailable,
        Duration.FromMinutes(1)
    );
    private static readonly ProviderResult Unreadable = new ProviderResult.Failed(ProviderFailure.InvalidResponse);

    [Fact]
    public async Task A_refused_connection_may_be_retried()
    {
        // Bound but not listening, so that connecting is refused.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var under = new ProviderUnderTest(
            new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/")
        );

        (await under.LookUpAsync()).Should().Be(UnavailableForNow);
        under.OwnLogs.Should().ContainSingle().Which.Id.Id.Should().Be(2009);
    }

    [Fact]
    public async Task A_failed_tls_handshake_may_be_retried()
    {
        await using var plain = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        await using var under = new ProviderUnderTest(new UriBuilder(plain.BaseAddress) { Scheme = "https" }.Uri);

        (await under.LookUpAsync()).Should().Be(UnavailableForNow);
        plain.Received.Should().BeEmpty();
    }

    [Fact]
    public async Task A_connection_that_hangs_may_be_retried_because_nothing_was_sent()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var under = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            http: client =>
                client.ConfigurePrimaryHttpMessageHandler(() =>
                    new SocketsHttpHandler
                    {
                        ConnectCallback = async (_, cancellationToken) =>
                        {
                            begun.SetResult();
                            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                            throw new InvalidOperationException("It never connects.");
                        },
                    }
                )
        );

        await TimesOutUnsentAsync(under, begun.Task);
    }

    [Fact]
    public async Task A_tls_handshake_that_hangs_may_be_retried_because_nothing_was_sent()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var under = new ProviderUnderTest(
            new Uri($"https://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/")
        );
        var greeting = GreetedAsync();

        await TimesOutUnsentAsync(under, greeting);
        using var socket = await greeting;

        // The first byte of the handshake has arrived.
        async Task<Socket> GreetedAsync()
        {
            var accepted = await silent.AcceptSocketAsync();
            (await accepted.ReceiveAsync(new byte[1])).Should().Be(1);
            return accepted;
        }
    }

    private static async Task TimesOutUnsentAsync(ProviderUnderTest under, Task begun)
    {
        var calling = under.LookUpAsync();
        await begun;
        under.Time.Advance(new FullContactOptions().Timeout);
        (await calling).Should().Be(UnavailableForNow);
        under.OwnLogs.Should().ContainSingle().Which.Message.Should().Contain("charged: False");
    }

    [Fact]
    public async Task A_handler_that_reads_the_body_does_not_count_as_sending()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var under = With(
            new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}/"),
            async (request, send) =>
            {
                (await request.Content!.ReadAsStringAsync()).Should().Contain(ProviderUnderTest.Email);
                return await send();
            }
        );

        (await under.LookUpAsync()).Should().Be(UnavailableForNow);
    }

    [Fact]
    public async Task A_body_that_a_handler_replaced_counts_as_sent()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var under = With(
            server.BaseAddress,
            (request, send) =>
            {
                request.Content = new StringContent("{}");
                return send();
            }
        );

        (await under.LookUpAsync()).Should().Be(NoResponse);
        server.Received.Should().ContainSingle().Which.Body.Should().Be("{}");
    }

    [Fact]
    public async Task A_copy_that_a_handler_sends_instead_counts_as_sent()
    {
        await using var under = Ending(
            _ => throw new HttpRequestException(HttpRequestError.ResponseEnded),
            client => client.AddHttpMessageHandler(() => new SendsACopy())
        );

        (await under.LookUpAsync()).Should().Be(NoResponse);
    }

    [Fact]
    public async Task A_request_that_a_handler_holds_counts_as_sent_and_as_an_attempt()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var under = new ProviderUnderTest(
            new Uri("http://127.0.0.1:9/"),
            http: client => client.AddHttpMessageHandler(() => new HoldsUp(begun))
        );

        var calling = under.LookUpAsync();
        await begun.Task;
        under.Time.Advance(new FullContactOptions().Timeout);
        (await calling).Should().Be(TimedOut);
    }

    [Fact]
    public async Task A_request_that_a_handler_responds_to_was_not_sent()
    {
        await using var under = With(
            new Uri("http://127.0.0.1:9/"),
            (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.ServiceUnavailable))
        );

        (await under.LookUpAsync()).Should().Be(UnavailableForNow);
    }

    [Fact]
    public async Task A_call_that_a_handler_repeats_counts_while_one_has_no_response()
    {
        var calls = 0;
        await using var under = Ending(
            async request =>
            {
                await request.Content!.CopyToAsync(Stream.Null);
                return ++calls == 1
                    ? throw new HttpRequestException(HttpRequestError.ResponseEnded)
                    : new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
            },
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        async (_, send) =>
                        {
                            try
                            {
                                return await send();
                            }
                            catch (HttpRequestException)
                            {
                                return await send();
                            }
                        }
                    )
                )
        );

        (await under.LookUpAsync()).Should().Be(UnavailableForNow with { MayBeCharged = true });
        calls.Should().Be(2);
    }

    [Fact]
    public async Task A_buffered_body_is_tracked_the_second_time_as_well()
    {
        var calls = 0;
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            if (++calls == 1)
            {
                context.Response.StatusCode = 503;
            }
            else
            {
                context.Abort();
            }
        });
        await using var under = new ProviderUnderTest(
            server.BaseAddress,
            options => options.MaxRetries = 1,
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        async (request, send) =>
                        {
                            await request.Content!.LoadIntoBufferAsync();
                            return await send();
                        }
                    )
                ),
            time: new RingingTime(TimeSpan.FromSeconds(9))
        );

        (await under.LookUpAsync()).Should().Be(NoResponse);
        calls.Should().Be(2);
    }

    /// <summary>The name of the error depends on whether the break was noticed before or after sending.</summary>
    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.Unknown)]
    public async Task Only_a_request_that_was_never_sent_may_be_retried(HttpRequestError error)
    {
        await using var unsent = Ending(_ => throw new HttpRequestException(error));
        await using var sent = Ending(async request =>
        {
            await request.Content!.CopyToAsync(Stream.Null);
            throw new HttpRequestException(error);
        });
        await using var sentAtOnce = Ending(request =>
        {
            using var body = request.Content!.ReadAsStream();
            throw new HttpRequestException(error);
        });

        (await unsent.LookUpAsync()).Should().Be(UnavailableForNow);
        (await sent.LookUpAsync()).Should().Be(NoResponse);
        (await sentAtOnce.LookUpAsync()).Should().Be(NoResponse);
        sent.OwnLogs.Should().ContainSingle().Which.Message.Should().Contain(error.ToString());
    }

    [Fact]
    public async Task A_connection_that_breaks_before_the_response_is_not_retried()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        simulator.Script(ProviderUnderTest.Email, new SimulatedResponse.Drop());
        await using var under = new ProviderUnderTest(simulator.BaseAddress);

        (await under.LookUpAsync()).Should().Be(NoResponse);
        simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_match_that_is_cut_off_is_an_invalid_response_because_it_was_charged() =>
        (await AskWhileItBreaksOffAsync(200)).Should().Be(Unreadable);

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(422)]
    public async Task An_error_that_is_cut_off_is_not_interpreted_by_its_status_alone(int status) =>
        (await AskWhileItBreaksOffAsync(status)).Should().Be(UnavailableForNow);

    [Theory]
    [InlineData(200, ProviderFailure.InvalidResponse)]
    [InlineData(403, ProviderFailure.Forbidden)]
    [InlineData(404, ProviderFailure.WrongEndpoint)]
    [InlineData(422, ProviderFailure.BadRequest)]
    public async Task A_body_without_end_is_read_no_further_than_the_limit(int status, ProviderFailure failure)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            try
            {
                while (true)
                {
                    await context.Response.Body.WriteAsync("    "u8.ToArray().AsMemory(), context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
            }
            catch (OperationCanceledException)
            {
                gone.SetResult();
            }
        });
        await using var under = new ProviderUnderTest(server.BaseAddress, options => options.MaxResponseBytes = 4096);

        (await under.LookUpAsync()).Should().BeOfType<ProviderResult.Failed>().Which.Failure.Should().Be(failure);
        await gone.Task;
    }

    [Fact]
    public async Task The_limit_is_the_largest_body_that_is_read()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            context.Response.WriteAsync("""{"bio":"x"}""".PadRight(2048))
        );
        await using var fits = new ProviderUnderTest(server.BaseAddress, options => options.MaxResponseBytes = 2048);
        await using var tooLong = new ProviderUnderTest(server.BaseAddress, options => options.MaxResponseBytes = 2047);

        (await fits.LookUpAsync()).Should().BeOfType<ProviderResult.Matched>();
        (await tooLong.LookUpAsync()).Should().Be(Unreadable);
    }

    [Fact]
    public async Task A_body_that_announces_too_much_is_not_read_at_all()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 10_000_000;
            await context.Response.Body.FlushAsync();
            await held.Task.WaitAsync(context.RequestAborted);
        });
        await using var under = new ProviderUnderTest(server.BaseAddress);

        (await under.LookUpAsync()).Should().Be(Unreadable);
    }

    [Fact]
    public async Task Without_a_response_in_time_the_lookup_times_out_and_is_not_repeated()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        using var held = simulator.Hold(ProviderUnderTest.Email);
        await using var under = new ProviderUnderTest(
            simulator.BaseAddress,
            options => (options.Timeout, options.AttemptTimeout) = (TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(7))
        );

        var calling = under.LookUpAsync();
        await held.Arrived;
        under.Time.Advance(TimeSpan.FromSeconds(7) - TimeSpan.FromTicks(1));
        calling.IsCompleted.Should().BeFalse();
        under.Time.Advance(TimeSpan.FromTicks(1));

        (await calling).Should().Be(TimedOut);
        under.OwnLogs.Should().ContainSingle().Which.Message.Should().Contain("00:00:07");
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(404, false)]
    public async Task The_timeout_includes_the_body(int status, bool mayBeCharged)
    {
        var headersAreThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("""{"message":""");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var under = With(
            server.BaseAddress,
            async (_, send) =>
            {
                var response = await send();
                headersAreThere.SetResult();
                return response;
            }
        );

        var calling = under.LookUpAsync();
        await headersAreThere.Task;
        under.Time.Advance(TimeSpan.FromSeconds(20));

        (await calling).Should().Be(mayBeCharged ? TimedOut : UnavailableForNow);
    }

    [Fact]
    public async Task A_timeout_of_the_host_is_a_timeout_too()
    {
        await using var under = Ending(async request =>
        {
            await request.Content!.CopyToAsync(Stream.Null);
            throw new TaskCanceledException("", new TimeoutException());
        });

        (await under.LookUpAsync()).Should().Be(TimedOut);
    }

    [Fact]
    public async Task The_callers_cancellation_is_thrown_as_such()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        using var held = simulator.Hold(ProviderUnderTest.Email);
        await using var under = new ProviderUnderTest(simulator.BaseAddress);
        using var cancellation = new CancellationTokenSource();

        var calling = under.LookUpAsync(cancellationToken: cancellation.Token);
        await held.Arrived;
        await cancellation.CancelAsync();

        (await FluentActions.Awaiting(() => calling).Should().ThrowAsync<OperationCanceledException>())
            .Which.CancellationToken.Should()
            .Be(cancellation.Token);
        under.OwnLogs.Should().BeEmpty();
    }

    [Fact]
    public async Task The_callers_cancellation_has_precedence_over_a_timeout_and_a_broken_connection()
    {
        using var cancellation = new CancellationTokenSource();
        await using var under = With(
            new Uri("http://127.0.0.1:9/"),
            (_, _) =>
            {
                cancellation.Cancel();
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
            }
        );

        await FluentActions
            .Awaiting(() => under.LookUpAsync(cancellationToken: cancellation.Token))
            .Should()
            .ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_cancelled_caller_sends_nothing()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress);

        await FluentActions
            .Awaiting(() => under.LookUpAsync(cancellationToken: new CancellationToken(canceled: true)))
            .Should()
            .ThrowAsync<OperationCanceledException>();
        simulator.Calls.Should().Be(0);
    }

    [Fact]
    public async Task One_provider_serves_many_at_once()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        simulator.ScriptEverybody(new SimulatedResponse.Match("""{"fullName":"Somebody"}"""));
        await using var under = new ProviderUnderTest(simulator.BaseAddress);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(number => under.LookUpAsync($"person{number}@example.com"))
        );

        results.Should().AllBeOfType<ProviderResult.Matched>();
        simulator.Calls.Should().Be(64);
    }

    private static ProviderUnderTest Ending(
        Func<HttpRequestMessage, Task<HttpResponseMessage>> handle,
        Action<IHttpClientBuilder>? http = null
    ) =>
        new(
            new Uri("http://127.0.0.1:9/"),
            options => options.AllowOtherPrimaryHandlers = true,
            http: client =>
            {
                client.ConfigurePrimaryHttpMessageHandler(() => new AtTheEnd((request, _) => handle(request)));
                http?.Invoke(client);
            }
        );

    private static ProviderUnderTest With(
        Uri baseAddress,
        Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> handle
    ) => new(baseAddress, http: client => client.AddHttpMessageHandler(() => new OnTheWay(handle)));

    private static async Task<ProviderResult> AskWhileItBreaksOffAsync(int status)
    {
        // Closing a connection may discard data that the client has not read, so the server waits until the client has
        // the headers.
        var headersAreThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("""{"fullName":""");
            await context.Response.Body.FlushAsync();
            await headersAreThere.Task;
            context.Abort();
        });
        await using var under = With(
            server.BaseAddress,
            async (_, send) =>
            {
                var response = await send();
                headersAreThere.SetResult();
                return response;
            }
        );
        return await under.LookUpAsync();
    }

    private sealed class HoldsUp(TaskCompletionSource begun) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("It never goes on.");
        }
    }

    /// <summary>As some proxying handlers do, which lose the options of a request.</summary>
    private sealed class SendsACopy : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            base.SendAsync(
                new HttpRequestMessage(request.Method, request.RequestUri) { Content = new StringContent("{}") },
                cancellationToken
            );
    }
}
