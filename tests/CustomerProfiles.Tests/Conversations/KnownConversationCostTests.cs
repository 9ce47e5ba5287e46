using CustomerProfiles.Conversations;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Conversations;

/// <summary>The way that nearly every message takes: the customer is known, and nothing is due.</summary>
public sealed class KnownConversationCostTests
{
    [Fact]
    public async Task It_makes_nothing_but_its_outcome()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        await host.CreateAsync();
        await host.RunChecksAsync();
        var again = new Conversation("again", "ada@example.com", host.Now);
        const int calls = 1_000;

        var (allocated, atOnce) = (long.MaxValue, 0);
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < calls; i++)
            {
                atOnce += host.Door.ConversationReceivedAsync(again).IsCompletedSuccessfully ? 1 : 0;
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        atOnce.Should().Be(5 * calls);
        (allocated / calls).Should().BeInRange(1, 96);
    }

    [Fact]
    public async Task It_costs_the_store_one_call_and_while_that_takes_its_time_no_thread_waits()
    {
        var time = new TestTime(TestHost.Start);
        var store = new TroubledStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(store: store, time: time);
        await host.CheckedAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> calls = [];
        store.Before = async call =>
        {
            calls.Add(call);
            await goOn.Task;
        };

        var receiving = host.ReceiveAsync();

        receiving.IsCompleted.Should().BeFalse();
        goOn.SetResult();
        (await receiving.Soon()).Should().BeOfType<ConversationOutcome.Existing>();
        calls.Should().Equal(nameof(ICustomerProfileStore.ReceiveAsync));
    }
}
