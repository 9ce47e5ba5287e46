using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Builder;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class BodyRefusalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"fullName":"Ada""")]
    [InlineData("""{"location":"Paris"} x""")]
    [InlineData("<html><body>502 Bad Gateway</body></html>")]
    [InlineData("webhookId=7")]
    [InlineData("result=")]
    [InlineData("result=%7B%22location")]
    [InlineData("""{"status":202,"message":"Queued for search. Please retry your query within about 2 minutes."}""")]
    [InlineData("""{"status":500}""")]
    [InlineData("""{"status":404,"message":"Endpoint GET /v3 not found."}""")]
    public async Task A_body_without_a_result_ends_no_check(string body)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, body)).StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);

        host.Events.Should().Equal(2107);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task A_body_may_be_as_long_as_allowed()
    {
        await using var host = await WebhookHost.StartAsync(options => options.MaxBodyBytes = 5000);
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, WebhookHost.Person.PadRight(5001)))
            .StatusCode.Should()
            .Be(HttpStatusCode.RequestEntityTooLarge);
        (await host.CallAsync(pending.Address, WebhookHost.Person.PadRight(5000)))
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        host.Events.Should().Equal(2104, 2100);
    }

    [Fact]
    public async Task An_announced_length_above_the_limit_is_refused()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        using var call = await RawCall.ConnectAsync(host.LocalAddress);

        await call.BeginPostAsync(pending.Address, "Content-Length: 1048577\r\nExpect: 100-continue");

        (await call.StatusAsync()).Should().Be(413);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task A_body_without_a_length_is_cut_off_when_it_is_too_long()
    {
        await using var host = await WebhookHost.StartAsync(options => options.MaxBodyBytes = 1024);
        var pending = await host.RequestCheckAsync();
        using var call = await RawCall.ConnectAsync(host.LocalAddress);

        // 0x401 bytes arrive, and the body never ends.
        await call.BeginPostAsync(pending.Address, "Transfer-Encoding: chunked");
        await call.SendAsync($"401\r\n{new string(' ', 0x401)}\r\n");

        (await call.StatusAsync()).Should().Be(413);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task The_limit_of_the_server_holds_as_well()
    {
        await using var host = await WebhookHost.StartAsync(pipeline: application =>
            application.Use(
                (context, next) =>
                {
                    context
                        .Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!
                        .MaxRequestBodySize = 1500;
                    return next(context);
                }
            )
        );
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address, WebhookHost.Person.PadRight(1501)))
            .StatusCode.Should()
            .Be(HttpStatusCode.RequestEntityTooLarge);

        host.Events.Should().Equal(2106);
        await host.ShouldStillWaitAsync(pending);
    }

    [Theory]
    [InlineData("Content-Length: 100", "{\"location\":\"Paris\"}")]
    [InlineData("Content-Length: 100", "")]
    [InlineData("Transfer-Encoding: chunked", "14\r\n{\"location\":\"Paris\"}\r\n")]
    public async Task A_body_that_never_ends_times_out(string headers, string beginning)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        using var call = await RawCall.ConnectAsync(host.LocalAddress);
        var waiting = host.Time.NextWaitOf(CallbackEndpoint.BodyTimeout);

        await call.BeginPostAsync(pending.Address, headers);
        await call.SendAsync(beginning);
        await waiting;
        host.Time.Advance(TimeSpan.FromSeconds(30));

        (await call.StatusAsync()).Should().Be(408);
        host.Events.Should().Equal(2105);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task A_body_of_one_byte_a_second_has_30_seconds()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        using var call = await RawCall.ConnectAsync(host.LocalAddress);
        var waiting = host.Time.NextWaitOf(TimeSpan.FromSeconds(30));

        await call.BeginPostAsync(pending.Address, "Content-Length: 31");
        await waiting;
        for (var second = 0; second < 30; second++)
        {
            await call.SendAsync(" ");
            host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        (await call.StatusAsync()).Should().Be(408);
        await host.ShouldStillWaitAsync(pending);
    }

    [Theory]
    [InlineData("Content-Length: 100", "{\"location\":\"Paris\"}")]
    [InlineData("Transfer-Encoding: chunked", "14\r\n{\"location\":\"Paris\"}\r\n")]
    public async Task A_call_that_is_cut_off_changes_nothing(string headers, string beginning)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await WebhookHost.StartAsync(pipeline: application =>
            application.Use(
                async (context, next) =>
                {
                    await next(context);
                    ended.TrySetResult();
                }
            )
        );
        var pending = await host.RequestCheckAsync();
        using var call = await RawCall.ConnectAsync(host.LocalAddress);
        var waiting = host.Time.NextWaitOf(CallbackEndpoint.BodyTimeout);

        await call.BeginPostAsync(pending.Address, headers);
        await call.SendAsync(beginning);
        await waiting;
        call.HangUp();
        await ended.Task.Soon();

        host.Events.Should().Equal(2106);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task A_received_result_is_recorded_even_if_the_caller_disconnects()
    {
        var time = new TestTime();
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(time));
        var hungUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await WebhookHost.StartAsync(
            time: time,
            store: store,
            pipeline: application =>
                application.Use(
                    async (context, next) =>
                    {
                        context.RequestAborted.Register(hungUp.SetResult);
                        await next(context);
                        ended.SetResult();
                    }
                )
        );
        var pending = await host.RequestCheckAsync();
        var taking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        interception.Before = name =>
        {
            if (name == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                taking.SetResult();
                hungUp.Task.Soon().GetAwaiter().GetResult();
            }
        };
        using var call = await RawCall.ConnectAsync(host.LocalAddress);

        await call.BeginPostAsync(pending.Address, $"Content-Length: {WebhookHost.Person.Length}");
        await call.SendAsync(WebhookHost.Person);
        await taking.Task.Soon();
        call.HangUp();
        await ended.Task.Soon();

        (await host.CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.Matched);
        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
        host.Events.Should().Equal(2100);
    }
}
