using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Checks;

/// <summary>What a provider gave can be taken out of one profile or of all, and nothing else with it.</summary>
public sealed class Rule10_ProviderDataRemovalTests
{
    private static readonly TenantId Acme = new("acme");

    [Fact]
    public async Task From_one_profile_goes_what_the_provider_gave_and_nothing_else()
    {
        await using var host = new TestHost(providers: [new FakeProvider(), new FakeProvider("other")]);
        host.Providers[1].Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                SocialProfiles = [new SocialProfile("mastodon", new Uri("https://other.example.org/ada"), "ada")],
            }
        );
        var id = (await host.CheckedAsync()).Id;
        var grace = await host.CheckedAsync("grace@example.org");
        await host.EditAsync(
            id,
            edit =>
            {
                edit.JobTitle = "Analyst";
                edit.Clear(ProfileField.Company);
            }
        );
        await host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
        var (before, check) = (await host.ReadAsync(id), await host.CheckOfAsync(id));
        before.Values.Should().Contain(value => value.Provenance.By == FakeProvider.DefaultName);

        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim))
            .Should()
            .BeTrue();

        var after = await host.ReadAsync(id);
        after.Values.Should().Equal(before.Values.Where(value => value.Provenance.By != FakeProvider.DefaultName));
        (after.Name!.Full, after.JobTitle, after.Location, after.Version)
            .Should()
            .Be(("Ada Lovelace", "Analyst", null, before.Version + 1));
        after.SocialProfiles.Should().ContainSingle().Which.Network.Should().Be("mastodon");
        (after.Find(ProfileField.Photo)!.IsCleared, after.Find(ProfileField.Company)!.IsCleared)
            .Should()
            .Be((true, true));
        (await host.CheckOfAsync(id)).Should().Be(check, "when it was looked up stays known");
        (await host.ReadAsync(grace)).Should().BeSameAs(grace);
    }

    [Fact]
    public async Task After_removal_no_check_runs_before_it_is_due_and_a_cleared_photo_stays_cleared()
    {
        await using var host = new TestHost();
        var id = (await host.CheckedAsync()).Id;
        await host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
        await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        (await host.DrainAsync()).Should().Be(0);
        host.PassTwoMonths();
        await host.CheckedAsync();

        var after = await host.ReadAsync(id);
        (after.Location, after.Photo).Should().Be(("London", null));
        after.Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task Who_is_suppressed_first_is_given_nothing_again()
    {
        await using var host = new TestHost();
        var id = (await host.CheckedAsync()).Id;
        await host.Profiles.SuppressAsync(id, TestHost.Kim);
        await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim);
        host.PassTwoMonths();
        await host.ReceiveAsync();
        await host.DrainAsync();

        (await host.ReadAsync(id)).Location.Should().BeNull();
        host.Provider.Calls.Should().Be(1);
    }

    [Fact]
    public async Task Again_or_of_a_provider_that_gave_nothing_or_is_not_registered_nothing_is_written()
    {
        await using var host = new TestHost();
        var id = (await host.CheckedAsync()).Id;
        var given = await host.ReadAsync(id);
        (await host.Profiles.Privacy.RemoveProviderDataAsync("unheard", id, TestHost.Kim)).Should().BeTrue();
        (await host.Profiles.Privacy.RemoveProviderDataAsync("unheard", TestHost.Kim)).Should().Be(0);

        // The name of an agent or a conversation is not that of a provider, even when it reads the same.
        (await host.Profiles.Privacy.RemoveProviderDataAsync("kim", id, TestHost.Kim))
            .Should()
            .BeTrue();
        (await host.ReadAsync(id)).Should().BeSameAs(given);
        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim))
            .Should()
            .BeTrue();
        var removed = await host.ReadAsync(id);
        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim))
            .Should()
            .BeTrue();
        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim)).Should().Be(0);
        (await host.ReadAsync(id)).Should().BeSameAs(removed);
    }

    [Fact]
    public async Task A_value_of_an_agent_who_is_called_like_the_provider_stays()
    {
        await using var host = new TestHost();
        var id = (await host.CheckedAsync()).Id;
        var edit = (await host.ReadAsync(id)).Edit(Actor.Agent(FakeProvider.DefaultName));
        edit.JobTitle = "Analyst";
        await host.Profiles.SaveAsync(edit);
        await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim);

        var after = await host.ReadAsync(id);
        (after.JobTitle, after.Location).Should().Be(("Analyst", null));
    }

    [Fact]
    public async Task Data_of_a_provider_that_is_no_longer_registered_can_be_removed()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();
        await using var without = new TestHost(
            store: host.Store,
            time: host.Time,
            providers: new FakeProvider("another")
        );

        (await without.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim)).Should().Be(1);
        (await host.ReadAsync(profile)).Location.Should().BeNull();
    }

    [Fact]
    public async Task Somebody_elses_customer_is_not_found()
    {
        await using var host = new TestHost();
        var profile = await host.CheckedAsync();

        (
            await host
                .Profiles.ForTenant(Acme)
                .Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, profile.Id, TestHost.Kim)
        )
            .Should()
            .BeFalse();
        (
            await host.Profiles.Privacy.RemoveProviderDataAsync(
                FakeProvider.DefaultName,
                CustomerId.From(Guid.NewGuid()),
                TestHost.Kim
            )
        )
            .Should()
            .BeFalse();
        (await host.ReadAsync(profile)).Should().BeSameAs(profile);
    }

    [Fact]
    public async Task A_blank_provider_name_throws()
    {
        await using var host = new TestHost();
        foreach (var name in new[] { null!, "", " " })
        {
            await host
                .Profiles.Invoking(profiles => profiles.Privacy.RemoveProviderDataAsync(name, TestHost.Kim).AsTask())
                .Should()
                .ThrowAsync<ArgumentException>();
            await host
                .Profiles.Invoking(profiles =>
                    profiles
                        .Privacy.RemoveProviderDataAsync(name, CustomerId.From(Guid.NewGuid()), TestHost.Kim)
                        .AsTask()
                )
                .Should()
                .ThrowAsync<ArgumentException>();
        }

        (await host.Profiles.Privacy.RemoveProviderDataAsync("fake", default(CustomerId), TestHost.Kim))
            .Should()
            .BeFalse("a garbage id is nobody's");
    }

    [Fact]
    public async Task From_all_profiles_of_one_tenant_goes_what_one_provider_gave()
    {
        const int Count = (2 * ProfileQuery.MaxPageSize) + 7;
        await using var host = new TestHost(
            options => (options.MaxConcurrentChecks, options.MaxFirstChecksPerHour) = (100, null),
            providers: [new FakeProvider(), new FakeProvider("other")]
        );
        host.Providers[1].Otherwise = new ProviderResult.Matched(
            new PublicInformation
            {
                SocialProfiles = [new SocialProfile("mastodon", new Uri("https://other.example.org/ada"), "ada")],
            }
        );
        for (var i = 0; i < Count; i++)
        {
            await host.ReceiveAsync($"Person {i} <person{i}@example.com>");
        }

        // Of every hundredth the provider knows nothing.
        var unknown = 0;
        for (var i = 0; i < Count; i++)
        {
            host.Provider.Next(
                (request, _) =>
                    ValueTask.FromResult<ProviderResult>(
                        int.Parse(
                            request.Emails[0].Normalized[6..^12],
                            System.Globalization.CultureInfo.InvariantCulture
                        ) % 100
                        == 99
                            ? new ProviderResult.NoMatch()
                            : new ProviderResult.Matched(FakeProvider.Ada())
                    )
            );
            unknown += i % 100 == 99 ? 1 : 0;
        }

        await host.DrainAsync();
        await host.ReceiveAsync("Ada Lovelace <ada@example.com>", tenant: Acme);
        await host.DrainAsync();
        var calls = host.Provider.Calls;

        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim))
            .Should()
            .Be(Count - unknown);

        var query = new ProfileQuery { PageSize = ProfileQuery.MaxPageSize };
        var seen = 0;
        for (
            var page = await host.Profiles.ListAsync(query);
            ;
            page = await host.Profiles.ListAsync(query with { After = page.Next })
        )
        {
            seen += page.Profiles.Length;
            page.Profiles.Should()
                .OnlyContain(profile =>
                    profile.Values.All(value => value.Provenance.By != FakeProvider.DefaultName)
                    && profile.SocialProfiles.Length == 1
                    && profile.Name != null
                );
            if (page.Next is null)
            {
                break;
            }
        }

        seen.Should().Be(Count);
        (await host.Profiles.ForTenant(Acme).FindAsync(TestHost.AdasAddress))!
            .Location.Should()
            .Be("London", "another tenant's");
        (await host.DecideAsync("person0@example.com")).Reason.Should().Be(CheckReason.NotDueYet);
        await host.DrainAsync();
        host.Provider.Calls.Should().Be(calls);
        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim)).Should().Be(0);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_half_way_has_done_what_is_done_and_the_next_one_does_the_rest()
    {
        await using var host = TestHost.WithFaults(out var store);
        for (var i = 0; i < 10; i++)
        {
            await host.CheckedAsync($"person{i}@example.com");
        }

        using var cancel = new CancellationTokenSource();
        var updates = 0;
        store.After = call =>
            call == nameof(ICustomerProfileStore.UpdateAsync) && ++updates == 4
                ? cancel.CancelAsync()
                : Task.CompletedTask;
        await host
            .Profiles.Invoking(profiles =>
                profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim, cancel.Token).AsTask()
            )
            .Should()
            .ThrowAsync<OperationCanceledException>();
        store.After = null;
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Profiles.Count(profile => profile.Location is null)
            .Should()
            .Be(4);

        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim)).Should().Be(6);
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Profiles.Should()
            .OnlyContain(profile => profile.Location == null && profile.Version == 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_that_lands_meanwhile_is_not_lost(bool ofAll)
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.CheckedAsync()).Id;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.UpdateAsync))
            {
                store.Before = null;
                await host.EditAsync(
                    id,
                    edit =>
                    {
                        edit.JobTitle = "Analyst";
                        edit.Notes = "Met at the ball.";
                    }
                );
            }
        };
        if (ofAll)
        {
            (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim))
                .Should()
                .Be(1);
        }
        else
        {
            (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, id, TestHost.Kim))
                .Should()
                .BeTrue();
        }

        var after = await host.ReadAsync(id);
        (after.JobTitle, after.Notes, after.Location).Should().Be(("Analyst", "Met at the ball.", null));
    }

    [Fact]
    public async Task However_edits_and_the_forgetting_race_no_edit_is_lost()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var id = (await host.CheckedAsync()).Id;
            await Repeat.AtOnce(
                21,
                async i =>
                {
                    switch (i)
                    {
                        case 7:
                            await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim);
                            break;
                        case 14:
                            await host.Profiles.Privacy.RemoveProviderDataAsync(
                                FakeProvider.DefaultName,
                                id,
                                TestHost.Kim
                            );
                            break;
                        default:
                            await host.EditAsync(id, edit => edit.Set(ProfileField.Custom($"key-{i}"), "value"));
                            break;
                    }

                    return true;
                }
            );

            // One version for each edit, one for the check, and one for the one of the two that came first.
            var after = await host.ReadAsync(id);
            (after.CustomProperties.Count, after.Location, after.Version).Should().Be((19, null, 22));
        });
    }

    [Fact]
    public async Task An_edit_begun_before_it_and_saved_after_it_brings_nothing_back()
    {
        await using var host = new TestHost();
        var edit = (await host.CheckedAsync()).Edit(TestHost.Kim);
        edit.Notes = "Met at the ball.";
        await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, TestHost.Kim);

        var saved = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        (saved.Notes, saved.Location).Should().Be(("Met at the ball.", null));
    }
}
