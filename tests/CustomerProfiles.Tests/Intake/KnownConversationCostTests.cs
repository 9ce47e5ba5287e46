using System.Diagnostics;
using System.Reflection;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Intake;

/// <summary>The most frequent message: the customer is known, and nothing is due.</summary>
public sealed class KnownConversationCostTests
{
    [Fact]
    public async Task A_known_conversation_allocates_at_most_250_bytes()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        await host.CreateAsync();
        await host.RunChecksAsync();
        var again = new Conversation("again", "ada@example.com", host.Now);
        await host.Profiles.ConversationReceivedAsync(again);

        var allocated = AllocatedBytes.By(() => _ = host.Profiles.ConversationReceivedAsync(again));

        // In a debug build each async method also allocates its state machine.
        var isOptimized =
            typeof(ICustomerProfiles).Assembly.GetCustomAttribute<DebuggableAttribute>()
            is not { IsJITOptimizerDisabled: true };
        allocated.Should().BeLessThanOrEqualTo(isOptimized ? 250 : 700);
    }

    [Fact]
    public async Task A_known_conversation_costs_one_store_call_and_blocks_no_thread_meanwhile()
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

        // On another thread, because a thread that blocked here could not assert that it did not.
        var receiving = await Task.Run(() => new { Outcome = host.ReceiveAsync() }).Soon();

        receiving.Outcome.IsCompleted.Should().BeFalse();
        goOn.SetResult();
        (await receiving.Outcome.Soon()).Should().BeOfType<ConversationOutcome.Existing>();
        calls.Should().Equal(nameof(ICustomerProfileStore.RecordConversationAsync));
    }
}
