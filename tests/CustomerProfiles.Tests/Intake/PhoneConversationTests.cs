using NodaTime;

namespace CustomerProfiles.Tests.Intake;

public sealed class PhoneConversationTests
{
    private static readonly Identity London = Identity.Phone("+44 20 7946 0000");

    [Theory]
    [InlineData("Shop365")]
    [InlineData("Bank365")]
    [InlineData("anonymous")]
    [InlineData("Restricted")]
    [InlineData("+266696687")]
    [InlineData("365")]
    [InlineData("020 7946 0000")]
    [InlineData("client:ada")]
    [InlineData("\ud800\0")]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_sender_without_a_number_is_declined_and_nobodys_profile_is_shown(string? number)
    {
        await using var host = new ProfileFixture();

        var received = await host.Profiles.ConversationReceivedAsync(
            Conversation.FromPhone("sms-1", number, "Ada Lovelace", host.Now)
        );
        var composed = await host.Profiles.ConversationComposedAsync(
            ComposedConversation.ToPhone("sms-2", number, null, host.Now)
        );

        received.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.NoIdentity);
        composed.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.NoIdentity);
        (received.Code, received.Profile, received.Checks.Length).Should().Be(("declined", null, 0));
        (await host.CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_number_of_any_length_never_throws()
    {
        await using var host = new ProfileFixture();
        foreach (var length in new[] { 15, 16, 200, 201, 1_000_000 })
        {
            (
                await host.Profiles.ConversationReceivedAsync(
                    Conversation.FromPhone($"sms-{length}", "+" + new string('7', length), null, host.Now)
                )
            )
                .Code.Should()
                .Be("declined");
        }
    }

    [Fact]
    public async Task One_number_in_several_spellings_is_one_customer_and_a_switchboards_extension_another()
    {
        await using var host = new ProfileFixture();
        var ada = (
            await host.Profiles.ConversationReceivedAsync(
                Conversation.FromPhone("1", "+44 20 7946 0000", "Ada Lovelace", host.Now)
            )
        ).Profile!;

        foreach (
            var (i, number) in new[] { "tel:+44-20-7946-0000", "+44 (0)20 7946 0000", "\u202a+442079460000" }.Index()
        )
        {
            (await host.Profiles.ConversationReceivedAsync(Conversation.FromPhone($"sms-{i}", number, null, host.Now)))
                .Profile!.Id.Should()
                .Be(ada.Id);
        }

        (
            await host.Profiles.ConversationComposedAsync(
                ComposedConversation.ToPhone("2", "+44 20 7946 0000", null, host.Now)
            )
        )
            .Profile!.Id.Should()
            .Be(ada.Id);
        var other = await host.Profiles.ConversationReceivedAsync(
            Conversation.FromPhone("3", "+44 20 7946 0000 ext. 12", "Grace Hopper", host.Now)
        );
        other.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name!.Full.Should().Be("Grace Hopper");
        other.Profile!.Phones.Should().Equal(new PhoneNumber("+442079460000;ext=12"));
        (await host.EditAsync(other.Profile, edit => edit.Notes = "Accounts"))
            .Identities.Should()
            .Equal(Identity.Phone("+44 20 7946 0000 x12"));
        (ada.Name!.Full, await host.CountAsync()).Should().Be(("Ada Lovelace", 2));
    }

    [Theory]
    [InlineData("+442079460000;ext=123456789")]
    [InlineData("+442079460000;ext=01234567890123456789")]
    public async Task A_number_with_a_long_extension_can_be_labelled(string number)
    {
        await using var host = new ProfileFixture();
        var ada = (
            await host.Profiles.ConversationReceivedAsync(Conversation.FromPhone("1", number, "Ada Lovelace", host.Now))
        ).Profile!;

        var edited = await host.EditAsync(ada, edit => edit.Phones.Add(new PhoneNumber(number, "work")));

        edited.Phones.Should().Equal(new PhoneNumber(number, "work"));
        await host.RejectedAsync(ada, edit => edit.Phones.Add(new PhoneNumber("4420794600001234567890")));
    }

    [Fact]
    public async Task Each_tenant_reads_national_numbers_by_its_own_region_or_not_at_all()
    {
        await using var host = new ProfileFixture(options =>
        {
            options.PhoneRegion = "GB";
            options.PhoneRegions["berlin"] = "DE";
            options.PhoneRegions["anywhere"] = "";
        });
        var (berlin, anywhere) = (
            host.Profiles.ForTenant(new TenantId("berlin")),
            host.Profiles.ForTenant(new TenantId("anywhere"))
        );
        var conversation = Conversation.FromPhone("call-1", "030 1234 5678", null, host.Now);

        (await host.Profiles.ConversationReceivedAsync(conversation))
            .Profile!.Identities.Should()
            .Equal(Identity.Phone("+44 30 1234 5678"));
        (await berlin.ConversationReceivedAsync(conversation))
            .Profile!.Identities.Should()
            .Equal(Identity.Phone("+49 30 1234 5678"));
        (await anywhere.ConversationReceivedAsync(conversation))
            .Should()
            .BeOfType<ConversationOutcome.Declined>()
            .Which.Reason.Should()
            .Be(DeclineReason.NoIdentity);

        berlin.TryReadPhone("030 1234 5678", out var identity).Should().BeTrue();
        (await berlin.FindAsync(identity)).Should().NotBeNull();
        anywhere.TryReadPhone("030 1234 5678", out _).Should().BeFalse();
        anywhere.TryReadPhone("+49 30 1234 5678", out _).Should().BeTrue();
        host.Profiles.TryReadPhone(null, out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_number_that_was_typed_or_imported_is_no_identity(bool imported)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var edited = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"));
                edit.Phones.Add(new PhoneNumber("+44 20 7946 0000 ext 12"));
                edit.Phones.Add(new PhoneNumber("Shop365"));
            },
            imported ? Actor.Import("old-desk") : ProfileFixture.Kim
        );

        edited.Identities.Should().Equal(ada.Identities);
        edited.Phones.Should().HaveCount(3);
        (await host.Profiles.FindAsync(London)).Should().BeNull();
        var caller = await host.Profiles.ConversationReceivedAsync(
            Conversation.FromPhone("call-1", "+44 20 7946 0000", null, host.Now)
        );
        caller.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Id.Should().NotBe(ada.Id);
    }

    [Fact]
    public async Task A_number_that_was_removed_is_no_identity_when_it_is_typed_again()
    {
        await using var host = new ProfileFixture();
        var ada = (
            await host.Profiles.ConversationReceivedAsync(
                Conversation.FromPhone("call-1", "+44 20 7946 0000", null, host.Now)
            )
        ).Profile!;
        await host.EditAsync(ada, edit => edit.Phones.Remove(ada.Phones[0]));

        (await host.EditAsync(ada, edit => edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"))))
            .Identities.Should()
            .BeEmpty();
    }

    [Fact]
    public void A_phone_conversation_is_as_strict_with_its_id_as_any_other()
    {
        ((Action)(() => Conversation.FromPhone("", "+44 20 7946 0000", null, ProfileFixture.Start)))
            .Should()
            .Throw<ArgumentException>();
        ((Action)(() => ComposedConversation.ToPhone("a\nb", "+44 20 7946 0000", null, ProfileFixture.Start)))
            .Should()
            .Throw<ArgumentException>();
        var conversation = Conversation.FromPhone("call-1", "+44 20 7946 0000", "Ada", ProfileFixture.Start) with
        {
            IsAutomatic = true,
        };
        conversation.ToString().Should().Be("Conversation call-1");
        (conversation.Identity, conversation.From, conversation.IsAutomatic).Should().Be((null, "Ada", true));
        conversation
            .Should()
            .NotBe(
                Conversation.FromPhone("call-1", "+44 20 7946 0001", "Ada", ProfileFixture.Start) with
                {
                    IsAutomatic = true,
                }
            );
    }
}
