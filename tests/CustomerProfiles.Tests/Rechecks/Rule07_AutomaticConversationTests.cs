namespace CustomerProfiles.Tests.Rechecks;

/// <summary>The rule says: any received conversation. A host may leave out those that machines send.</summary>
public sealed class Rule07_AutomaticConversationTests
{
    [Theory]
    [InlineData(false, true, CheckReason.Due)]
    [InlineData(true, false, CheckReason.AutomaticConversation)]
    public async Task Automatic_mail_of_a_known_customer_starts_a_check_unless_the_host_leaves_it_out(
        bool skips,
        bool isRequested,
        CheckReason reason
    )
    {
        await using var host = HostThat(skips);
        await host.CheckedAsync();
        host.PassTwoMonths();

        var decision = await AutomaticAsync(host, "automatic");

        decision.Requested.Should().Be(isRequested);
        decision.Reason.Should().Be(reason);
        decision.DueAfter.Should().NotBeNull();
        (await host.DrainAsync()).Should().Be(isRequested ? 1 : 0);
    }

    [Theory]
    [InlineData(false, CheckReason.FirstCheck)]
    [InlineData(true, CheckReason.AutomaticConversation)]
    public async Task The_option_covers_the_first_check_of_a_known_customer(bool skips, CheckReason reason)
    {
        await using var host = HostThat(skips);
        await host.SetEnabledAsync(isEnabled: false);
        await host.ReceiveAsync();
        await host.SetEnabledAsync(isEnabled: true);

        (await AutomaticAsync(host, "automatic")).Reason.Should().Be(reason);
    }

    [Theory]
    [InlineData(false, CheckReason.FirstCheck)]
    [InlineData(true, CheckReason.AutomaticConversation)]
    public async Task The_option_covers_customers_that_a_hosts_policy_creates(bool skips, CheckReason reason)
    {
        await using var host = new TestHost(
            options => options.SkipChecksForAutomaticConversations = skips,
            builder => builder.UseCreationPolicy<Everybody>()
        );

        var decision = await AutomaticAsync(host, "automatic");

        decision.Reason.Should().Be(reason);
        (await host.DrainAsync()).Should().Be(skips ? 0 : 1);
    }

    [Fact]
    public async Task The_next_conversation_by_a_person_requests_a_check()
    {
        await using var host = HostThat(skips: true);
        await host.CheckedAsync();
        host.PassTwoMonths();
        await AutomaticAsync(host, "automatic");

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.Due);
    }

    [Fact]
    public async Task Earlier_reasons_are_reported_first()
    {
        await using var host = HostThat(skips: true);
        await host.CheckedAsync();
        (await AutomaticAsync(host, "not due")).Reason.Should().Be(CheckReason.NotDueYet);
        host.PassTwoMonths();
        await host.SetEnabledAsync(isEnabled: false);
        (await AutomaticAsync(host, "off")).Reason.Should().Be(CheckReason.ProviderDisabled);
        await host.SetEnabledAsync(isEnabled: true);

        (await AutomaticAsync(host, "due")).Reason.Should().Be(CheckReason.AutomaticConversation);
    }

    [Fact]
    public async Task A_skipped_check_does_not_count_as_a_first_check_of_the_hour()
    {
        await using var host = new TestHost(
            options => (options.SkipChecksForAutomaticConversations, options.MaxFirstChecksPerHour) = (true, 1),
            builder => builder.UseCreationPolicy<Everybody>()
        );
        await AutomaticAsync(host, "automatic", "robot@example.org");

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.FirstCheck);
    }

    private static TestHost HostThat(bool skips) => new(options => options.SkipChecksForAutomaticConversations = skips);

    private static async Task<CheckDecision> AutomaticAsync(TestHost host, string id, string from = TestHost.Ada) =>
        (
            await host.Profiles.ConversationReceivedAsync(new Conversation(id, from, host.Now) { IsAutomatic = true })
        ).Checks[0];

    private sealed class Everybody : ICreationPolicy
    {
        public CreationDecision Decide(in CreationRequest request) => CreationDecision.Create;
    }
}
