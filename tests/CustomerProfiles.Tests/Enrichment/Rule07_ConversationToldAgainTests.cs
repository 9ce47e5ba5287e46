using CustomerProfiles.Enrichment;
using NodaTime;

namespace CustomerProfiles.Tests.Enrichment;

/// <summary>Only a new conversation asks: one that goes on, or is told again, does not, whatever has changed since.</summary>
public sealed class Rule07_ConversationToldAgainTests
{
    [Fact]
    public async Task The_reply_to_a_composed_conversation_is_no_new_conversation()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        (await host.ComposeAsync(id: "offer")).Checks[0].Reason.Should().Be(CheckReason.ComposedNeverRechecks);

        host.Time.Advance(TimeSpan.FromMinutes(10));

        (await host.DecideAsync(id: "offer")).Should().Match<CheckDecision>(decision => !decision.Asked && decision.Reason == CheckReason.SameConversation);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task An_old_thread_does_not_ask_a_provider_that_was_not_there_when_it_began()
    {
        var time = new TestTime(TestHost.Start);
        var store = new CustomerProfiles.Stores.InMemoryCustomerProfileStore(time);
        await using var before = new TestHost(store: store, time: time, providers: new FakeProvider("earlier"));
        await before.ReceiveAsync(id: "old-thread");
        time.Advance(TimeSpan.FromDays(400));
        await using var after = new TestHost(store: store, time: time, providers: new FakeProvider("later"));

        (await after.DecideAsync(id: "old-thread")).Reason.Should().Be(CheckReason.SameConversation);
        (await after.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task A_conversation_told_while_the_customer_was_suppressed_does_not_ask_when_told_again_after_that_was_lifted()
    {
        await using var host = new TestHost();
        await host.Door.SuppressAsync(TestHost.AdasAddress);
        var outcome = await host.ReceiveAsync(id: "during");
        await host.Door.LiftSuppressionAsync(outcome.Profile!.Id);
        host.Time.Advance(TimeSpan.FromHours(2));

        (await host.DecideAsync(id: "during")).Reason.Should().Be(CheckReason.SameConversation);
    }

    [Fact]
    public async Task What_came_between_reading_and_asking_is_what_the_decision_says()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        await host.SwitchAsync(on: false);

        (await host.DecideAsync()).Should().Match<CheckDecision>(decision => !decision.Asked && decision.Reason == CheckReason.SwitchedOff && decision.DueAfter != null);
    }
}
