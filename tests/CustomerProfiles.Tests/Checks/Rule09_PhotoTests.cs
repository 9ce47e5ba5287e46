using CustomerProfiles.Providers;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule09_PhotoTests
{
    private static readonly Photo Second = new(new Uri("https://photos.example.com/ada-2.jpg"));

    [Fact]
    public async Task The_photo_is_cleared_by_the_id_of_the_customer_and_says_by_whom()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        profile.Photo.Should().NotBeNull();

        var cleared = await ClearAsync(host, profile.Id);
        cleared.Photo.Should().BeNull();
        cleared
            .Find(ProfileField.Photo)
            .Should()
            .Be(new FieldValue(ProfileField.Photo, "", null, new Provenance(ProvenanceSource.Agent, "kim", host.Now)));
        cleared.Location.Should().Be("London", "nothing else goes");
        (await host.ReadAsync(profile)).Should().BeSameAs(cleared);
    }

    [Fact]
    public async Task The_photo_can_be_cleared_while_the_provider_is_disabled()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await host.SetEnabledAsync(isEnabled: false);
        await ClearAsync(host, profile.Id);
        await host.SetEnabledAsync(isEnabled: true);
        host.PassTwoMonths();
        await host.ReceiveAsync();
        (await host.DrainAsync()).Should().Be(1);

        (await host.ReadAsync(profile)).Photo.Should().BeNull();
    }

    [Fact]
    public async Task It_stays_cleared_over_any_number_of_later_checks()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await ClearAsync(host, profile.Id);
        for (var i = 0; i < 4; i++)
        {
            host.PassTwoMonths();
            host.Provider.Otherwise = new ProviderResult.Matched(
                FakeProvider.Ada($"https://photos.example.com/new-{i}.jpg", $"London {i}")
            );
            await host.ReceiveAsync();
            (await host.DrainAsync()).Should().Be(1);

            var after = await host.ReadAsync(profile);
            after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
            after.Location.Should().Be($"London {i}", "the rest is refreshed");
        }
    }

    [Fact]
    public async Task A_photo_that_never_was_is_cleared_all_the_same_and_no_check_brings_one()
    {
        await using var host = new TestHost();
        var profile = (await host.ReceiveAsync()).Profile!;
        (await ClearAsync(host, profile.Id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
        await host.DrainAsync();

        var after = await host.ReadAsync(profile);
        (after.Photo, after.Location).Should().Be((null, "London"));
    }

    [Fact]
    public async Task Clearing_twice_changes_nothing_the_second_time()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        var once = await ClearAsync(host, profile.Id);
        host.PassTwoMonths();
        (await ClearAsync(host, profile.Id)).Should().BeSameAs(once);
    }

    [Fact]
    public async Task A_photo_cleared_during_a_check_stays_cleared()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var profile = (await host.ReceiveAsync()).Profile!;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await ClearAsync(host, profile.Id);
            held.Release();
            await drain;

            var after = await host.ReadAsync(profile);
            after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
            after.Location.Should().Be("London");
            (await host.CheckOfAsync(profile.Id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        });
    }

    [Fact]
    public async Task A_photo_whose_clearing_races_with_a_result_is_cleared_in_the_end()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var profile = (await host.ReceiveAsync()).Profile!;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await held.ReleaseWhile(() => ClearAsync(host, profile.Id));
            await drain;

            var after = await host.ReadAsync(profile);
            (after.Find(ProfileField.Photo)!.IsCleared, after.Location).Should().Be((true, "London"));
        });
    }

    [Fact]
    public async Task A_photo_that_was_reset_is_filled_by_the_next_due_check()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await ClearAsync(host, profile.Id);
        (await host.Profiles.ResetPhotoAsync(profile.Id, TestHost.Kim))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Find(ProfileField.Photo)
            .Should()
            .BeNull();

        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        (await host.DrainAsync()).Should().Be(0);
        host.PassTwoMonths();
        host.Provider.Otherwise = new ProviderResult.Matched(new PublicInformation { Photo = Second });
        await host.ReceiveAsync();
        await host.DrainAsync();
        (await host.ReadAsync(profile)).Photo.Should().Be(Second);
    }

    [Fact]
    public async Task A_photo_reset_during_a_check_is_filled_by_its_result()
    {
        await using var host = new TestHost();
        var profile = (await host.ReceiveAsync()).Profile!;
        await ClearAsync(host, profile.Id);
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.Profiles.ResetPhotoAsync(profile.Id, TestHost.Kim);
        held.Release();
        await drain;

        (await host.ReadAsync(profile))
            .Photo.Should()
            .Be(FakeProvider.Ada().Photo, "the result meets the profile as it is now");
    }

    [Fact]
    public async Task Giving_back_what_is_the_providers_already_changes_nothing()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        (await host.Profiles.ResetPhotoAsync(profile.Id, TestHost.Kim))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Should()
            .BeSameAs(profile);
    }

    [Fact]
    public async Task The_photo_of_an_unknown_customer_is_an_outcome()
    {
        await using var host = new TestHost();
        var nobody = CustomerId.New(host.Now);
        (await host.Profiles.ClearPhotoAsync(nobody, TestHost.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
        (await host.Profiles.ResetPhotoAsync(nobody, TestHost.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
    }

    [Fact]
    public async Task Another_tenant_cannot_clear_it()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        (await host.Profiles.ForTenant(new TenantId("other")).ClearPhotoAsync(profile.Id, TestHost.Kim))
            .Should()
            .BeOfType<SaveOutcome.NotFound>();
        (await host.ReadAsync(profile)).Photo.Should().NotBeNull();
    }

    [Fact]
    public async Task A_photo_set_by_an_agent_is_not_replaced_until_it_is_reset()
    {
        await using var host = new TestHost(options => options.AgentsEditPhoto = true);
        var profile = await host.CheckedAsync();
        await host.EditAsync(profile.Id, edit => edit.Photo = Second);
        host.PassTwoMonths();
        await host.ReceiveAsync();
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(profile)).Photo.Should().Be(Second);

        await host.Profiles.ResetPhotoAsync(profile.Id, TestHost.Kim);
        host.PassTwoMonths();
        await host.ReceiveAsync();
        await host.DrainAsync();
        (await host.ReadAsync(profile)).Photo.Should().Be(FakeProvider.Ada().Photo);
    }

    [Fact]
    public async Task Where_agents_edit_the_photo_a_photo_that_they_set_during_a_check_stays()
    {
        await using var host = new TestHost(options => options.AgentsEditPhoto = true);
        var profile = (await host.ReceiveAsync()).Profile!;
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.EditAsync(profile.Id, edit => edit.Photo = Second);
        held.Release();
        await drain;

        (await host.ReadAsync(profile)).Photo.Should().Be(Second);
    }

    [Fact]
    public async Task Where_agents_edit_the_photo_a_provider_still_fills_and_refreshes_it()
    {
        await using var host = new TestHost(options => options.AgentsEditPhoto = true);
        var profile = await host.DueAsync();
        profile.Photo.Should().Be(FakeProvider.Ada().Photo);
        host.Provider.Otherwise = new ProviderResult.Matched(new PublicInformation { Photo = Second });
        await host.DrainAsync();
        (await host.ReadAsync(profile)).Photo.Should().Be(Second);
    }

    private static async Task<CustomerProfile> ClearAsync(TestHost host, CustomerId id) =>
        (await host.Profiles.ClearPhotoAsync(id, TestHost.Kim)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
}
