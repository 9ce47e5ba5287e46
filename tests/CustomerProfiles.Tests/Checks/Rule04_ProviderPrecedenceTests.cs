using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule04_ProviderPrecedenceTests
{
    [Fact]
    public async Task A_provider_fills_what_is_blank_and_says_that_it_did()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync("ada@example.com");

        (profile.Name, profile.Company, profile.JobTitle, profile.Location, profile.Bio, profile.Photo)
            .Should()
            .Be(
                (
                    new PersonName("Augusta Ada King"),
                    "Analytical Engines",
                    "Countess",
                    "London",
                    "Wrote the first program.",
                    FakeProvider.Ada().Photo
                )
            );
        profile.SocialProfiles.Should().Equal(FakeProvider.Ada().SocialProfiles);
        profile.Websites.Should().Equal(FakeProvider.Ada().Websites);
        profile
            .Values.Where(value => value.Field != ProfileField.Emails)
            .Should()
            .HaveCount(8)
            .And.OnlyContain(value =>
                value.Provenance == new Provenance(ProvenanceSource.Provider, FakeProvider.DefaultName, TestHost.Start)
            );
        (profile.Version, profile.UpdatedAt).Should().Be((2, TestHost.Start));
    }

    [Fact]
    public async Task A_provider_that_tells_the_same_changes_nothing()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Matched(
            FakeProvider.Ada() with
            {
                SocialProfiles =
                [
                    new SocialProfile("github", username: "ada"),
                    new SocialProfile("mastodon", username: "ada"),
                ],
                Websites = [new Uri("https://first.example.org/"), new Uri("https://second.example.org/")],
            }
        );
        var before = await host.DueAsync("ada@example.com");

        (await host.DrainAsync()).Should().Be(1);

        (before.SocialProfiles.Length, before.Websites.Length).Should().Be((2, 2));
        (await host.ReadAsync(before)).Should().BeSameAs(before);
    }

    [Fact]
    public async Task A_provider_refreshes_what_it_gave_itself()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync("ada@example.com");
        host.Provider.Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                Name = "Ada King",
                Company = "Engines",
                JobTitle = "Analyst",
                Location = "Surrey",
                Bio = "Analyst.",
                Photo = new Photo(new Uri("https://photos.example.com/2.jpg")),
            }
        );
        await host.DrainAsync();

        var after = await host.ReadAsync(before);
        (after.Name!.Full, after.Company, after.JobTitle, after.Location, after.Bio, after.Photo!.Url.AbsolutePath)
            .Should()
            .Be(("Ada King", "Engines", "Analyst", "Surrey", "Analyst.", "/2.jpg"));
        (after.Version, after.Find(ProfileField.Company)!.Provenance.ObservedAt)
            .Should()
            .Be((before.Version + 1, host.Now));
        after.SocialProfiles.Should().Equal(before.SocialProfiles, "what a result does not mention stays");
    }

    [Fact]
    public async Task A_provider_never_replaces_what_an_agent_typed_or_a_conversation_said()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Company = "Byron and Daughter");
        for (var i = 0; i < 3; i++)
        {
            await host.DrainAsync();
            host.PassTwoMonths();
            await host.ReceiveAsync();
        }

        var after = await host.ReadAsync(id);
        (after.Name!.Full, after.Company, after.JobTitle)
            .Should()
            .Be(("Ada Lovelace", "Byron and Daughter", "Countess"));
        after.Find(ProfileField.Name)!.Provenance.Source.Should().Be(ProvenanceSource.Conversation);
    }

    [Fact]
    public async Task A_provider_never_revives_what_was_cleared_whoever_gave_it_first()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync("ada@example.com");
        await host.EditAsync(
            profile.Id,
            edit =>
            {
                edit.Name = null;
                edit.JobTitle = "";
                edit.Clear(ProfileField.Company);
                edit.Websites.Clear();
            }
        );
        for (var i = 0; i < 3; i++)
        {
            host.PassTwoMonths();
            host.Provider.Otherwise = new ProviderResult.Matched(
                FakeProvider.Ada() with
                {
                    Company = $"Company {i}",
                    Websites = [new Uri($"https://{i}.example.com/")],
                }
            );
            await host.ReceiveAsync("ada@example.com");
            (await host.DrainAsync()).Should().Be(1);
        }

        var after = await host.ReadAsync(profile);
        (after.Name, after.JobTitle, after.Company, after.Websites.Length).Should().Be((null, null, null, 0));
    }

    [Fact]
    public async Task A_field_cleared_before_the_first_check_is_not_filled_by_it()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(
            id,
            edit =>
            {
                edit.Clear(ProfileField.JobTitle);
                edit.Clear(ProfileField.Websites);
            }
        );
        await host.DrainAsync();

        var after = await host.ReadAsync(id);
        (after.JobTitle, after.Websites.Length, after.Company).Should().Be((null, 0, "Analytical Engines"));
    }

    [Fact]
    public async Task A_field_that_was_reset_is_filled_by_the_next_check()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await host.EditAsync(
            profile.Id,
            edit =>
            {
                edit.Clear(ProfileField.JobTitle);
                edit.Company = "Byron and Daughter";
            }
        );
        await host.EditAsync(
            profile.Id,
            edit =>
            {
                edit.Reset(ProfileField.JobTitle);
                edit.Reset(ProfileField.Company);
            }
        );
        host.PassTwoMonths();
        await host.ReceiveAsync();
        await host.DrainAsync();

        var after = await host.ReadAsync(profile);
        (after.JobTitle, after.Company).Should().Be(("Countess", "Analytical Engines"));
    }

    [Fact]
    public async Task A_list_of_the_agents_is_filled_only_while_nobody_else_has_put_anything_in_it()
    {
        await using var host = new TestHost();
        var id = (await host.ReceiveAsync()).Profile!.Id;
        await host.EditAsync(id, edit => edit.Websites.Add(new Uri("https://agents.example.org/")));
        await host.DrainAsync();

        (await host.ReadAsync(id)).Websites.Should().Equal(new Uri("https://agents.example.org/"));
    }

    [Fact]
    public async Task A_list_that_a_provider_filled_follows_the_provider_until_an_agent_touches_it()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        Uri[] newer = [new("https://one.example.com/"), new("https://two.example.com/")];
        await RecheckAsync(host, FakeProvider.Ada() with { Websites = [.. newer] });
        (await host.ReadAsync(profile)).Websites.Should().Equal(newer);

        await host.EditAsync(profile.Id, edit => edit.Websites.Remove(newer[0]));
        await RecheckAsync(host, FakeProvider.Ada());
        (await host.ReadAsync(profile)).Websites.Should().Equal(newer[1]);
    }

    [Fact]
    public async Task Of_a_list_of_the_providers_entries_come_go_and_are_refreshed()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        var (stays, comes) = (
            new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada-the-second"),
            new SocialProfile("mastodon", null, "ada")
        );
        await RecheckAsync(host, new PublicInformation { SocialProfiles = [stays, comes] });
        (await host.ReadAsync(profile)).SocialProfiles.Should().Equal(stays, comes);

        await RecheckAsync(host, new PublicInformation { SocialProfiles = [comes] });
        var before = await host.ReadAsync(profile);
        before.SocialProfiles.Should().Equal(comes);
        await RecheckAsync(host, new PublicInformation());
        (await host.ReadAsync(profile)).Should().BeSameAs(before, "an empty list says nothing");
    }

    [Fact]
    public async Task Two_providers_fill_blanks_and_leave_each_others_values_alone()
    {
        await using var host = new TestHost(
            options => options.MaxConcurrentChecks = 1,
            providers: [new FakeProvider("one"), new FakeProvider("two")]
        );
        host.Providers[1].Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                Location = "Paris",
                Company = "Other",
                SocialProfiles = [new SocialProfile("mastodon", null, "ada")],
            }
        );
        var profile = await host.CheckedAsync();
        await RecheckAsync(host, FakeProvider.Ada(location: "Surrey"));

        var after = await host.ReadAsync(profile);
        (after.Location, after.Company).Should().Be(("Surrey", "Analytical Engines"));
        after.SocialProfiles.Select(social => social.Network).Should().Equal("github", "mastodon");
    }

    [Fact]
    public async Task Values_beyond_the_limits_are_cut_or_left_out()
    {
        var limits = EditLimits.Default with
        {
            Location = 6,
            Bio = 10,
            JobTitle = 4,
            FullName = 5,
            PhotoUrl = 30,
            Entries = 2,
            SocialName = 8,
            Url = 40,
        };
        await using var host = new TestHost(options => options.Limits = limits);
        host.Provider.Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                Location = "London and more",
                Bio = "One line.\r\nAnother line.",
                JobTitle = "\u202EChief",
                Name = new PersonName("Ada Lovelace"),
                Company = " \t ",
                Photo = new Photo(new Uri("https://photos.example.com/much-too-long-for-the-limit.jpg")),
                SocialProfiles =
                [
                    new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada"),
                    new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada again"),
                    new SocialProfile("nothing"),
                    new SocialProfile(""),
                    new SocialProfile("a-network-with-a-long-name", null, "ada"),
                    new SocialProfile("third", null, "ada"),
                ],
                Websites =
                [
                    new Uri("ftp://ada.example.com/"),
                    new Uri("/relative", UriKind.Relative),
                    new Uri("https://ada.example.com/"),
                    new Uri($"https://example.com/{new string('x', 50)}"),
                ],
            }
        );
        var profile = await host.CheckedAsync("ada@example.com");

        (profile.Location, profile.Bio, profile.JobTitle, profile.Name!.Full, profile.Company, profile.Photo)
            .Should()
            .Be(("London", "One line.", "Chie", "Ada L", null, null));
        profile.SocialProfiles.Select(social => social.Network).Should().Equal("github", "a-networ");
        profile.Websites.Should().Equal(new Uri("https://ada.example.com/"));
    }

    [Fact]
    public async Task What_is_cut_is_the_same_at_the_next_check_and_raises_no_version()
    {
        await using var host = new TestHost(options => options.Limits = EditLimits.HelpScout);
        host.Provider.Otherwise = new ProviderResult.Matched(FakeProvider.Ada(location: new string('x', 1_000)));
        var before = await host.DueAsync();
        await host.DrainAsync();

        before.Location.Should().HaveLength(60);
        (await host.ReadAsync(before)).Should().BeSameAs(before);
    }

    [Fact]
    public async Task An_empty_match_changes_nothing()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                Photo = new Photo(null!),
                Name = new PersonName(null!),
                SocialProfiles = [null!, new SocialProfile(null!)],
                Websites = [null!],
                Location = "",
                Bio = "\0",
            }
        );
        var profile = await host.CheckedAsync();
        profile.Version.Should().Be(1);
        (await host.CheckOfAsync(profile.Id))!.LastOutcome.Should().Be(CheckOutcome.NothingToShow);

        host.Provider.Otherwise = new ProviderResult.Matched(
            new PublicInformation { SocialProfiles = default, Websites = default }
        );
        await RecheckAsync(host);
        (await host.ReadAsync(profile)).Should().BeSameAs(profile);
        host.Provider.Otherwise = new ProviderResult.Matched(null!);
        await RecheckAsync(host);
        (await host.ReadAsync(profile)).Should().BeSameAs(profile);
    }

    [Fact]
    public async Task A_provider_adds_no_identity()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        profile.Identities.Should().Equal(TestHost.AdasAddress);
    }

    private static async Task RecheckAsync(TestHost host, PublicInformation? result = null)
    {
        if (result is not null)
        {
            host.Provider.Otherwise = new ProviderResult.Matched(result);
        }

        host.PassTwoMonths();
        await host.ReceiveAsync();
        (await host.DrainAsync()).Should().BeGreaterThan(0);
    }
}
