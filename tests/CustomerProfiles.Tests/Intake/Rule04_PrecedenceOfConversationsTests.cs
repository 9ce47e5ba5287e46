using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Intake;

public sealed class Rule04_PrecedenceOfConversationsTests
{
    [Fact]
    public async Task A_conversation_fills_a_blank_name()
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync("ada@example.com");

        var profile = (await host.ReceiveAsync("Ada <ada@example.com>", "conv-2")).Profile!;

        profile.Name!.Full.Should().Be("Ada");
        profile.Version.Should().Be(2);
        profile
            .Find(ProfileField.Name)!
            .Provenance.Should()
            .Be(new Provenance(ProvenanceSource.Conversation, "conv-2", ProfileFixture.Start));
        (await host.ReadAsync(profile)).Should().BeSameAs(profile);
    }

    [Fact]
    public async Task A_composed_conversation_fills_a_blank_name_too()
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync("ada@example.com");

        (await host.ComposeAsync("Ada <ada@example.com>")).Profile!.Name!.Full.Should().Be("Ada");
    }

    [Fact]
    public async Task A_conversation_replaces_a_providers_name()
    {
        await using var host = new ProfileFixture(
            null,
            builder =>
                builder.AddProvider(
                    new ProfileFixture.Directory
                    {
                        Says = new PublicInformation { Name = "A. Lovelace", Company = "Example Ltd" },
                    }
                )
        );
        var ada = await host.CreateAsync("ada@example.com");
        await host.RunChecksAsync();
        (await host.ReadAsync(ada)).Name!.Full.Should().Be("A. Lovelace");

        var profile = (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile!;

        profile.Name!.Full.Should().Be("Ada Lovelace");
        profile.Company.Should().Be("Example Ltd", "nothing else is touched");
    }

    [Fact]
    public async Task A_conversation_does_not_replace_an_earlier_ones_name()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");

        (await host.ReceiveAsync("Countess <ada@example.com>")).Profile.Should().BeSameAs(ada);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_never_replaces_what_a_person_typed(bool imported)
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var edited = await host.EditAsync(
            ada,
            edit => edit.Name = "Augusta",
            imported ? Actor.Import("old system") : ProfileFixture.Kim
        );

        (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile.Should().BeSameAs(edited);
    }

    [Fact]
    public async Task A_conversation_never_refills_what_was_cleared()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");
        var cleared = await host.EditAsync(ada, edit => edit.Clear(ProfileField.Name));

        var outcome = await host.ReceiveAsync("Ada Lovelace <ada@example.com>");

        outcome.Profile.Should().BeSameAs(cleared);
        cleared.Name.Should().BeNull();
        cleared.Find(ProfileField.Name).Should().NotBeNull("cleared is a stored state, not an absence");
        cleared.Find(ProfileField.Name)!.IsCleared.Should().BeTrue();
        cleared
            .Find(ProfileField.Name)!
            .Provenance.Should()
            .Be(new Provenance(ProvenanceSource.Agent, "kim", ProfileFixture.Start));
    }

    [Fact]
    public async Task A_blank_name_that_was_cleared_stays_blank_too()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.Name));

        (await host.ReceiveAsync("Ada <ada@example.com>")).Profile!.Name.Should().BeNull();
    }

    [Fact]
    public async Task A_reset_field_may_be_filled_by_a_conversation()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.Name));
        (await host.EditAsync(ada, edit => edit.Reset(ProfileField.Name))).Find(ProfileField.Name).Should().BeNull();

        (await host.ReceiveAsync("Ada Lovelace <ada@example.com>")).Profile!.Name!.Full.Should().Be("Ada Lovelace");
    }

    [Fact]
    public async Task A_provider_replaces_neither_what_was_typed_nor_what_was_cleared_nor_what_a_conversation_said()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation
            {
                Name = "Provider's name",
                Company = "Provider's company",
                JobTitle = "Provider's title",
                Location = "London",
                Websites = [new Uri("https://provider.example.org/")],
            },
        };
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync("Ada Lovelace <ada@example.com>");
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Company = "Typed";
                edit.Clear(ProfileField.JobTitle);
                edit.Clear(ProfileField.Websites);
            }
        );

        await host.RunChecksAsync();

        var profile = await host.ReadAsync(ada);
        profile.Name!.Full.Should().Be("Ada Lovelace");
        profile.Company.Should().Be("Typed");
        profile.JobTitle.Should().BeNull();
        profile.Websites.Should().BeEmpty();
        profile.Location.Should().Be("London", "the result was applied");
    }

    [Fact]
    public async Task A_removed_entry_of_a_list_is_a_stored_state_too()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Phones.Add(new PhoneNumber("+44 20 7946 0000")));

        var profile = await host.EditAsync(
            ada,
            edit => edit.Phones.Remove(new PhoneNumber("+442079460000", "any label")).Should().BeTrue()
        );

        profile.Phones.Should().BeEmpty();
        profile.Find(ProfileField.Phones, "+442079460000")!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task A_name_in_many_concurrent_conversations_is_set_once_and_never_over_an_agents()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        var conversations = Enumerable
            .Range(0, 100)
            .Select(i => Task.Run(async () => await host.ReceiveAsync($"Name {i} <ada@example.com>")));
        var edits = Enumerable
            .Range(0, 5)
            .Select(_ =>
                Task.Run(async () =>
                {
                    var edit = (await host.ReadAsync(ada)).Edit(ProfileFixture.Kim);
                    edit.Company = "Example Ltd";
                    await host.Profiles.SaveAsync(edit);
                })
            );
        await Task.WhenAll([.. conversations, .. edits]);

        var profile = await host.ReadAsync(ada);

        profile.Name!.Full.Should().StartWith("Name ");
        profile.Company.Should().Be("Example Ltd");
        profile.Version.Should().Be(3, "one name and one company were put in, the rest found them there");
    }
}
