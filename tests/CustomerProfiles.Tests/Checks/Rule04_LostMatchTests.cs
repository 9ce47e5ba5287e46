using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Checks;

/// <summary>
/// A provider that does not know a person any more takes nothing away, or what it gave itself and nothing else, as the
/// host wills.
/// </summary>
public sealed class Rule04_LostMatchTests
{
    [Fact]
    public void Unless_set_it_stays() =>
        new CustomerProfiles.CustomerProfilesOptions().OnLostMatch.Should().Be(LostMatchAction.Keep);

    [Theory]
    [InlineData(LostMatchAction.Keep, true)]
    [InlineData(LostMatchAction.Remove, false)]
    public async Task A_withheld_result_is_a_lost_match_too(LostMatchAction what, bool stays)
    {
        await using var host = new TestHost(options => options.OnLostMatch = what);
        var profile = await host.DueAsync();
        host.Provider.Next(new ProviderResult.Withheld());
        await host.DrainAsync();

        var values = (await host.ReadAsync(profile)).Values;
        values.Any(value => value.Provenance.Source == ProvenanceSource.Provider).Should().Be(stays);
        values.Should().Contain(value => value.Provenance.Source == ProvenanceSource.Conversation);
    }

    [Theory]
    [InlineData(LostMatchAction.Keep, false)]
    [InlineData(LostMatchAction.Remove, false)]
    [InlineData(LostMatchAction.Keep, true)]
    [InlineData(LostMatchAction.Remove, true)]
    public async Task Only_what_this_provider_gave_is_concerned(LostMatchAction what, bool fromOutside)
    {
        await using var host = new TestHost(
            options => options.OnLostMatch = what,
            providers: [new FakeProvider(), new FakeProvider("other")]
        );
        var id = (await host.ReceiveAsync()).Profile!.Id;
        host.Providers[1].Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                Bio = "Of the other one.",
                SocialProfiles = [new SocialProfile("mastodon", new Uri("https://other.example.org/ada"), "ada")],
            }
        );
        host.Provider.Pause = new ProviderPause(ProviderFailure.QuotaExceeded, "Wait.");
        await host.DrainAsync();
        host.Provider.Pause = null;
        await host.DrainAsync();
        await host.EditAsync(
            id,
            edit =>
            {
                edit.JobTitle = "Analyst";
                edit.Notes = "Met at the ball.";
                edit.Clear(ProfileField.Company);
            }
        );
        var before = await host.ReadAsync(id);
        (before.Location, before.Photo, before.Bio, before.SocialProfiles.Length, before.Websites.Length)
            .Should()
            .Be(("London", FakeProvider.Ada().Photo, "Of the other one.", 2, 1));

        host.PassTwoMonths();
        host.Providers[1].Pause = new ProviderPause(ProviderFailure.QuotaExceeded, "Wait.");
        if (fromOutside)
        {
            var (_, callback) = await host.WaitingAsync();
            await host.TakeAsync(callback, new ProviderResult.NoMatch());
        }
        else
        {
            host.Provider.Next(new ProviderResult.NoMatch());
            await host.CheckedAsync();
        }

        var after = await host.ReadAsync(id);
        (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.NoMatch);
        if (what == LostMatchAction.Keep)
        {
            after.Should().BeSameAs(before);
            return;
        }

        (after.Location, after.Photo, after.Websites.Length, after.Version)
            .Should()
            .Be((null, null, 0, before.Version + 1));
        (after.Name!.Full, after.JobTitle, after.Notes, after.Bio)
            .Should()
            .Be(("Ada Lovelace", "Analyst", "Met at the ball.", "Of the other one."));
        after.SocialProfiles.Should().ContainSingle().Which.Network.Should().Be("mastodon");
        after.Emails.Should().ContainSingle();
        after.Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
        after.Values.Should().Equal(before.Values.Where(value => value.Provenance.By != FakeProvider.DefaultName));
        after.Identities.Should().Equal(before.Identities);
    }

    [Fact]
    public async Task A_photo_that_was_cleared_stays_cleared_also_when_the_person_is_known_again()
    {
        await using var host = new TestHost(options => options.OnLostMatch = LostMatchAction.Remove);
        var id = (await host.CheckedAsync()).Id;
        await host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
        host.PassTwoMonths();
        host.Provider.Next(new ProviderResult.NoMatch());
        await host.CheckedAsync();
        (await host.ReadAsync(id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
        host.PassTwoMonths();
        await host.CheckedAsync();

        var after = await host.ReadAsync(id);
        (after.Location, after.Photo).Should().Be(("London", null));
        after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task Of_whom_the_provider_never_gave_anything_nothing_is_written()
    {
        await using var host = new TestHost(options => options.OnLostMatch = LostMatchAction.Remove);
        host.Provider.Next(new ProviderResult.NoMatch());
        (await host.CheckedAsync()).Version.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_failure_or_an_empty_match_removes_no_provider_data(bool fails)
    {
        await using var host = new TestHost(options => options.OnLostMatch = LostMatchAction.Remove);
        var before = await host.DueAsync();
        host.Provider.Next(
            fails
                ? new ProviderResult.Failed(ProviderFailure.Unavailable)
                : new ProviderResult.Matched(new PublicInformation())
        );
        await host.DrainAsync();
        (await host.ReadAsync(before)).Should().BeSameAs(before);
    }

    [Fact]
    public async Task A_dropped_result_removes_nothing()
    {
        await using var host = new TestHost(options => options.OnLostMatch = LostMatchAction.Remove);
        var before = await host.DueAsync();
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        await host.SetEnabledAsync(isEnabled: false);
        held.Release(new ProviderResult.NoMatch());
        await drain;

        (await host.CheckOfAsync(before.Id))!.LastOutcome.Should().Be(CheckOutcome.Dropped);
        (await host.ReadAsync(before)).Should().BeSameAs(before, "what was there when it was disabled stays");
    }

    [Fact]
    public async Task An_edit_that_lands_while_it_is_removed_is_not_lost()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(
            options => options.OnLostMatch = LostMatchAction.Remove,
            store: store,
            time: time
        );
        var before = await host.DueAsync();
        host.Provider.Next(new ProviderResult.NoMatch());
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync))
            {
                store.Before = null;
                await host.EditAsync(
                    before.Id,
                    edit =>
                    {
                        // What the provider gave becomes the agent's own when the agent puts something else there.
                        edit.JobTitle = "Analyst";
                        edit.Notes = "Met at the ball.";
                    }
                );
            }
        };
        await host.DrainAsync();

        var after = await host.ReadAsync(before);
        (after.JobTitle, after.Notes, after.Location, after.Company)
            .Should()
            .Be(("Analyst", "Met at the ball.", null, null));
    }

    [Fact]
    public async Task However_edits_and_the_removal_race_no_edit_is_lost()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost(options => options.OnLostMatch = LostMatchAction.Remove);
            var before = await host.DueAsync();
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await Repeat.AtOnce(
                20,
                async i =>
                {
                    if (i == 10)
                    {
                        held.Release(new ProviderResult.NoMatch());
                    }
                    else
                    {
                        await host.EditAsync(before.Id, edit => edit.Set(ProfileField.Custom($"key-{i}"), "value"));
                    }

                    return true;
                }
            );
            await drain;

            var after = await host.ReadAsync(before);
            (after.CustomProperties.Count, after.Location).Should().Be((19, null));
        });
    }
}
