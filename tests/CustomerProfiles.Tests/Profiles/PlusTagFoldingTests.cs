namespace CustomerProfiles.Tests.Profiles;

public sealed class PlusTagFoldingTests
{
    [Fact]
    public async Task Without_opting_in_a_tag_leads_to_another_customer()
    {
        await using var host = new ProfileFixture();
        await host.CreateAsync("ada@example.com");

        (await host.ReceiveAsync("ada+shop@example.com")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task At_a_domain_of_the_host_a_tag_finds_the_same_customer_and_the_address_stays_as_received()
    {
        await using var host = Folding("example.com");
        var ada = await host.CreateAsync("ada+shop@example.com");

        ada.Identities.Should().Equal(Identity.Email(EmailAddress.Parse("ada@example.com")));
        ada.Emails.Single().Address.Value.Should().Be("ada+shop@example.com");
        foreach (var form in new[] { "ada@example.com", "ADA+news@Example.com", "Ada <ada+a+b@example.com>" })
        {
            (await host.ReceiveAsync(form))
                .Should()
                .BeOfType<ConversationOutcome.Existing>()
                .Which.Profile.Id.Should()
                .Be(ada.Id);
        }
    }

    [Fact]
    public async Task At_any_other_domain_a_tag_still_leads_to_another_customer()
    {
        await using var host = Folding("example.com");
        await host.CreateAsync("ada@example.org");

        (await host.ReceiveAsync("ada+shop@example.org")).Should().BeOfType<ConversationOutcome.Created>();
        (await host.ReceiveAsync("ada+shop@mail.example.org")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Theory]
    [InlineData("bücher.example.net")]
    [InlineData("BÜCHER.example.net")]
    [InlineData("xn--bcher-kva.example.net")]
    [InlineData("bücher.example.net.")]
    public async Task A_domain_may_be_named_in_any_of_its_forms(string domain)
    {
        await using var host = Folding(domain);
        var ada = await host.CreateAsync("ada@bücher.example.net");

        (await host.ReceiveAsync("ada+shop@xn--bcher-kva.example.net")).Profile!.Id.Should().Be(ada.Id);
    }

    [Theory]
    [InlineData("+shop@example.com")]
    [InlineData("\"ada + bob\"@example.com")]
    public async Task A_plus_sign_that_is_not_a_tag_is_not_folded(string address)
    {
        await using var host = Folding("example.com");
        var profile = await host.CreateAsync(address);

        profile.Identities.Should().Equal(Identity.Email(EmailAddress.Parse(address)));
    }

    [Fact]
    public async Task An_edit_folds_plus_tags_too()
    {
        await using var host = Folding("example.com");
        var ada = await host.CreateAsync("ada@example.org");
        await host.EditAsync(
            ada,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada+shop@example.com")))
        );

        (await host.ReceiveAsync("ada@example.com"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);
    }

    [Fact]
    public async Task An_edit_cannot_take_another_customers_address_by_putting_a_tag_on_it()
    {
        await using var host = Folding("example.com");
        var ada = await host.CreateAsync("ada@example.com");
        var bob = await host.CreateAsync("bob@example.com");
        var edit = bob.Edit(ProfileFixture.Kim);
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada+shop@example.com")));

        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.IdentityTaken>()
            .Which.Owner.Should()
            .Be(ada.Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replacing_an_address_by_a_tagged_form_of_itself_keeps_it_whichever_comes_first(bool addFirst)
    {
        await using var host = Folding("example.com");
        var ada = await host.CreateAsync("ada@example.com");
        var tagged = new ProfileEmail(EmailAddress.Parse("ada+shop@example.com"), "shop");

        var saved = await host.EditAsync(
            ada,
            edit =>
            {
                if (addFirst)
                {
                    edit.Emails.Add(tagged);
                }

                edit.Emails.Remove(ada.Emails.Single()).Should().BeTrue();
                if (!addFirst)
                {
                    edit.Emails.Add(tagged);
                }
            }
        );

        saved.Emails.Single().Label.Should().Be("shop");
        saved.Identities.Should().Equal(ada.Identities);
    }

    private static ProfileFixture Folding(string domain) =>
        new(options => options.FoldPlusTagsFor.Add(domain), _ => { });
}
