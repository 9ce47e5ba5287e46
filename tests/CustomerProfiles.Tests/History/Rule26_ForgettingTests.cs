using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using FluentAssertions;

namespace CustomerProfiles.Tests.History;

/// <summary>Rule 26: what must be forgotten is forgotten by the history too.</summary>
public sealed class Rule26_ForgettingTests
{
    private const string Secret = "analytical-engine";

    [Fact]
    public async Task Removing_a_providers_data_takes_it_out_of_the_history()
    {
        await using var host = await EnrichedAsync();
        var ada = (await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ada@example.com"))))!;
        (await DocumentsAsync(host, ada)).Should().Contain(Secret, "or this test would prove nothing");

        (await host.Profiles.Privacy.RemoveProviderDataAsync("directory", ada.Id, ProfileFixture.Kim))
            .Should()
            .BeTrue();
        (await DocumentsAsync(host, ada)).Should().NotContain(Secret);

        var entries = (await host.Profiles.History.GetAsync(ada.Id))!.Entries;
        entries[0].Kind.Should().Be(HistoryKind.ProviderDataRemoval);
        entries[0].By.By.Should().Be("kim");
        entries[0].Values.Should().OnlyContain(value => value.IsRemoved && value.Before == null && value.Key == "");
        entries
            .SelectMany(entry => entry.Values)
            .Where(value => value.Field == ProfileField.Notes)
            .Should()
            .OnlyContain(value => !value.IsRemoved, "a person typed them");
        (await host.Profiles.History.GetVersionAsync(ada.Id, ada.Version))
            .Should()
            .BeNull("part of that version was taken out");
    }

    [Fact]
    public async Task Removing_a_providers_data_from_a_tenant_reaches_profiles_that_hold_none_any_more()
    {
        await using var host = await EnrichedAsync(settings => settings.AgentsEditPhoto = true);
        var ada = (await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ada@example.com"))))!;
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Company = "Babbage & Co.";
                edit.Photo = new Photo(new Uri("https://example.org/own.png"));
                edit.Clear(ProfileField.Websites);
            }
        );
        (await host.Profiles.Privacy.RemoveProviderDataAsync("directory", ProfileFixture.Kim)).Should().Be(0);
        (await DocumentsAsync(host, ada)).Should().NotContain(Secret);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_goes_because_the_provider_lost_the_person_leaves_the_history_too(bool editedMeanwhile)
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(
            options => options.OnLostMatch = LostMatchAction.Remove,
            store: store,
            time: time
        );
        host.Provider.Next(new ProviderResult.Matched(new PublicInformation { Company = Secret }));
        var ada = await host.CheckedAsync();
        host.PassTwoMonths();
        await host.ReceiveAsync();
        host.Provider.Next(new ProviderResult.NoMatch());
        var isFirst = editedMeanwhile;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync) && isFirst)
            {
                isFirst = false;
                await host.EditAsync(ada.Id, edit => edit.Company = "Babbage & Co.");
                await host.EditAsync(ada.Id, edit => edit.Reset(ProfileField.Company));
            }
        };
        await host.DrainAsync();

        (await host.ReadAsync(ada.Id)).Company.Should().BeNull();
        var read = (await store.GetHistoryAsync(default, ada.Id, default))!;
        read.Changes.Should().NotBeEmpty();
        string.Concat(read.Changes.Select(stored => ChangeSerializer.Serialize(stored.Change)))
            .Should()
            .NotContain(Secret);
    }

    [Fact]
    public async Task Nothing_of_what_was_removed_can_be_reverted()
    {
        await using var host = await EnrichedAsync();
        var ada = (await host.Profiles.FindAsync(Identity.Email(EmailAddress.Parse("ada@example.com"))))!;
        await host.Profiles.Privacy.RemoveProviderDataAsync("directory", ada.Id, ProfileFixture.Kim);
        var newest = (await host.Profiles.History.GetAsync(ada.Id))!.Entries[0].Number;

        var draft = (
            await host.Profiles.History.DraftRevertAsync(ada.Id, newest, RevertScope.OneChange, ProfileFixture.Kim)
        )
            .Should()
            .BeOfType<RevertOutcome.Drafted>()
            .Subject;
        draft.Edit.IsEmpty.Should().BeTrue();
        draft.Removed.Should().Contain(ProfileField.Company);
    }

    [Fact]
    public async Task A_field_is_taken_out_of_the_history_with_keys_and_identities()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        var old = new ProfileEmail(EmailAddress.Parse($"{Secret}@example.org"), Secret);
        await host.EditAsync(ada, edit => edit.Emails.Add(old));
        await host.EditAsync(ada, edit => edit.Notes = "They stay.");
        await host.EditAsync(ada, edit => edit.Emails.Remove(old));
        await host.EditAsync(ada, edit => edit.Reset(ProfileField.Emails));
        (await DocumentsAsync(host, ada)).Should().Contain(Secret);

        (await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Emails)).Should().BeTrue();
        (await DocumentsAsync(host, ada)).Should().NotContain(Secret);
        var entries = (await host.Profiles.History.GetAsync(ada.Id))!.Entries;
        entries.Should().HaveCount(4, "the changes stay");
        entries.Single(entry => entry.Number == 2).Values.Single().After!.Value.Should().Be("They stay.");
        (await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Emails)).Should().BeTrue("again changes nothing");
    }

    [Fact]
    public async Task Two_who_forget_at_once_both_succeed()
    {
        var time = new TestTime(TestHost.Start);
        var store = new FaultInjectingStore(new InMemoryCustomerProfileStore(time));
        await using var host = new TestHost(store: store, time: time);
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = Secret;
                edit.Company = Secret;
            }
        );
        await host.EditAsync(
            ada.Id,
            edit =>
            {
                edit.Notes = "a note";
                edit.Company = "a company";
            }
        );

        // The other one is faster, each time between reading and replacing.
        var isFirst = true;
        store.Before = async call =>
        {
            if (call == nameof(IHistoryStore.ReplaceChangesAsync) && isFirst)
            {
                isFirst = false;
                await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Company);
            }
        };
        await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Notes);
        var read = (await store.GetHistoryAsync(default, ada.Id, default))!;
        string.Concat(read.Changes.Select(stored => ChangeSerializer.Serialize(stored.Change)))
            .Should()
            .NotContain(Secret);
    }

    private static async Task<ProfileFixture> EnrichedAsync(Action<CustomerProfilesOptions>? options = null)
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation
            {
                Company = Secret,
                Photo = new Photo(new Uri($"https://example.org/{Secret}.png")),
                Websites = [new Uri($"https://example.net/{Secret}")],
            },
        };
        var host = new ProfileFixture(options, builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();
        await host.EditAsync(ada, edit => edit.Notes = "a note");
        directory.Says = new PublicInformation
        {
            Company = $"{Secret} & co",
            Photo = new Photo(new Uri($"https://example.org/{Secret}-2.png")),
            Websites = [new Uri($"https://example.net/{Secret}/2")],
        };
        host.Time.Advance(TimeSpan.FromDays(70));
        await host.ReceiveAsync("ada@example.com");
        await host.RunChecksAsync();
        return host;
    }

    /// <summary>The history as a store keeps it.</summary>
    private static async Task<string> DocumentsAsync(ProfileFixture host, CustomerProfile profile)
    {
        var read = await ((IHistoryStore)host.Store).GetHistoryAsync(profile.Tenant, profile.Id, default);
        return string.Join('\n', read!.Changes.Select(stored => ChangeSerializer.Serialize(stored.Change)));
    }
}
