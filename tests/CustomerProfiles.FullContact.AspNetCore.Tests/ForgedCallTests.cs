using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>However many calls come, the log stays short and has their number.</summary>
public sealed class ForgedCallTests
{
    [Fact]
    public async Task Nine_thousand_forged_calls_write_two_lines_a_minute()
    {
        await using var host = await WebhookHost.StartAsync();
        await CallAsync(host, new Uri($"{WebhookHost.PublicAddress}?token=forged"), 9_000);

        host.Events.Should().Equal(2102);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        host.Events.Should().Equal(2102, 2110);
        host.Logs.Should()
            .ContainSingle(log => log.Id.Id == 2110)
            .Which.Should()
            .Match<Microsoft.Extensions.Logging.Testing.FakeLogRecord>(log =>
                log.Level == LogLevel.Warning
                && log.Message.Contains("8999")
                && log.Message.Contains("TokenUnknown")
                && !log.Message.Contains("forged")
            );
    }

    [Theory]
    [InlineData("", 2101, LogLevel.Debug)]
    [InlineData("?token=", 2101, LogLevel.Debug)]
    [InlineData("?token=a&token=b", 2101, LogLevel.Debug)]
    [InlineData("?other=x", 2101, LogLevel.Debug)]
    [InlineData("?token=%00%01", 2102, LogLevel.Warning)]
    [InlineData("?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 2102, LogLevel.Warning)]
    public async Task Every_reason_is_counted_and_logged_at_its_level(string query, int first, LogLevel level)
    {
        await using var host = await WebhookHost.StartAsync();
        await CallAsync(host, new Uri(WebhookHost.PublicAddress + query), 20);
        host.Time.Advance(TimeSpan.FromMinutes(1));

        host.Events.Should().Equal(first, 2110);
        host.Logs.Where(log => log.Id.Id is 2110 || log.Id.Id == first).Should().OnlyContain(log => log.Level == level);
    }

    [Fact]
    public async Task Reasons_are_counted_separately_and_after_a_quiet_minute_the_next_call_is_logged_at_once()
    {
        await using var host = await WebhookHost.StartAsync();
        var forged = new Uri($"{WebhookHost.PublicAddress}?token=forged");
        await CallAsync(host, forged, 2);
        await CallAsync(host, new Uri(WebhookHost.PublicAddress), 2);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        host.Events.Should().BeEquivalentTo(new[] { 2102, 2101, 2110, 2110 });

        await CallAsync(host, forged, 3);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        host.Events.Should().HaveCount(5, "of a minute with calls there is one more line");
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await CallAsync(host, forged, 1);
        host.Events.Should().HaveCount(6).And.EndWith(2102);
    }

    [Fact]
    public async Task Bodies_without_a_result_under_a_valid_token_are_counted_too()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        for (var i = 0; i < 50; i++)
        {
            using var response = await host.CallAsync(pending.Address, "no JSON");
            response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
        }

        host.Time.Advance(TimeSpan.FromMinutes(1));
        host.Events.Should().Equal(2107, 2110);
    }

    private static async Task CallAsync(WebhookHost host, Uri address, int count)
    {
        await Parallel.ForAsync(
            0,
            count,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (_, _) =>
            {
                using var response = await host.CallAsync(address);
                response.StatusCode.Should().Be(HttpStatusCode.NotFound);
            }
        );
    }
}
