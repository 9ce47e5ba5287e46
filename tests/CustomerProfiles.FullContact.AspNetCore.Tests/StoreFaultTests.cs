using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class StoreFaultTests
{
    [Theory]
    [InlineData(nameof(ICustomerProfileStore.GetAsync))]
    [InlineData(nameof(ICustomerProfileStore.CompleteCheckAsync))]
    public async Task While_the_store_fails_the_caller_is_told_to_retry(string call)
    {
        var time = new TestTime();
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(time));
        await using var host = await WebhookHost.StartAsync(time: time, store: store);
        var pending = await host.RequestCheckAsync();
        foreach (
            var fault in new Exception[]
            {
                new TimeoutException("ada@example.com"),
                new OperationCanceledException("ada@example.com"),
            }
        )
        {
            interception.Before = name =>
            {
                if (name == call)
                {
                    throw fault;
                }
            };

            var response = await host.CallAsync(pending.Address);

            response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
            response.Headers.RetryAfter!.Delta.Should().Be(TimeSpan.FromSeconds(30));
            (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
            host.Logs.Last(log => log.Id.Id == 2108)
                .GetStructuredStateValue("Exception")
                .Should()
                .Be(fault.GetType().Name);
        }

        interception.Before = null;
        host.Events.Should().Equal(2108, 2108);
        await host.ShouldStillWaitAsync(pending);
    }

    [Fact]
    public async Task An_invalid_token_causes_no_store_call()
    {
        var time = new TestTime();
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(time));
        await using var host = await WebhookHost.StartAsync(time: time, store: store);
        var pending = await host.RequestCheckAsync();
        interception.Calls.Clear();

        await host.CallAsync(new Uri(WebhookHost.PublicAddress));
        await host.CallAsync(new Uri($"{pending.Address}A"));
        host.Time.Advance(TimeSpan.FromDays(2));
        await host.CallAsync(pending.Address);

        host.Events.Should().Equal(2101, 2102, 2103);
        interception.Calls.Should().BeEmpty();
    }
}
