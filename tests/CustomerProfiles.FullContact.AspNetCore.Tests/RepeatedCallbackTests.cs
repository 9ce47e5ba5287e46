using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class RepeatedCallbackTests
{
    [Fact]
    public async Task A_repeated_callback_counts_once()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        var taken = await host.ProfileOfAsync(pending);
        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.CallAsync(pending.Address, """{"location":"Paris"}""")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await host.CallAsync(pending.Address, WebhookHost.Miss)).StatusCode.Should().Be(HttpStatusCode.OK);

        Receipts(host).Should().Equal("Accepted", "AlreadyCompleted", "AlreadyCompleted", "AlreadyCompleted");
        (await host.ProfileOfAsync(pending)).Should().Be(taken);
        (await host.CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.Matched);
    }

    [Fact]
    public async Task One_of_32_concurrent_callbacks_is_recorded()
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();
        var before = await host.ProfileOfAsync(pending);

        await AtOnceAsync(32, i => host.CallAsync(pending.Address, $$"""{"location":"Town {{i}}"}"""));

        Receipts(host).Should().HaveCount(32);
        Receipts(host).Count(receipt => receipt == "Accepted").Should().Be(1);
        Receipts(host).Count(receipt => receipt == "AlreadyCompleted").Should().Be(31);
        var after = await host.ProfileOfAsync(pending);
        after.Version.Should().Be(before.Version + 1);
        after.Location.Should().StartWith("Town ");
    }

    [Fact]
    public async Task One_of_a_concurrent_match_and_miss_on_two_hosts_is_recorded()
    {
        var time = new TestTime();
        var store = new InMemoryCustomerProfileStore(time);
        await using var one = await WebhookHost.StartAsync(time: time, store: store);
        await using var other = await WebhookHost.StartAsync(time: time, store: store);
        var pending = await one.RequestCheckAsync();

        await AtOnceAsync(
            32,
            i => i % 2 == 0 ? one.CallAsync(pending.Address) : other.CallAsync(pending.Address, WebhookHost.Miss)
        );

        Receipts(one)
            .Concat(Receipts(other))
            .Should()
            .HaveCount(32)
            .And.ContainSingle(receipt => receipt == "Accepted");
        var isMatch = Receipts(one).Contains("Accepted");
        (await one.CheckOfAsync(pending))
            .LastOutcome.Should()
            .Be(isMatch ? CheckOutcome.Matched : CheckOutcome.NoMatch);
        (await one.ProfileOfAsync(pending)).Location.Should().Be(isMatch ? "London" : null);
    }

    private static async Task AtOnceAsync(int count, Func<int, Task<HttpResponseMessage>> call)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable
            .Range(0, count)
            .Select(async i =>
            {
                await go.Task;
                return await call(i);
            })
            .ToArray();
        go.SetResult();
        (await Task.WhenAll(calls).Soon()).Should().OnlyContain(response => response.StatusCode == HttpStatusCode.OK);
    }

    private static string[] Receipts(WebhookHost host) =>
        [.. host.Logs.Where(log => log.Id.Id == 2100).Select(log => log.GetStructuredStateValue("Receipt")!)];
}
