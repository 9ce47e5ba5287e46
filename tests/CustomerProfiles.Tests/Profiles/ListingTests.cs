namespace CustomerProfiles.Tests.Profiles;

public sealed class ListingTests
{
    [Fact]
    public async Task Pages_show_everybody_once_while_customers_come_in_between()
    {
        await using var host = new ProfileFixture();
        var first = new List<CustomerId>();
        for (var i = 0; i < 30; i++)
        {
            first.Add((await host.CreateAsync($"person-{i}@example.com")).Id);
        }

        var seen = new List<CustomerId>();
        var later = new List<CustomerId>();
        for (CustomerId? after = null; ; )
        {
            var page = await host.Profiles.ListAsync(new ProfileQuery { PageSize = 7, After = after });
            page.Profiles.Length.Should().BeInRange(1, 7);
            seen.AddRange(page.Profiles.Select(profile => profile.Id));
            if (page.Next is not { } next)
            {
                break;
            }

            next.Should().Be(page.Profiles[^1].Id);
            after = next;
            host.Time.Advance(TimeSpan.FromMilliseconds(1));
            if (later.Count < 10)
            {
                later.Add((await host.CreateAsync($"later-{later.Count}@example.com")).Id);
            }
        }

        seen.Should().OnlyHaveUniqueItems().And.BeInAscendingOrder();
        seen.Should().Contain(first).And.HaveCount(first.Count + later.Count);
    }

    [Fact]
    public async Task The_last_page_says_so_also_when_it_is_full()
    {
        await using var host = new ProfileFixture();
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Should()
            .Match<ProfilePage>(page => page.Profiles.IsEmpty && page.Next == null);
        await host.CreateAsync("ada@example.com");
        await host.CreateAsync("bob@example.com");

        (await host.Profiles.ListAsync(new ProfileQuery { PageSize = 2 })).Next.Should().BeNull();
        (await host.Profiles.ListAsync(new ProfileQuery { PageSize = 1 })).Next.Should().NotBeNull();
        (await host.Profiles.ListAsync(new ProfileQuery { PageSize = 2, Text = "example" })).Next.Should().BeNull();
        (await host.Profiles.ListAsync(new ProfileQuery { PageSize = 1, Text = "example" })).Next.Should().NotBeNull();
    }

    [Theory]
    [InlineData("francois", true)]
    [InlineData("FRANÇOIS", true)]
    [InlineData("franc\u0327ois", true)]
    [InlineData("ｆｒａｎｃｏｉｓ", true)]
    [InlineData("muller FRANÇ", true)]
    [InlineData("  muller\t francois ", true)]
    [InlineData("example ltd", true)]
    [InlineData("francois@example.com", true)]
    [InlineData("bücher", true)]
    [InlineData("xn--bcher-kva", true)]
    [InlineData("zürich", true)]
    [InlineData("8001", true)]
    [InlineData("ΓΙΏΡΓΟΣ", true)]
    [InlineData("γιωργος", true)]
    [InlineData("", true)]
    [InlineData("   ", true)]
    [InlineData(null, true)]
    [InlineData("muller nobody", false)]
    [InlineData("secret", false)]
    [InlineData("countess", false)]
    [InlineData("\ufffe\0", true)]
    public async Task A_profile_is_found_by_every_word_whatever_the_case_accents_and_width(string? text, bool found)
    {
        await using var host = new ProfileFixture();
        var person = await host.CreateAsync("François Müller Γιώργος <Francois@example.com>");
        await host.EditAsync(
            person,
            edit =>
            {
                edit.Company = "Example Ltd";
                edit.JobTitle = "Countess";
                edit.Notes = "secret";
                edit.Address = new PostalAddress("1 Street", "Zürich", null, "8001");
                edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("f@bücher.example.net")));
            }
        );

        (await host.Profiles.ListAsync(new ProfileQuery { Text = text })).Profiles.Should().HaveCount(found ? 1 : 0);
    }

    [Fact]
    public async Task A_removed_value_is_no_longer_found()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("Ada <ada@example.com>");
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.Name));
        await host.EditAsync(ada, edit => edit.Emails.Remove(ada.Emails[0]));

        (await host.Profiles.ListAsync(new ProfileQuery { Text = "ada" })).Profiles.Should().BeEmpty();
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().ContainSingle();
    }

    [Fact]
    public void Only_so_many_words_of_a_query_count() =>
        ProfileSearch
            .TermsOf(string.Join(' ', Enumerable.Range(0, 100_000)))
            .Should()
            .HaveCount(ProfileSearch.MaxTerms);

    [Fact]
    public async Task Tenants_share_nothing()
    {
        await using var host = new ProfileFixture();
        var other = host.Profiles.ForTenant(new TenantId("acme"));
        var ada = await host.CreateAsync("Ada <ada@example.com>");

        var theirs = await other.ConversationReceivedAsync(
            new CustomerProfiles.Conversation("conversation-1", "ada@example.com", host.Now)
        );

        theirs.Should().BeOfType<CustomerProfiles.ConversationOutcome.Created>();
        theirs.Profile!.Tenant.Should().Be(new TenantId("acme"));
        theirs.Profile.Id.Should().NotBe(ada.Id);
        (await other.GetAsync(ada.Id)).Should().BeNull();
        (await other.GetSidebarAsync(ada.Id)).Should().BeNull();
        (await other.FindAsync(ada.Identities[0]))!.Id.Should().Be(theirs.Profile.Id);
        (await other.ListAsync(new ProfileQuery()))
            .Profiles.Select(profile => profile.Id)
            .Should()
            .Equal(theirs.Profile.Id);
        (await other.ClearPhotoAsync(ada.Id, ProfileFixture.Kim)).Code.Should().Be("not-found");
        (await host.CountAsync()).Should().Be(1);
        other.ForTenant(TenantId.Default).Tenant.Should().Be(host.Profiles.Tenant);
    }
}
