using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Conversations;

/// <summary>The way that nearly every message takes: the customer is known, and nothing is due.</summary>
public sealed class KnownConversationCostTests
{
    [Fact]
    public async Task A_known_conversation_allocates_only_its_outcome()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        await host.CreateAsync();
        await host.RunChecksAsync();
        var again = new Conversation("again", "ada@example.com", host.Now);
        var outcome = (ConversationOutcome.Existing)await host.Profiles.ConversationReceivedAsync(again);
        var decision = outcome.Checks[0];

        var ofOutcome = AllocatedBytes.By(() => _ = new ConversationOutcome.Existing(outcome.Profile, decision, []));
        var allocated = AllocatedBytes.By(() => _ = host.Profiles.ConversationReceivedAsync(again));

        allocated.Should().Be(ofOutcome).And.BeLessThanOrEqualTo(96, "it is one small object");
    }

    [Fact]
    public async Task A_known_conversation_costs_one_store_call_and_blocks_no_thread()
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.CheckedAsync();
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> calls = [];
        store.Before = async call =>
        {
            calls.Add(call);
            await goOn.Task;
        };

        // On another thread, for one that waited here could not go on to say so.
        var receiving = await Task.Run(() => new { Outcome = host.ReceiveAsync() }).Soon();

        receiving.Outcome.IsCompleted.Should().BeFalse();
        goOn.SetResult();
        (await receiving.Outcome.Soon()).Should().BeOfType<ConversationOutcome.Existing>();
        calls.Should().Equal(nameof(ICustomerProfileStore.RecordConversationAsync));
    }
}
