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
    }

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
