using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// Only a new conversation requests a check: one that goes on, or is redelivered, does not, whatever has changed since.
/// </summary>
public sealed class Rule07_RedeliveryTests
{
    [Fact]
    public async Task The_reply_to_a_composed_conversation_is_no_new_conversation()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        (await host.ComposeAsync(id: "offer")).Checks[0].Reason.Should().Be(CheckReason.ComposedNeverRechecks);

        host.Time.Advance(TimeSpan.FromMinutes(10));

        (await host.DecideAsync(id: "offer"))
            .Should()
            .Match<CheckDecision>(decision => !decision.Requested && decision.Reason == CheckReason.KnownConversation);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task An_old_thread_requests_nothing_from_a_provider_that_was_added_since_it_began()
    {
        var time = new TestTime(TestHost.Start);
        var store = new InMemoryCustomerProfileStore(time);
        await using var before = new TestHost(store: store, time: time, providers: new FakeProvider("earlier"));
        await before.ReceiveAsync(id: "old-thread");
        time.Advance(TimeSpan.FromDays(400));
        await using var after = new TestHost(store: store, time: time, providers: new FakeProvider("later"));

        (await after.DecideAsync(id: "old-thread")).Reason.Should().Be(CheckReason.KnownConversation);
        (await after.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Redelivery_after_unsuppressing_requests_no_check_for_a_conversation_recorded_while_suppressed()
    {
        await using var host = new TestHost();
        await host.Profiles.SuppressAsync(TestHost.AdasAddress);
        var outcome = await host.ReceiveAsync(id: "during");
        await host.Profiles.UnsuppressAsync(outcome.Profile!.Id, TestHost.Kim);
        host.Time.Advance(TimeSpan.FromHours(2));

        (await host.DecideAsync(id: "during")).Reason.Should().Be(CheckReason.KnownConversation);
    }

    [Fact]
    public async Task Redelivery_is_decided_as_of_when_the_conversation_was_first_recorded()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.Time.GoTo(Instant.FromUtc(2026, 3, 31, 10, 15));
        (await host.DecideAsync(id: "early")).Reason.Should().Be(CheckReason.NotDueYet);

        host.Time.Advance(TimeSpan.FromMinutes(1));

        (await host.DecideAsync(id: "early"))
            .Should()
            .Match<CheckDecision>(decision => !decision.Requested && decision.Reason == CheckReason.KnownConversation);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task Redelivery_requests_no_check_when_the_provider_was_enabled_at_the_moment_of_recording()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        await host.SetEnabledAsync(isEnabled: false);
        (await host.DecideAsync(id: "during")).Reason.Should().Be(CheckReason.ProviderDisabled);
        await host.SetEnabledAsync(isEnabled: true);

        (await host.DecideAsync(id: "during")).Reason.Should().Be(CheckReason.KnownConversation);
    }

    [Theory]
    [InlineData(0, CheckReason.Due)]
    [InlineData(1, CheckReason.KnownConversation)]
    public async Task Redelivery_within_an_hour_requests_the_missed_check(int microsecondsLater, CheckReason reason)
    {
        await using var host = TestHost.WithFaults(out var store);
        await host.CheckedAsync();
        host.PassTwoMonths();
        store.Before = call =>
            call == nameof(ICustomerProfileStore.RequestCheckAsync) ? throw new IOException() : Task.CompletedTask;
        await host.Awaiting(dying => dying.ReceiveAsync(id: "cut off")).Should().ThrowAsync<IOException>();
        store.Before = null;

        host.Time.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(microsecondsLater));

        (await host.DecideAsync(id: "cut off")).Reason.Should().Be(reason);
    }

    [Fact]
    public async Task The_decision_reports_what_came_between_reading_and_requesting()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();
        await host.SetEnabledAsync(isEnabled: false);

        (await host.DecideAsync())
            .Should()
            .Match<CheckDecision>(decision =>
                !decision.Requested && decision.Reason == CheckReason.ProviderDisabled && decision.DueAfter != null
            );
    }
}
