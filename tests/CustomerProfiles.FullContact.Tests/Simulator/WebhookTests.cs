using System.Text.Json.Nodes;
using CustomerProfiles.FullContact.Tests.Support;
using FullContact.Simulator;
using FullContact.Simulator.Callbacks;
using Microsoft.AspNetCore.WebUtilities;

namespace CustomerProfiles.FullContact.Tests.Simulator;

public sealed class WebhookTests : IAsyncLifetime
{
    private const string Maria = "maria.quill@example.org";
    private readonly HastyClock _clock = new();
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoopbackServer _receiver = null!;
    private FullContactSimulator _simulator = null!;
    private SimulatorClient _client = null!;
    private int _status = 204;

    private string Webhook => $"{_receiver.BaseAddress}hook?identifier=12345&token=t'1";

    public async Task InitializeAsync()
    {
        _receiver = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = _status;
            _called.TrySetResult();
            return Task.CompletedTask;
        });
        _simulator = await FullContactSimulator.StartAsync(new SimulatorOptions { Time = _clock });
        _client = new SimulatorClient(_simulator);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _simulator.DisposeAsync();
        await _receiver.DisposeAsync();
    }

    [Fact]
    public async Task A_request_with_a_webhook_is_accepted_without_a_request_id()
    {
        var reply = await EnrichAsync(Maria);

        reply.Status.Should().Be(202);
        reply.Json.Select(part => part.Key).Should().Equal("status", "message");
        ((int?)reply.Json["status"]).Should().Be(202);
        reply
            .Text("message")
            .Should()
            .Be($"Queued for search. Your response will be sent to your webhook shortly at {Webhook}.");
    }

    [Fact]
    public async Task The_person_is_sent_once_as_json_to_the_very_url()
    {
        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        var received = _receiver.Received.Should().ContainSingle().Subject;
        received.Method.Should().Be("POST");
        received.Path.Should().Be("/hook");
        received.Headers["Content-Type"].Should().StartWith("application/json");
        ((string?)JsonNode.Parse(received.Body)!["fullName"]).Should().Be("Maria Quill");
        var callback = _simulator.Callbacks.All.Should().ContainSingle().Subject;
        callback.Url.Query.Should().Be("?identifier=12345&token=t'1");
        callback.Deliveries.Should().Equal(new CallbackDelivery(204));
        _simulator.BilledMatches.Should().Be(1);
        _simulator.CallLog.Single().Status.Should().Be(202);
        _simulator.CallLog.Single().IsBilled.Should().BeTrue();
    }

    [Fact]
    public async Task The_callback_comes_after_the_response_without_a_further_request()
    {
        await EnrichAsync(Maria);
        await _called.Task;

        _receiver.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task A_miss_is_sent_as_such_and_costs_nothing()
    {
        await EnrichAsync("stranger@example.com");
        await _simulator.Callbacks.SettledAsync();

        _receiver.Received.Single().Body.Should().Be("""{"status":404,"message":"Profile not found"}""");
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task Nobody_who_is_called_back_sees_the_queue()
    {
        await EnrichAsync("quentin.moss@example.net");
        await _simulator.Callbacks.SettledAsync();

        ((string?)JsonNode.Parse(_receiver.Received.Single().Body)!["fullName"]).Should().Be("Quentin Moss");
        _simulator.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_search_that_never_ends_is_accepted_and_never_called_back()
    {
        _simulator.Script("a@example.com", new SimulatedResponse.Queued());

        (await EnrichAsync("a@example.com")).Status.Should().Be(202);
        await _simulator.Callbacks.SettledAsync();

        _simulator.Callbacks.All.Single().Body.Should().BeNull();
        _receiver.Received.Should().BeEmpty();
        await _simulator
            .Callbacks.All.Single()
            .Awaiting(callback => callback.SendAsync())
            .Should()
            .ThrowAsync<InvalidOperationException>();
    }

    [Theory]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(503)]
    public async Task A_failure_is_reported_at_once(int status)
    {
        _simulator.ScriptEverybody(new SimulatedResponse.Status(status));

        (await EnrichAsync(Maria)).Status.Should().Be(status);

        _simulator.Callbacks.All.Should().BeEmpty();
    }

    [Fact]
    public async Task The_bundles_and_what_a_hash_may_see_hold_for_callbacks_too()
    {
        var hash = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Maria))
        );
        await _client.EnrichAsync(
            new JsonObject
            {
                ["email"] = hash,
                ["webhookUrl"] = Webhook,
                ["dataFilter"] = new JsonArray("professional"),
            }
        );
        await _simulator.Callbacks.SettledAsync();

        JsonNode
            .Parse(_receiver.Received.Single().Body)!
            .AsObject()
            .Select(part => part.Key)
            .Should()
            .Contain("title")
            .And.NotContain(["fullName", "avatar", "twitter"]);
    }

    [Fact]
    public async Task Held_callbacks_wait_for_their_release_and_are_billed_then()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };

        await EnrichAsync(Maria);
        await EnrichAsync("stranger@example.com");
        await _simulator.Callbacks.SettledAsync();
        _receiver.Received.Should().BeEmpty();
        _simulator.BilledMatches.Should().Be(0);
        _simulator.Callbacks.All.Should().OnlyContain(callback => !callback.Settled.IsCompleted);

        await _simulator.Callbacks.ReleaseAsync();
        await _simulator.Callbacks.ReleaseAsync();

        _receiver.Received.Should().HaveCount(2);
        _simulator.BilledMatches.Should().Be(1);
        _simulator.Callbacks.All.Should().OnlyContain(callback => callback.Settled.IsCompleted);
    }

    [Fact]
    public async Task Nobody_waits_for_callbacks_of_a_simulator_that_has_stopped()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await EnrichAsync(Maria);

        await _simulator.DisposeAsync();

        await _simulator.Callbacks.All.Single().Settled;
        _receiver.Received.Should().BeEmpty();
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task A_callback_may_come_twice_and_is_billed_once()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { Times = 2 };

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();
        _receiver.Received.Should().HaveCount(2);

        (await _simulator.Callbacks.All.Single().SendAsync()).Status.Should().Be(204);
        _receiver.Received.Should().HaveCount(3);
        _receiver.Received.Select(received => received.Body).Distinct().Should().ContainSingle();
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_callback_may_get_lost_and_is_billed_all_the_same()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { Times = 0 };

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        _receiver.Received.Should().BeEmpty();
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_search_may_take_its_time()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { Delay = TimeSpan.FromMinutes(2) };

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        _clock.Waits.Should().Equal(TimeSpan.FromMinutes(2));
        _receiver.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task The_callback_may_be_wrapped_in_json()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { Form = CallbackForm.Wrapped, WebhookId = "w\"1" };

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        var body = JsonNode.Parse(_receiver.Received.Single().Body)!;
        ((string?)body["result"]!["fullName"]).Should().Be("Maria Quill");
        ((string?)body["webhookId"]).Should().Be("w\"1");
    }

    [Fact]
    public async Task The_callback_may_come_as_a_form()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { Form = CallbackForm.FormEncoded, WebhookId = "a b" };

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        var received = _receiver.Received.Single();
        received.Headers["Content-Type"].Should().Be("application/x-www-form-urlencoded");
        var form = QueryHelpers.ParseQuery(received.Body);
        ((string?)JsonNode.Parse(form["result"].ToString())!["fullName"]).Should().Be("Maria Quill");
        form["webhookId"].ToString().Should().Be("a b");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(410)]
    [InlineData(500)]
    public async Task What_the_receiver_says_is_remembered_and_nothing_is_sent_again(int status)
    {
        _status = status;

        await EnrichAsync(Maria);
        await _simulator.Callbacks.SettledAsync();

        _simulator.Callbacks.All.Single().Deliveries.Should().Equal(new CallbackDelivery(status));
        _receiver.Received.Should().ContainSingle();
    }

    [Fact]
    public async Task Where_nobody_listens_nothing_is_delivered()
    {
        // Bound but not listening, so that connecting is refused.
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Tcp
        );
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var port = ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;

        await _client.EnrichAsync(new JsonObject { ["email"] = Maria, ["webhookUrl"] = $"http://127.0.0.1:{port}/" });
        await _simulator.Callbacks.SettledAsync();

        _simulator.Callbacks.All.Single().Deliveries.Should().Equal(new CallbackDelivery((int?)null));
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task Callbacks_can_go_to_a_receiver_that_is_on_no_network()
    {
        var handler = new Recorder();
        await using var simulator = await FullContactSimulator.StartAsync(
            new SimulatorOptions { CallbackHandler = handler }
        );
        using var client = new SimulatorClient(simulator);

        await client.EnrichAsync(
            new JsonObject { ["email"] = Maria, ["webhookUrl"] = "https://desk.example.com/hook" }
        );
        await simulator.Callbacks.SettledAsync();

        handler.Urls.Should().Equal(new Uri("https://desk.example.com/hook"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a url")]
    [InlineData("/hook")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("example.com/hook")]
    public async Task A_webhook_that_is_no_web_address_is_refused_and_repeated(string webhook)
    {
        var reply = await _client.EnrichAsync(new JsonObject { ["email"] = Maria, ["webhookUrl"] = webhook });

        reply.Status.Should().Be(400);
        ((int?)reply.Json["status"]).Should().Be(400);
        reply.Text("message").Should().Be($"Invalid webhookUrl provided: '{webhook}'");
        _simulator.Callbacks.All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_webhook_that_is_null_is_none() =>
        (await _client.EnrichAsync(new JsonObject { ["email"] = Maria, ["webhookUrl"] = null }))
            .Text("fullName")
            .Should()
            .Be("Maria Quill");

    [Fact]
    public async Task The_queue_without_a_webhook_has_a_request_id()
    {
        var statuses = new List<int>();
        for (var call = 0; call < 5; call++)
        {
            var reply = await _client.EnrichEmailAsync("quentin.moss@example.net");
            statuses.Add(reply.Status);
            reply.Json.ContainsKey("requestId").Should().Be(reply.Status == 202);
        }

        statuses.Should().Equal(202, 202, 202, 200, 200);
        _simulator.BilledMatches.Should().Be(2);
    }

    private Task<Reply> EnrichAsync(string address) =>
        _client.EnrichAsync(new JsonObject { ["email"] = address, ["webhookUrl"] = Webhook });

    private sealed class Recorder : HttpMessageHandler
    {
        public List<Uri> Urls { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Urls.Add(request.RequestUri!);
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.OK));
        }
    }
}
