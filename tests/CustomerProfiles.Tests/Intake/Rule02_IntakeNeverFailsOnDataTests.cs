using CsCheck;
using NodaTime;

namespace CustomerProfiles.Tests.Intake;

public sealed class Rule02_IntakeNeverFailsOnDataTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   \r\n")]
    [InlineData("Ada Lovelace")]
    [InlineData("<>")]
    [InlineData("ada@")]
    [InlineData("@example.com")]
    [InlineData("ada@exa mple.com")]
    [InlineData("ada@@example.com")]
    [InlineData("Ada <>, Bob <>")]
    [InlineData("undisclosed-recipients:;")]
    [InlineData("ada\0@example.com")]
    public async Task A_sender_that_cannot_be_read_is_declined(string? from)
    {
        await using var host = new ProfileFixture();

        foreach (var outcome in new[] { await host.ReceiveAsync(from), await host.ComposeAsync(from) })
        {
            outcome.Should().BeOfType<ConversationOutcome.Declined>().Which.Reason.Should().Be(DeclineReason.NoAddress);
        }
    }

    [Fact]
    public async Task Any_From_never_throws_and_a_created_customer_can_be_found_and_listed()
    {
        var nasty = Gen.Char[
                "\"\\<>()@.,;:='? \t\r\n"
                    + "\0abÄé\u0307\u202e\u2028\ud83d\ude00\ufffe\u200b\u200c\u200d\u0627\ufe0f\udb40\udc61[]"
            ]
            .Array[0, 40]
            .Select(letters => new string(letters));
        var addressed =
            from name in Gen.OneOf(Gen.String, nasty)
            from local in Gen.OneOf(Gen.String[0, 8], nasty, Gen.Const("ada"))
            select $"{name} <{local}@example.com>";
        await using var host = new ProfileFixture();

        await Gen.OneOf(
                Gen.String,
                nasty,
                nasty.Select(text => text + "@example.com"),
                addressed,
                Gen.String.Select(name => $"\"{name}\" <ada@example.com>")
            )
            .SampleAsync(
                async from =>
                {
                    var outcome = await host.ReceiveAsync(from);
                    if (outcome.Profile is not { } profile)
                    {
                        outcome.Should().BeOfType<ConversationOutcome.Declined>();
                        return;
                    }

                    (await host.Profiles.FindAsync(profile.Identities[0]))!.Id.Should().Be(profile.Id);
                    (await host.Profiles.GetSidebarAsync(profile.Id))!.DisplayName.Should().NotBeNullOrWhiteSpace();
                    ProfileSearch.KeysOf(profile, SearchableProperties.None).Text.Should().NotBeEmpty();
                    if (profile.Name is { } name)
                    {
                        FieldContent
                            .Check(ProfileField.Name, name, EditLimits.Default, FieldLabels.English)
                            .Should()
                            .BeEmpty("what intake takes an agent could have typed");
                    }
                },
                iter: 2_000
            );

        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ada" })).Profiles.Should().NotBeNull();
    }

    [Fact]
    public async Task A_name_of_a_million_characters_is_cut()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync($"{new string('a', 1_000_000)} <ada@example.com>");

        outcome
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Profile.Name!.Full.Should()
            .Be(new string('a', EditLimits.Default.FullName));
        outcome.Warnings.Should().Equal(IntakeWarning.NameCut);
    }

    [Fact]
    public async Task A_name_of_a_million_commas_is_cut_in_no_time()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync($"{new string(',', 1_000_000)} <ada@example.com>");

        outcome.Should().BeOfType<ConversationOutcome.Created>();
        outcome.Warnings.Should().Equal(IntakeWarning.NameCut);
    }

    [Fact]
    public async Task An_address_of_a_million_characters_is_declined()
    {
        await using var host = new ProfileFixture();

        (await host.ReceiveAsync($"{new string('a', 1_000_000)}@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Declined>();
        (await host.ReceiveAsync($"ada@{new string('é', 1_000_000)}.example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Declined>();
    }

    [Theory]
    [InlineData("Ada\0 Love\u0007lace", "Ada Lovelace")]
    [InlineData("Ada \u202eecalevoL", "Ada ecalevoL")]
    [InlineData("Ada\u2066\u2069", "Ada")]
    [InlineData("Ada ¤Lovelace", "Ada Lovelace")]
    [InlineData("Ada \ufffeLovelace", "Ada Lovelace")]
    [InlineData("Ada\tLovelace", "Ada Lovelace")]
    [InlineData("Ada\r\n Lovelace", "Ada  Lovelace")]
    public async Task Unfit_characters_are_removed_from_a_name(string name, string kept)
    {
        await using var host = new ProfileFixture();

        // An attribute cannot hold half of a surrogate pair; the sign stands for one.
        var outcome = await host.ReceiveAsync($"\"{name.Replace('¤', '\ud800')}\" <ada@example.com>");

        outcome.Warnings.Should().Equal(IntakeWarning.NameCleaned);
        outcome.Profile!.Name!.Full.Should().Be(kept);
    }

    [Theory]
    [InlineData("\u202e\u0007")]
    [InlineData("¤")]
    [InlineData("\u200b")]
    [InlineData("\u00ad\u2060\ufeff")]
    [InlineData("\u3164")]
    public async Task An_invisible_name_is_not_used(string name)
    {
        await using var host = new ProfileFixture();

        // An attribute cannot hold half of a surrogate pair; the sign stands for one.
        var outcome = await host.ReceiveAsync($"\"{name.Replace('¤', '\ud800')}\" <ada@example.com>");

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name.Should().BeNull();
    }

    [Theory]
    [InlineData("=?utf-8?Q?Ada_Lovelace?=")]
    [InlineData("Ada =?iso-8859-1?B?TG92ZWxhY2U=?=")]
    public async Task A_name_that_is_still_encoded_is_not_used(string name)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync($"{name} <ada@example.com>");

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameStillEncoded);
    }

    [Theory]
    [InlineData("ada@example.com")]
    [InlineData("'ada@example.com'")]
    [InlineData("<ada@example.com>")]
    [InlineData("ADA@EXAMPLE.COM")]
    public async Task An_address_is_not_used_as_a_name(string name)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync($"\"{name}\" <ada@example.com>");

        outcome.Profile!.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameLeftOut);
    }

    [Theory]
    [InlineData("\"\\\"Jörg Muster\\\"\"", "Jörg Muster")]
    [InlineData("\"'Jörg Muster'\"", "Jörg Muster")]
    [InlineData("\"'\\\"Jörg Muster\\\"'\"", "Jörg Muster")]
    [InlineData("“Jörg Muster”", "Jörg Muster")]
    [InlineData("„Jörg Muster“", "Jörg Muster")]
    [InlineData("«Jörg Muster»", "Jörg Muster")]
    [InlineData("‘Jörg Muster’", "Jörg Muster")]
    [InlineData("'Muster, Jörg'", "Muster, Jörg")]
    [InlineData("'Jörg O'Muster'", "Jörg O'Muster")]
    [InlineData("\"'Jan 't Hooft'\"", "Jan 't Hooft")]
    [InlineData("\"\\\"Ada\\\" or \\\"Augusta\\\"\"", "\"Ada\" or \"Augusta\"")]
    [InlineData("\"Ada \\\"Countess\\\"\"", "Ada \"Countess\"")]
    [InlineData("\"Ada @ Example\"", "Ada @ Example")]
    [InlineData("Ada @ Example", "Ada @ Example")]
    [InlineData("\"ada@example.com via Support\"", "ada@example.com via Support")]
    [InlineData("\"Ada Lovelace <ada@example.com>\"", "Ada Lovelace")]
    [InlineData("\"'Ada Lovelace' <ADA@example.com>\"", "Ada Lovelace")]
    [InlineData("Ada Lovelace <ada@example.com>", "Ada Lovelace")]
    [InlineData("\u200fAda\u200e Love\u200blace\ufeff", "Ada Lovelace")]
    [InlineData("\u200f\"Ada Lovelace\"\u200f", "Ada Lovelace")]
    public async Task A_name_is_taken_without_what_mail_programs_put_around_it(string name, string kept)
    {
        await using var host = new ProfileFixture();

        (await host.CreateAsync($"{name} <ada@example.com>")).Name!.Full.Should().Be(kept);
    }

    [Theory]
    [InlineData("\"Bob <bob@example.org>\" <ada@example.com>")]
    [InlineData("\"<ada@example.com>\" <ada@example.com>")]
    [InlineData("\"mailto:bob@example.org\" <ada@example.com>")]
    [InlineData("\"bob@example.org\" <ada@example.com>")]
    [InlineData("\"ada@example.com <ada@example.com>\" <ada@example.com>")]
    [InlineData("\"bob@example.org <ada@example.com>\" <ada@example.com>")]
    [InlineData("\"''\" <ada@example.com>")]
    [InlineData("\"\u3164\" <ada@example.com>")]
    [InlineData("Engines: ada@example.com;")]
    public async Task A_name_that_is_not_used_leaves_a_warning(string from)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync(from);

        outcome.Profile!.Identities.Should().Equal(Identity.Email(EmailAddress.Parse("ada@example.com")));
        outcome.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameLeftOut);
    }

    [Fact]
    public async Task An_unused_name_of_a_known_customer_leaves_the_same_warning()
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync("ada@example.com");

        var outcome = await host.ReceiveAsync("Engines: ada@example.com;");

        outcome.Should().BeOfType<ConversationOutcome.Existing>().Which.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameLeftOut);
    }

    [Theory]
    [InlineData("\u200bada@example.com")]
    [InlineData("ada@example.com\u200b")]
    [InlineData("\u202aada@example.com\u202c")]
    [InlineData("Ada <\ufeffada@example.com>")]
    [InlineData("\u200b<ada@example.com>")]
    [InlineData("Ada Lovelace \u200bada@exam\u00adple.com")]
    public async Task Invisible_characters_do_not_make_a_second_customer(string from)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");

        (await host.ReceiveAsync(from))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);
    }

    [Fact]
    public async Task Single_quotes_around_a_name_are_not_part_of_it()
    {
        await using var host = new ProfileFixture();

        (await host.CreateAsync("\"'Lovelace, Ada'\" <ada@example.com>")).Name!.Full.Should().Be("Lovelace, Ada");
        (await host.CreateAsync("\"Jan 't Hooft\" <jan@example.com>")).Name!.Full.Should().Be("Jan 't Hooft");
        (await host.CreateAsync("\"'t Hooft\" <hooft@example.com>")).Name!.Full.Should().Be("'t Hooft");
        (await host.CreateAsync("\"Jan Klaas'\" <klaas@example.com>")).Name!.Full.Should().Be("Jan Klaas'");
        (await host.CreateAsync("\"''\" <two@example.com>")).Name.Should().BeNull();
        (await host.CreateAsync("\"'\" <one@example.com>")).Name!.Full.Should().Be("'");
    }

    [Theory]
    [InlineData("Ada =? Lovelace")]
    [InlineData("Ada ?= Lovelace")]
    public async Task Half_a_sign_of_encoding_is_part_of_a_name(string name)
    {
        await using var host = new ProfileFixture();

        (await host.CreateAsync($"\"{name}\" <ada@example.com>")).Name!.Full.Should().Be(name);
    }

    [Theory]
    [InlineData("info@example.com")]
    [InlineData("Sales@example.com")]
    [InlineData("support+4711@example.com")]
    [InlineData("customer-service@example.com")]
    public async Task The_display_name_of_a_role_address_is_nobodys_name(string address)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.ReceiveAsync($"Ada Lovelace <{address}>");

        outcome.Should().BeOfType<ConversationOutcome.Created>().Which.Profile.Name.Should().BeNull();
        outcome.Warnings.Should().Equal(IntakeWarning.NameOnRoleAddress);
        (await host.ReceiveAsync($"Bob <{address}>")).Profile!.Name.Should().BeNull("nor is it later");
    }

    public static TheoryData<Instant> ImplausibleTimes =>
        [
            Instant.MinValue,
            Instant.MaxValue,
            Instant.FromUtc(1969, 12, 31, 23, 59, 59),
            Instant.FromUtc(9999, 12, 31, 23, 59, 59),
            ProfileFixture.Start + Duration.FromDays(1) + Duration.Epsilon,
        ];

    [Theory]
    [MemberData(nameof(ImplausibleTimes))]
    public async Task An_implausible_time_is_replaced_by_the_current_time(Instant at)
    {
        await using var host = new ProfileFixture();

        var received = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "Ada <ada@example.com>", at)
        );
        var composed = await host.Profiles.ConversationComposedAsync(
            new ComposedConversation("c2", "bob@example.com", at)
        );

        foreach (var outcome in new[] { received, composed })
        {
            outcome.Should().BeOfType<ConversationOutcome.Created>();
            outcome.Warnings.Should().Equal(IntakeWarning.TimeImplausible);
            outcome.Profile!.Values.Should().OnlyContain(value => value.Provenance.ObservedAt == ProfileFixture.Start);
            outcome.Profile.CreatedAt.Should().Be(ProfileFixture.Start);
        }
    }

    public static TheoryData<Instant> PlausibleTimes =>
        [
            Instant.FromUnixTimeSeconds(0),
            Instant.FromUtc(1999, 12, 31, 23, 59, 59),
            ProfileFixture.Start + Duration.FromDays(1),
            ProfileFixture.Start - Duration.FromDays(400),
        ];

    [Theory]
    [MemberData(nameof(PlausibleTimes))]
    public async Task A_plausible_time_is_kept_as_the_time_of_observation(Instant at)
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "Ada <ada@example.com>", at)
        );

        outcome.Warnings.Should().BeEmpty();
        outcome.Profile!.Values.Should().OnlyContain(value => value.Provenance.ObservedAt == at);
        outcome.Profile.CreatedAt.Should().Be(ProfileFixture.Start, "the customer became one now");
    }

    [Fact]
    public async Task Times_are_kept_to_the_microsecond()
    {
        await using var host = new ProfileFixture();
        host.Time.Advance(TimeSpan.FromTicks(19));

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation("c1", "Ada <ada@example.com>", ProfileFixture.Start - Duration.FromNanoseconds(1))
        );

        outcome.Profile!.CreatedAt.Should().Be(ProfileFixture.Start + Duration.FromTicks(10));
        outcome.Profile.Values[0].Provenance.ObservedAt.Should().Be(ProfileFixture.Start - Duration.FromTicks(10));
    }

    [Fact]
    public async Task All_warnings_are_reported_at_once()
    {
        await using var host = new ProfileFixture();

        var outcome = await host.Profiles.ConversationReceivedAsync(
            new Conversation(
                "c1",
                $"\"\u202e{new string('a', 300)}\" <ada@example.com>, bob@example.com",
                Instant.MaxValue
            )
        );

        outcome
            .Warnings.Should()
            .BeEquivalentTo([
                IntakeWarning.SeveralAddresses,
                IntakeWarning.TimeImplausible,
                IntakeWarning.NameCleaned,
                IntakeWarning.NameCut,
            ]);
    }
}
