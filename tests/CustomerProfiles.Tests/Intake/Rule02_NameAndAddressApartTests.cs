using NodaTime;

namespace CustomerProfiles.Tests.Intake;

public sealed class Rule02_NameAndAddressApartTests
{
    [Theory]
    [InlineData("Lovelace, Ada; Countess (of) <Lovelace>", "Lovelace, Ada; Countess (of) <Lovelace>")]
    [InlineData("bob@example.org, Ada", "bob@example.org, Ada")]
    [InlineData("Ada @ Example", "Ada @ Example")]
    [InlineData("Engines: Ada;", "Engines: Ada;")]
    [InlineData("Ada \"Countess\" Lovelace", "Ada \"Countess\" Lovelace")]
    [InlineData("C:\\Ada", "C:\\Ada")]
    [InlineData("\"Ada Lovelace\"", "Ada Lovelace")]
    [InlineData("'Ada Lovelace'", "Ada Lovelace")]
    [InlineData("Ada Lovelace <ada@example.com>", "Ada Lovelace")]
    [InlineData("  Ada\u200b ", "Ada")]
    public async Task The_name_is_never_searched_for_an_address(string name, string kept)
    {
        await using var host = new ProfileFixture();

        var received = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "ada@example.com", name, host.Now)
        );
        var composed = await host.Profiles.ConversationComposedAsync(
            new ComposedConversation("c2", "augusta@example.com", name.Replace("ada@", "augusta@"), host.Now)
        );

        received
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Profile.Identities.Should()
            .Equal(Identity.Email(EmailAddress.Parse("ada@example.com")));
        composed
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Profile.Identities.Should()
            .Equal(Identity.Email(EmailAddress.Parse("augusta@example.com")));
        received.Profile!.Name!.Full.Should().Be(kept);
        composed.Profile!.Name!.Full.Should().Be(kept);
        received.Warnings.Should().NotContain(IntakeWarning.SeveralAddresses);
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData(" ADA@Example.com ")]
    [InlineData("<ada@example.com>")]
    [InlineData("mailto:ada@example.com")]
    [InlineData("'ada@example.com'")]
    [InlineData("\u200bada@example.com")]
    [InlineData("ada@example.com.")]
    public async Task The_address_is_read_leniently(string address)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(new Conversation("c1", address, "Ada", host.Now));

        outcome.Profile!.Identities.Should().Equal(Identity.Email(EmailAddress.Parse("ada@example.com")));
        outcome.Profile.Name!.Full.Should().Be("Ada");
        outcome.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Ada Lovelace")]
    [InlineData("ada@")]
    public async Task Without_an_address_it_is_declined_even_when_the_name_has_one(string? address)
    {
        await using var host = new ProfileFixture();

        foreach (
            var outcome in new[]
            {
                await host.Profiles.ConversationReceivedAsync(
                    new Conversation("c1", address, "Ada <ada@example.com>", host.Now)
                ),
                await host.Profiles.ConversationComposedAsync(
                    new ComposedConversation("c2", address, "ada@example.com", host.Now)
                ),
            }
        )
        {
            outcome.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.NoAddress);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task No_name_is_no_name_and_no_warning(string? name)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "ada@example.com", name, host.Now)
        );

        outcome.Profile!.Name.Should().BeNull();
        outcome.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task A_customer_is_the_same_in_either_form()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");

        (
            await host.Profiles.ConversationReceivedAsync(
                new Conversation("c2", "Ada@example.com", "A. Lovelace", host.Now)
            )
        )
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);
    }

    [Fact]
    public void A_conversation_exposes_its_parts()
    {
        var apart = new Conversation("c1", "ada@example.com", "Ada", ProfileFixture.Start) { IsAutomatic = true };
        var composed = new ComposedConversation("c1", null, "Ada", ProfileFixture.Start);

        (apart.Id, apart.Address, apart.From, apart.Identity, apart.IsAutomatic)
            .Should()
            .Be(("c1", "ada@example.com", "Ada", null, true));
        (composed.Address, composed.To, composed.Identity).Should().Be(("", "Ada", null));
        new Conversation("c1", "ada@example.com", ProfileFixture.Start).Address.Should().BeNull();
        apart.ToString().Should().Be("Conversation c1");
        ((Action)(() => _ = new Conversation(" ", "ada@example.com", "Ada", ProfileFixture.Start)))
            .Should()
            .Throw<ArgumentException>();
        ((Action)(() => _ = new ComposedConversation("\0", "ada@example.com", "Ada", ProfileFixture.Start)))
            .Should()
            .Throw<ArgumentException>();
    }

    [Fact]
    public void The_time_of_a_conversation_may_be_a_DateTimeOffset()
    {
        var at = ProfileFixture.Start.WithOffset(Offset.FromHours(2)).ToDateTimeOffset();

        new Conversation("c", "ada@example.com", at).At.Should().Be(ProfileFixture.Start);
        new Conversation("c", "ada@example.com", "Ada", at).At.Should().Be(ProfileFixture.Start);
        new ComposedConversation("c", "ada@example.com", at).At.Should().Be(ProfileFixture.Start);
        new ComposedConversation("c", "ada@example.com", "Ada", at).At.Should().Be(ProfileFixture.Start);
    }
}
