namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// An opt-out holds for every address that the customer has had since, and for every way of writing it.
/// </summary>
public sealed class Rule10_OptOutByIdentityTests
{
    [Fact]
    public async Task An_opt_out_by_a_tagged_address_holds_where_tags_are_folded()
    {
        await using var host = new TestHost(options => options.FoldPlusTagsFor.Add("example.com"));
        await host.Profiles.SuppressAsync(TestHost.IdentityOf("ada+shop@example.com"));

        (await host.DecideAsync("ada+shop@example.com")).Reason.Should().Be(CheckReason.Suppressed);
        (await host.DecideAsync("ada+other@example.com")).Reason.Should().Be(CheckReason.Suppressed);
        (await host.Profiles.FindAsync(TestHost.IdentityOf("ada+any@example.com"))).Should().NotBeNull();
    }

    [Fact]
    public async Task An_address_that_a_suppressed_customer_gains_is_marked_too_and_stays_so_without_them()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await host.Profiles.SuppressAsync(profile.Id, TestHost.Kim);
        var second = new ProfileEmail(EmailAddress.Parse("ada@example.net"));
        await host.EditAsync(profile.Id, edit => edit.Emails.Add(second));
        await host.EditAsync(profile.Id, edit => edit.Emails.Remove(second).Should().BeTrue());

        var calls = host.Provider.Calls;
        (await host.DecideAsync("ada@example.net")).Reason.Should().Be(CheckReason.Suppressed);
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(calls);
    }
}
