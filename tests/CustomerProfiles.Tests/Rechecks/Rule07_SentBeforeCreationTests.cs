using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Tests.Rechecks;

public sealed class Rule07_SentBeforeCreationTests
{
    private static readonly Instant LongAgo = Instant.FromUtc(2020, 5, 4, 8, 0);

    [Fact]
    public async Task Importing_a_mailbox_twice_requests_no_check_the_second_time()
    {
        await using var host = new TestHost();
        Conversation automatic = new("auto", TestHost.Ada, LongAgo) { IsAutomatic = true };
        Conversation plain = new("plain", TestHost.Ada, LongAgo + Duration.FromHours(1));
        (await host.Profiles.ConversationReceivedAsync(automatic)).Should().BeOfType<ConversationOutcome.Declined>();
        (await host.Profiles.ConversationReceivedAsync(plain)).Should().BeOfType<ConversationOutcome.Created>();
        (await host.DrainAsync()).Should().Be(1);
        host.PassTwoMonths();

        var again = await host.Profiles.ConversationReceivedAsync(automatic);

        again
            .Checks.Single()
            .Should()
            .Match<CheckDecision>(check => !check.Requested && check.Reason == CheckReason.SentBeforeCreation);
        (await host.Profiles.ConversationReceivedAsync(plain))
            .Checks.Single()
            .Reason.Should()
            .Be(CheckReason.KnownConversation);
        (await host.Profiles.ConversationReceivedAsync(automatic))
            .Checks.Single()
            .Requested.Should()
            .BeFalse("a third telling within the hour changes nothing");
        (await host.DrainAsync(), host.Provider.Calls).Should().Be((0, 1));
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due, "somebody writes now");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60 * 24 * 3)]
    public async Task Importing_twice_requests_no_check_where_the_clock_follows_the_mailbox(int minutesBetween)
    {
        var between = Duration.FromMinutes(minutesBetween);
        var store = new InMemoryCustomerProfileStore(TimeProvider.System);
        Conversation automatic = new("auto", TestHost.Ada, LongAgo) { IsAutomatic = true };
        await using (var first = new TestHost(store: store, time: new TestTime(LongAgo)))
        {
            await first.SetEnabledAsync(isEnabled: false);
            (await first.Profiles.ConversationReceivedAsync(automatic))
                .Should()
                .BeOfType<ConversationOutcome.Declined>();
            first.Time.Advance(between.ToTimeSpan());
            (await first.ReceiveAsync(id: "plain")).Should().BeOfType<ConversationOutcome.Created>();
            await first.SetEnabledAsync(isEnabled: true);
        }

        await using var second = new TestHost(store: store, time: new TestTime(LongAgo));
        (await second.Profiles.ConversationReceivedAsync(automatic))
            .Checks.Single()
            .Should()
            .Match<CheckDecision>(check => !check.Requested && check.Reason == CheckReason.SentBeforeCreation);
        second.Time.Advance(between.ToTimeSpan());
        (await second.DecideAsync(id: "next"))
            .Reason.Should()
            .Be(CheckReason.FirstCheck, "it was sent when the customer was there");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(-60 * 12)]
    [InlineData(-60 * 24)]
    [InlineData(60 * 20)]
    public async Task A_live_message_whose_clock_is_a_little_off_starts_its_check(int minutesOff)
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);
        await host.ComposeAsync();
        await host.SetEnabledAsync(isEnabled: true);

        var first = await host.Profiles.ConversationReceivedAsync(
            new Conversation("first", TestHost.Ada, host.Now + Duration.FromMinutes(minutesOff))
        );
        first.Checks.Single().Reason.Should().Be(CheckReason.FirstCheck);
        await host.DrainAsync();
        host.PassTwoMonths();
        var recheck = await host.Profiles.ConversationReceivedAsync(
            new Conversation("second", TestHost.Ada, host.Now + Duration.FromMinutes(minutesOff))
        );
        recheck.Checks.Single().Reason.Should().Be(CheckReason.Due);
    }

    [Theory]
    [InlineData(1900)]
    [InlineData(1969)]
    [InlineData(2027)]
    [InlineData(9998)]
    public async Task An_implausible_time_counts_as_now(int year)
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        host.PassTwoMonths();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("odd", TestHost.Ada, Instant.FromUtc(year, 1, 1, 0, 0))
        );

        outcome.Checks.Single().Reason.Should().Be(CheckReason.Due);
        outcome.Warnings.Should().Equal(IntakeWarning.TimeImplausible);
    }

    [Fact]
    public async Task An_old_message_sent_after_creation_requests_a_check()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        var week = host.Now + Duration.FromDays(7);
        host.PassTwoMonths();

        (await host.Profiles.ConversationReceivedAsync(new Conversation("late", TestHost.Ada, week)))
            .Checks.Single()
            .Reason.Should()
            .Be(CheckReason.Due);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_archive_imported_later_requests_no_check(bool composed)
    {
        await using var host = new TestHost();
        await host.SetEnabledAsync(isEnabled: false);
        await host.ReceiveAsync();
        await host.SetEnabledAsync(isEnabled: true);

        for (var i = 0; i < 20; i++)
        {
            var at = LongAgo + Duration.FromDays(i * 90);
            var outcome = composed
                ? await host.Profiles.ConversationComposedAsync(
                    new ComposedConversation($"archive-{i}", TestHost.Ada, at)
                )
                : await host.Profiles.ConversationReceivedAsync(new Conversation($"archive-{i}", TestHost.Ada, at));
            outcome
                .Checks.Single()
                .Should()
                .Match<CheckDecision>(check => !check.Requested && check.Reason == CheckReason.SentBeforeCreation);
        }

        (await host.DrainAsync()).Should().Be(0);
        (await host.ComposeAsync()).Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task A_customer_created_by_an_old_message_is_checked()
    {
        await using var host = new TestHost();

        (await host.Profiles.ConversationReceivedAsync(new Conversation("old", TestHost.Ada, LongAgo)))
            .Checks.Single()
            .Reason.Should()
            .Be(CheckReason.FirstCheck);
        (await host.Profiles.ConversationReceivedAsync(new Conversation("older", TestHost.Ada, LongAgo)))
            .Checks.Single()
            .Reason.Should()
            .Be(CheckReason.AlreadyPending);
    }

    [Fact]
    public async Task The_usual_reason_comes_before_the_time_of_sending()
    {
        await using var host = new TestHost();
        await host.CheckedAsync();
        await host.ReceiveAsync("Sales <sales@example.com>");

        (await ReasonAsync("notes", TestHost.Ada)).Should().Be(CheckReason.NotDueYet);
        (await ReasonAsync("orders", "sales@example.com")).Should().Be(CheckReason.NothingToLookUpBy);
        await host.SetEnabledAsync(isEnabled: false);
        (await ReasonAsync("letters", TestHost.Ada)).Should().Be(CheckReason.ProviderDisabled);

        async Task<CheckReason> ReasonAsync(string id, string from) =>
            (await host.Profiles.ConversationReceivedAsync(new Conversation(id, from, LongAgo))).Checks.Single().Reason;
    }

    [Fact]
    public async Task Of_a_declined_conversation_nothing_is_kept()
    {
        await using var host = new TestHost();
        await host.Profiles.ConversationReceivedAsync(
            new Conversation("auto", TestHost.Ada, LongAgo) { IsAutomatic = true }
        );

        (await host.Profiles.FindAsync(TestHost.AdasAddress)).Should().BeNull();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }
}
