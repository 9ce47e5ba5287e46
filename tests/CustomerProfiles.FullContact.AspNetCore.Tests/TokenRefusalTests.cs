using System.Buffers.Text;
using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class TokenRefusalTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?answer")]
    [InlineData("?token=")]
    [InlineData("?token=AAAA")]
    [InlineData("?token=AAAA")]
    [InlineData("?token=%00%ff%20")]
    public async Task Without_a_token_there_is_nothing_here(string query)
    {
        await using var host = await WebhookHost.StartAsync();
        var asked = await host.AskAsync();

        (await host.CallAsync(new Uri($"{WebhookHost.PublicAddress}{query}")))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);

        await host.ShouldStillWaitAsync(asked);
    }

    [Fact]
    public async Task Two_tokens_are_none()
    {
        await using var host = await WebhookHost.StartAsync();
        var asked = await host.AskAsync();

        (await host.CallAsync(new Uri($"{asked.Address}&token={asked.Token}")))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);

        await host.ShouldStillWaitAsync(asked);
    }

    [Fact]
    public async Task A_parameter_that_somebody_adds_does_not_matter()
    {
        await using var host = await WebhookHost.StartAsync();
        var asked = await host.AskAsync();

        (await host.CallAsync(new Uri($"{asked.Address}&utm=1"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_with_any_byte_changed_is_none()
    {
        await using var host = await WebhookHost.StartAsync();
        var asked = await host.AskAsync();
        var token = Base64Url.DecodeFromChars(asked.Token);
        token.Should().HaveCountGreaterThan(80);

        for (var i = 0; i < token.Length; i++)
        {
            byte[] forged = [.. token];
            forged[i] ^= (byte)(1 << (i % 8));
            (await host.CallAsync(With(Base64Url.EncodeToString(forged))))
                .StatusCode.Should()
                .Be(HttpStatusCode.NotFound, $"byte {i} was changed");
        }

        await host.ShouldStillWaitAsync(asked);
    }

    [Fact]
    public async Task A_token_of_another_key_is_none()
    {
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        await using var host = await WebhookHost.StartAsync(time: time, store: store);
        await using var stranger = await WebhookHost.StartAsync(
            options => options.SigningKeys = [WebhookHost.KeyNamed("a stranger's")],
            time,
            store
        );
        var asked = await host.AskAsync();

        (await stranger.CallAsync(asked.Address)).StatusCode.Should().Be(HttpStatusCode.NotFound);

        stranger.Events.Should().Equal(2102);
        await host.ShouldStillWaitAsync(asked);
    }

    [Fact]
    public async Task Keys_can_be_changed_without_losing_an_answer()
    {
        var (old, next) = (WebhookHost.KeyNamed("old"), WebhookHost.KeyNamed("next"));
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        await using var before = await WebhookHost.StartAsync(
            options => options.SigningKeys = [old, next],
            time,
            store
        );
        await using var after = await WebhookHost.StartAsync(options => options.SigningKeys = [next, old], time, store);
        await using var done = await WebhookHost.StartAsync(options => options.SigningKeys = [next], time, store);
        var early = await before.AskAsync();
        var late = await after.AskAsync("grace@example.org");

        (await done.CallAsync(early.Address))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound, "the first key makes tokens");
        (await after.CallAsync(early.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await before.CallAsync(late.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await done.CallAsync(late.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_is_gone_when_its_time_is_over()
    {
        await using var host = await WebhookHost.StartAsync(options => options.Lifetime = TimeSpan.FromHours(1));
        var ada = await host.AskAsync();
        var grace = await host.AskAsync("grace@example.org");

        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        (await host.CallAsync(ada.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.CallAsync(grace.Address)).StatusCode.Should().Be(HttpStatusCode.Gone);

        host.Events.Should().Equal(2100, 2103);
        (await host.CheckOfAsync(grace)).IsPending.Should().BeTrue();
    }

    [Fact]
    public async Task Nothing_of_the_body_is_read_before_the_token_is_good()
    {
        await using var host = await WebhookHost.StartAsync();
        var asked = await host.AskAsync();
        const string asksFirst = "Content-Length: 2\r\nExpect: 100-continue";
        using var forged = await RawCall.ConnectAsync(host.LocalAddress);
        using var good = await RawCall.ConnectAsync(host.LocalAddress);

        await forged.BeginPostAsync(With(asked.Token[..^1]), asksFirst);
        (await forged.StatusAsync()).Should().Be(404, "whoever reads a body says 100 first");

        await good.BeginPostAsync(asked.Address, asksFirst);
        (await good.StatusAsync()).Should().Be(100);
        await good.SendAsync("{}");
        (await good.StatusAsync()).Should().Be(200);
    }

    private static Uri With(string token) => new($"{WebhookHost.PublicAddress}?token={token}");
}
