using System.Collections.Immutable;
using CustomerProfiles.Stores;
using Fault = CustomerProfiles.Testing.Fault;

namespace CustomerProfiles.Tests.Creation;

/// <summary>Rule 33: a customer is created without a conversation.</summary>
public sealed class Rule33_CreatingTests
{
    private static readonly Identity Crm = Identity.External("crm:4711");

    [Fact]
    public async Task A_customer_is_created_with_everything_that_agents_may_set()
    {
        await using var host = new TestHost();
        var profile = Created(
            await host.Profiles.CreateAsync(
                new NewProfile
                {
                    Identities = [Crm, Identity.Chat("irc", "ada")],
                    Name = new PersonName("Ada Lovelace", "Ada", "Lovelace"),
                    Company = "Analytical Engines",
                    JobTitle = "Analyst",
                    Address = new PostalAddress { City = "London" },
                    Notes = "Writes programs.\nPrefers letters.",
                    Emails = [new ProfileEmail("ada@example.com", "work"), new ProfileEmail("ada@example.org")],
                    Phones = [new PhoneNumber("+44 20 7946 0000")],
                    Websites = [new Uri("https://ada.example.com/")],
                    Custom = new Dictionary<string, string> { ["plan"] = "gold" },
                },
                TestHost.Kim
            )
        );

        (await host.ReadAsync(profile.Id)).Values.Should().Equal(profile.Values);
        profile.Version.Should().Be(1);
        profile.CreatedAt.Should().Be(host.Now);
        profile.Name!.Family.Should().Be("Lovelace");
        profile.Notes.Should().Be("Writes programs.\nPrefers letters.");
        profile.Address!.City.Should().Be("London");
        profile.Emails[0].Label.Should().Be("work");
        profile.CustomProperties.Should().Contain("plan", "gold");
        profile
            .Values.Should()
            .OnlyContain(value => value.Provenance == new Provenance(ProvenanceSource.Agent, "kim", host.Now));
        foreach (
            var identity in (Identity[])
                [Crm, Identity.Chat("irc", "ada"), TestHost.AdasAddress, TestHost.IdentityOf("ada@example.org")]
        )
        {
            (await host.Profiles.FindAsync(identity))!.Id.Should().Be(profile.Id);
        }

        profile.Identities.Should().HaveCount(4, "a telephone number in a profile is no identity");
    }

    [Fact]
    public async Task A_customer_may_have_no_identity_and_hold_nothing()
    {
        await using var host = new TestHost();
        var profile = Created(await host.Profiles.CreateAsync(new NewProfile(), TestHost.Kim));
        profile.Identities.Should().BeEmpty();
        profile.Values.Should().BeEmpty();
        (await host.ReadAsync(profile.Id)).DisplayName.Should().Be("Unknown customer");
    }

    [Fact]
    public async Task An_address_or_number_among_the_identities_is_in_the_profile_once()
    {
        await using var host = new TestHost();
        var profile = Created(
            await host.Profiles.CreateAsync(
                new NewProfile
                {
                    Identities = [TestHost.AdasAddress, Identity.Phone("+44 20 7946 0000"), TestHost.AdasAddress],
                    Emails = [new ProfileEmail("Ada@Example.com", "work")],
                    Phones = [new PhoneNumber("+44 (0)20 7946 0000", "office")],
                },
                TestHost.Kim
            )
        );
        profile.Emails.Should().ContainSingle().Which.Label.Should().Be("work");
        profile.Phones.Should().ContainSingle().Which.Label.Should().Be("office");
        profile.Identities.Should().BeEquivalentTo([TestHost.AdasAddress, Identity.Phone("+442079460000")]);
    }

    [Fact]
    public async Task It_starts_no_check_and_the_first_conversation_does()
    {
        await using var host = new TestHost();
        var profile = Created(
            await host.Profiles.CreateAsync(
                new NewProfile { Emails = [new ProfileEmail("ada@example.com")] },
                TestHost.Kim
            )
        );
        (await host.DrainAsync()).Should().Be(0);
        (await host.CheckOfAsync(profile.Id)).Should().BeNull();

        var outcome = await host.ReceiveAsync();
        outcome.Profile!.Id.Should().Be(profile.Id);
        outcome.Should().BeOfType<ConversationOutcome.Existing>();
        outcome.Checks[0].Reason.Should().Be(CheckReason.FirstCheck);
    }

    [Fact]
    public async Task Every_error_is_reported_at_once_and_nothing_is_written()
    {
        await using var host = new TestHost();
        var outcome = await host.Profiles.CreateAsync(
            new NewProfile
            {
                Identities = [Crm],
                Emails = [new ProfileEmail("ada@example.com"), new ProfileEmail("nobody")],
                Company = new string('x', 300),
                Photo = "https://example.com/ada.png",
            },
            TestHost.Kim
        );

        outcome
            .Should()
            .BeOfType<CreateOutcome.Rejected>()
            .Which.Errors.Select(error => (error.Field.Code, error.Code, error.Index))
            .Should()
            .BeEquivalentTo([
                ("company", FieldErrorCode.TooLong, (int?)null),
                ("photo", FieldErrorCode.OwnedByProvider, null),
                ("emails", FieldErrorCode.Malformed, 1),
            ]);
        (await host.Profiles.FindAsync(Crm)).Should().BeNull();
        (await host.Profiles.FindAsync(TestHost.AdasAddress)).Should().BeNull();
    }

    [Fact]
    public async Task An_identity_that_is_somebodys_is_Exists_and_nothing_is_written()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        var outcome = await host.Profiles.CreateAsync(
            new NewProfile
            {
                Identities = [Crm],
                Name = "Somebody else",
                Emails = [new ProfileEmail("ada@example.com")],
            },
            TestHost.Kim
        );

        var exists = outcome.Should().BeOfType<CreateOutcome.Exists>().Subject;
        exists.Id.Should().Be(ada.Id);
        exists.Identity.Should().Be(TestHost.AdasAddress);
        (await host.Profiles.FindAsync(Crm)).Should().BeNull();
        (await host.ReadAsync(ada.Id)).Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task A_repeated_call_with_the_callers_id_is_Exists()
    {
        await using var host = new TestHost();
        var id = CustomerId.New(host.Now);
        var wanted = new NewProfile { Id = id, Emails = [new ProfileEmail("ada@example.com")] };
        Created(await host.Profiles.CreateAsync(wanted, TestHost.Kim)).Id.Should().Be(id);

        var again = (await host.Profiles.CreateAsync(wanted, TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.Exists>()
            .Subject;
        again.Id.Should().Be(id);
        again.Identity.Should().BeNull();
        (await host.ReadAsync(id)).Version.Should().Be(1);
    }

    [Fact]
    public async Task Finding_or_creating_finds_the_customer_as_they_are()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        var found = await host.Profiles.FindOrCreateAsync(
            TestHost.AdasAddress,
            new NewProfile { Name = "Ada King", Company = "Analytical Engines" },
            TestHost.Kim
        );
        found.Should().BeOfType<CreateOutcome.Found>().Which.Profile.Id.Should().Be(ada.Id);
        (await host.ReadAsync(ada.Id)).Company.Should().BeNull();
    }

    [Fact]
    public async Task Finding_or_creating_creates_a_customer_who_has_the_identity()
    {
        await using var host = new TestHost();
        var profile = Created(
            await host.Profiles.FindOrCreateAsync(Crm, new NewProfile { Name = "Ada Lovelace" }, TestHost.Kim)
        );
        profile.Name!.Full.Should().Be("Ada Lovelace");
        (await host.Profiles.FindAsync(Crm))!.Id.Should().Be(profile.Id);
    }

    [Fact]
    public async Task Who_loses_the_race_to_create_finds()
    {
        await using var host = TestHost.WithFaults(out var store);
        CustomerProfile? first = null;
        store.Next(
            nameof(ICustomerProfileStore.AddAsync),
            Fault.Before(async _ => first = (await host.ReceiveAsync()).Profile)
        );
        var outcome = await host.Profiles.FindOrCreateAsync(TestHost.AdasAddress, new NewProfile(), TestHost.Kim);
        outcome.Should().BeOfType<CreateOutcome.Found>().Which.Profile.Id.Should().Be(first!.Id);
    }

    [Fact]
    public async Task Another_identity_that_is_somebodys_is_Exists()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync()).Profile!;
        var outcome = await host.Profiles.FindOrCreateAsync(
            Crm,
            new NewProfile { Emails = [new ProfileEmail("ada@example.com")] },
            TestHost.Kim
        );
        outcome.Should().BeOfType<CreateOutcome.Exists>().Which.Id.Should().Be(ada.Id);
    }

    [Fact]
    public async Task A_tagged_address_is_folded_where_the_host_says_so()
    {
        await using var host = new TestHost(options => options.FoldPlusTagsFor.Add("example.com"));
        var profile = Created(
            await host.Profiles.FindOrCreateAsync(
                TestHost.IdentityOf("ada+shop@example.com"),
                new NewProfile { Emails = [new ProfileEmail("ada+news@example.com")] },
                TestHost.Kim
            )
        );
        profile.Identities.Should().Equal(TestHost.AdasAddress);
        (await host.ReceiveAsync()).Profile!.Id.Should().Be(profile.Id);
    }

    private static CustomerProfile Created(CreateOutcome outcome) =>
        outcome.Should().BeOfType<CreateOutcome.Created>().Subject.Profile;
}
