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
    [InlineData("?token")]
    [InlineData("?token=")]
    [InlineData("?answer=AAAA")]
    [InlineData("?token=AAAA")]
    [InlineData("?token=%00%ff%20")]
    public async Task Without_a_token_the_status_is_404(string query)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(new Uri($"{WebhookHost.PublicAddress}{query}")))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);

        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task Two_tokens_are_refused()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(new Uri($"{pending.Address}&token={pending.Token}")))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound);

        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task An_additional_parameter_is_ignored()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(new Uri($"{pending.Address}&utm=1"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_with_a_changed_byte_is_refused()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var token = Base64Url.DecodeFromChars(pending.Token);
        token.Should().HaveCountGreaterThan(80);

        for (var i = 0; i < token.Length; i++)
        {
            byte[] forged = [.. token];
            forged[i] ^= (byte)(1 << (i % 8));
            (await host.CallAsync(With(Base64Url.EncodeToString(forged))))
                .StatusCode.Should()
                .Be(HttpStatusCode.NotFound, $"byte {i} was changed");
        }

        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task A_token_of_another_key_is_refused()
    {
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        await using var host = await WebhookHost.StartAsync(time: time, store: store);
        await using var stranger = await WebhookHost.StartAsync(
            options => options.SigningKeys = [WebhookHost.KeyNamed("a stranger's")],
            time,
            store
        );
        var pending = await host.RequestCheckAsync();

        (await stranger.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.NotFound);

        stranger.Events.Should().Equal(2102);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task Keys_can_be_rotated_without_losing_a_result()
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
        var early = await before.RequestCheckAsync();
        var late = await after.RequestCheckAsync("grace@example.org");

        (await done.CallAsync(early.Address))
            .StatusCode.Should()
            .Be(HttpStatusCode.NotFound, "the first key makes tokens");
        (await after.CallAsync(early.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await before.CallAsync(late.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await done.CallAsync(late.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_expires()
    {
        await using var host = await WebhookHost.StartAsync(options => options.Lifetime = TimeSpan.FromHours(1));
        var ada = await host.RequestCheckAsync();
        var grace = await host.RequestCheckAsync("grace@example.org");

        host.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        (await host.CallAsync(ada.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        host.Time.Advance(TimeSpan.FromTicks(1));
        (await host.CallAsync(grace.Address)).StatusCode.Should().Be(HttpStatusCode.Gone);

        host.Events.Should().Equal(2100, 2103);
        (await host.CheckOfAsync(grace)).IsPending.Should().BeTrue();
    }

    [Fact]
    public async Task The_body_is_not_read_before_the_token_is_valid()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        const string asksFirst = "Content-Length: 2\r\nExpect: 100-continue";
        using var forged = await RawCall.ConnectAsync(host.LocalAddress);
        using var good = await RawCall.ConnectAsync(host.LocalAddress);

        await forged.BeginPostAsync(With(pending.Token[..^1]), asksFirst);
        (await forged.StatusAsync()).Should().Be(404, "whoever reads a body says 100 first");

        await good.BeginPostAsync(pending.Address, asksFirst);
        (await good.StatusAsync()).Should().Be(100);
        await good.SendAsync("{}");
        (await good.StatusAsync()).Should().Be(200);
    }

    private static Uri With(string token) => new($"{WebhookHost.PublicAddress}?token={token}");
}
