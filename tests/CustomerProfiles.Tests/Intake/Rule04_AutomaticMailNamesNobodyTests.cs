using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Intake;

public sealed class Rule04_AutomaticMailNamesNobodyTests
{
    [Theory]
    [InlineData("Automatic reply")]
    [InlineData("Out of Office: Ada Lovelace")]
    [InlineData("Abwesenheitsnotiz")]
    [InlineData("Mail Delivery System")]
    [InlineData("Ada Lovelace (via Calendar)")]
    [InlineData("Réponse automatique")]
    public async Task Automatic_mail_names_nobody_and_a_later_message_does(string shown)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        var automatic = await host.Profiles.ConversationReceivedAsync(
            new Conversation("auto-1", $"\"{shown}\" <ada@example.com>", host.Now) { IsAutomatic = true }
        );

        automatic.Should().BeOfType<ConversationOutcome.Existing>();
        automatic.Profile.Should().BeSameAs(ada);
        automatic.Warnings.Should().Equal(IntakeWarning.NameOnAutomaticMail);
        (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile!.Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task A_customer_created_by_automatic_mail_has_no_name_until_they_write()
    {
        await using var host = new ProfileFixture(builder: builder => builder.UseCreationPolicy<Everybody>());

        var created = await host.Profiles.ConversationReceivedAsync(
            new Conversation("auto-1", "\"Automatic reply\" <ada@example.com>", host.Now) { IsAutomatic = true }
        );

        created.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name.Should().BeNull();
        created.Warnings.Should().Equal(IntakeWarning.NameOnAutomaticMail);
        created.Profile!.Emails.Should().ContainSingle();
        (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile!.Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task Automatic_mail_does_not_replace_a_providers_name()
    {
        await using var host = new ProfileFixture(
            null,
            builder =>
                builder.AddProvider(
                    new ProfileFixture.Directory { Says = new PublicInformation { Name = "A. Lovelace" } }
                )
        );
        await host.CreateAsync("ada@example.com");
        await host.RunChecksAsync();

        var automatic = await host.Profiles.ConversationReceivedAsync(
            new Conversation("auto-1", "\"Automatic reply\" <ada@example.com>", host.Now) { IsAutomatic = true }
        );

        automatic.Profile!.Name!.Full.Should().Be("A. Lovelace");
    }

    [Fact]
    public async Task A_bot_of_another_channel_names_nobody_either()
    {
        await using var host = new ProfileFixture();
        var chat = Identity.Chat("irc", "ada");
        await host.Profiles.ConversationReceivedAsync(new Conversation("chat-1", chat, null, host.Now));

        var bot = await host.Profiles.ConversationReceivedAsync(
            new Conversation("chat-2", chat, "AwayBot", host.Now) { IsAutomatic = true }
        );
        var text = await host.Profiles.ConversationReceivedAsync(
            Conversation.FromPhone("sms-1", "+44 20 7946 0000", "Away", host.Now) with
            {
                IsAutomatic = true,
            }
        );

        (bot.Profile!.Name, bot.Warnings.Single()).Should().Be((null, IntakeWarning.NameOnAutomaticMail));
        text.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.Automatic);
    }

    [Theory]
    [InlineData("Ada Lovelace <ada@example.com>", "\"Automatic reply\" <ada@example.com>")]
    [InlineData("ada@example.com", "ada@example.com")]
    public async Task Where_no_name_is_lost_there_is_no_warning(string first, string automatic)
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync(first);

        (
            await host.Profiles.ConversationReceivedAsync(
                new Conversation("auto-1", automatic, host.Now) { IsAutomatic = true }
            )
        )
            .Warnings.Should()
            .BeEmpty();
    }

    private sealed class Everybody : ICreationPolicy
    {
        public CreationDecision Decide(in CreationRequest request) => CreationDecision.Create;
    }
}
