using System.Reflection;
using CsCheck;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using FluentAssertions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests.History;

/// <summary>Rule 25: each change leaves one entry, and every version that is kept can be read.</summary>
public sealed class Rule25_HistoryTests
{
    [Fact]
    public async Task Creating_a_customer_leaves_no_entry()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task An_edit_leaves_one_entry_with_who_when_and_what_was_there_before()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        host.Time.Advance(TimeSpan.FromHours(1));
        var saved = await host.EditAsync(
            ada,
            edit =>
            {
                edit.Company = "Babbage & Co.";
                edit.CaseReference = "T-17";
            },
            ProfileFixture.Lee
        );

        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries[0];
        entry.Number.Should().Be(2);
        entry.Version.Should().Be(3);
        entry.Kind.Should().Be(HistoryKind.Edit);
        entry.By.Should().Be(new Provenance(ProvenanceSource.Agent, "lee", host.Now));
        entry.CaseReference.Should().Be("T-17");
        var value = entry.Values.Should().ContainSingle().Subject;
        value.Field.Should().Be(ProfileField.Company);
        value.Label.Should().Be("Company");
        value.Before!.Value.Should().Be("Analytical Engines");
        value.Before.Provenance.By.Should().Be("kim");
        value.After.Should().Be(saved.Find(ProfileField.Company));
        value.IsRemoved.Should().BeFalse();
    }

    [Fact]
    public async Task Setting_clearing_and_resetting_are_told_apart()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.JobTitle = "Analyst");
        await host.EditAsync(ada, edit => edit.Clear(ProfileField.JobTitle));
        await host.EditAsync(ada, edit => edit.Reset(ProfileField.JobTitle));

        var changes = (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Select(entry => entry.Values[0]);
        changes
            .Select(value => (State(value.Before), State(value.After)))
            .Should()
            .Equal(("cleared", "unset"), ("Analyst", "cleared"), ("unset", "Analyst"));

        static string State(FieldValue? value) => value is null ? "unset" : value.Text ?? "cleared";
    }

    [Fact]
    public async Task A_result_of_a_check_leaves_an_entry_by_its_provider()
    {
        var directory = new ProfileFixture.Directory { Says = new PublicInformation { Location = "London" } };
        await using var host = new ProfileFixture(builder: builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();

        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().ContainSingle().Subject;
        entry.Kind.Should().Be(HistoryKind.Check);
        entry.By.Should().Be(new Provenance(ProvenanceSource.Provider, "directory", host.Now));
        entry.Values.Should().ContainSingle().Which.After!.Value.Should().Be("London");
    }

    [Fact]
    public async Task A_check_that_finds_nothing_new_leaves_no_entry()
    {
        var directory = new ProfileFixture.Directory();
        await using var host = new ProfileFixture(builder: builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task A_name_from_a_conversation_leaves_an_entry()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync("ada@example.com");
        await host.ReceiveAsync("Ada Lovelace <ada@example.com>", id: "second");

        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().ContainSingle().Subject;
        entry.Kind.Should().Be(HistoryKind.Conversation);
        entry.By.By.Should().Be("second");
        entry.Values.Should().ContainSingle().Which.Field.Should().Be(ProfileField.Name);
    }

    [Fact]
    public async Task Suppressing_leaves_an_entry_without_a_version_when_something_changes()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.Profiles.SuppressAsync(ada.Id, ProfileFixture.Kim);
        await host.Profiles.SuppressAsync(ada.Id, ProfileFixture.Kim);
        await host.Profiles.UnsuppressAsync(ada.Id, ProfileFixture.Lee);

        (await host.Profiles.History.GetAsync(ada.Id))!
            .Entries.Select(entry => (entry.Number, entry.Version, entry.Kind, entry.By.By))
            .Should()
            .Equal((2, null, HistoryKind.Unsuppression, "lee"), (1, null, HistoryKind.Suppression, "kim"));
    }

    [Fact]
    public async Task A_customer_who_opted_out_at_the_provider_has_an_entry_by_the_provider()
    {
        var provider = new FakeProvider();
        await using var host = new TestHost(providers: provider);
        provider.Next(new ProviderResult.Withheld());
        var ada = await host.CheckedAsync();

        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().ContainSingle().Subject;
        entry.Kind.Should().Be(HistoryKind.Suppression);
        entry.By.Source.Should().Be(ProvenanceSource.Provider);
    }

    [Fact]
    public async Task An_edit_that_changes_nothing_or_is_refused_leaves_no_entry()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Name = "Ada Lovelace");
        await host.RejectedAsync(ada, edit => edit.Location = "London");
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().BeEmpty();
    }

    [Fact]
    public async Task Entries_beyond_the_bound_go_and_their_versions_cannot_be_read_any_more()
    {
        await using var host = new ProfileFixture(options => options.HistoryEntries = 3);
        var ada = await host.CreateAsync();
        for (var i = 1; i <= 5; i++)
        {
            await host.EditAsync(ada, edit => edit.Notes = $"note {i}");
        }

        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Select(entry => entry.Number).Should().Equal(5, 4, 3);
        (await host.Profiles.History.GetVersionAsync(ada.Id, 3))!.Notes.Should().Be("note 2");
        (await host.Profiles.History.GetVersionAsync(ada.Id, 2)).Should().BeNull();
    }

    [Fact]
    public async Task A_host_that_keeps_no_history_has_none()
    {
        await using var host = new ProfileFixture(options => options.HistoryEntries = 0);
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Notes = "a note");
        await host.Profiles.SuppressAsync(ada.Id, ProfileFixture.Kim);
        (await host.Profiles.History.GetAsync(ada.Id))!.Entries.Should().BeEmpty();
        (await host.Profiles.History.GetVersionAsync(ada.Id, 2))!.Notes.Should().Be("a note", "it is the current one");
        (await host.Profiles.History.GetVersionAsync(ada.Id, 1)).Should().BeNull();
    }

    [Fact]
    public async Task A_version_from_before_a_time_without_history_is_not_made_up()
    {
        var store = new InMemoryCustomerProfileStore(TimeProvider.System);
        await using var keeps = new TestHost(store: store);
        await using var keepsNone = new TestHost(options => options.HistoryEntries = 0, store: store);
        var ada = (await keeps.ReceiveAsync()).Profile!;
        await keeps.EditAsync(ada.Id, edit => edit.Notes = "two");
        await keepsNone.EditAsync(ada.Id, edit => edit.Notes = "three");
        await keeps.EditAsync(ada.Id, edit => edit.Notes = "four");

        (await keeps.Profiles.History.GetVersionAsync(ada.Id, 3))!.Notes.Should().Be("three");
        (await keeps.Profiles.History.GetVersionAsync(ada.Id, 2)).Should().BeNull("nobody knows what it held");
        (await keeps.Profiles.History.GetVersionAsync(ada.Id, 1)).Should().BeNull();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_001)]
    public void The_bound_is_validated_at_start(int entries)
    {
        var services = new ServiceCollection();
        services.AddCustomerProfiles(options => options.HistoryEntries = entries);
        using var provider = services.BuildServiceProvider();
        provider
            .Invoking(host => host.GetRequiredService<ICustomerProfiles>())
            .Should()
            .Throw<OptionsValidationException>()
            .WithMessage($"*HistoryEntries is {entries}*");
    }

    [Fact]
    public async Task Pages_follow_each_other_and_hold_each_entry_once()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        for (var i = 1; i <= 7; i++)
        {
            await host.EditAsync(ada, edit => edit.Notes = $"note {i}");
        }

        var seen = new List<HistoryEntry>();
        for (long? before = null; ; )
        {
            var page = (await host.Profiles.History.GetAsync(ada.Id, new() { Before = before, PageSize = 3 }))!;
            page.Entries.Length.Should().BeLessThanOrEqualTo(3);
            seen.AddRange(page.Entries);
            if (page.Next is not { } next)
            {
                break;
            }

            before = next;

            // What happens meanwhile moves no page.
            await host.EditAsync(ada, edit => edit.Notes = $"meanwhile {before}");
        }

        seen.Select(entry => entry.Number).Should().Equal(7, 6, 5, 4, 3, 2, 1);
        seen.Select(entry => entry.Values[0].After!.Text).Should().Equal(Enumerable.Range(1, 7).Reverse().Select(Note));

        static string Note(int i) => $"note {i}";
    }

    [Theory]
    [InlineData(0)]
    [InlineData(201)]
    public void A_page_has_1_to_200_entries(int size)
    {
        var query = () => new HistoryQuery { PageSize = size };
        query.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("PageSize");
    }

    [Fact]
    public async Task Nobody_has_no_history()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        foreach (var nobody in (CustomerId[])[default, CustomerId.New(host.Now)])
        {
            (await host.Profiles.History.GetAsync(nobody)).Should().BeNull();
            (await host.Profiles.History.GetVersionAsync(nobody, 1)).Should().BeNull();
            (await host.Profiles.History.RedactAsync(nobody, ProfileField.Notes)).Should().BeFalse();
        }

        var acme = host.Profiles.ForTenant(new TenantId("acme"));
        (await acme.History.GetAsync(ada.Id)).Should().BeNull("she is another tenant's");
    }

    [Fact]
    public void Walking_back_gives_each_version_exactly() =>
        Gen.Int[0, 11]
            .Array[1, 25]
            .Sample(
                steps =>
                {
                    using var host = new DisposableFixture();
                    host.RunAsync(steps).GetAwaiter().GetResult();
                },
                iter: 60
            );

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("T\u0000")]
    public void A_case_reference_that_cannot_be_kept_is_refused(string reference)
    {
        var edit = Somebody().Edit(ProfileFixture.Kim);
        edit.Invoking(draft => draft.CaseReference = reference).Should().Throw<ArgumentException>();
        edit.Invoking(draft => draft.CaseReference = new string('x', 201)).Should().Throw<ArgumentException>();
        edit.CaseReference.Should().BeNull();
    }

    [Fact]
    public async Task A_store_without_history_is_named_when_history_is_asked_for_and_works_otherwise()
    {
        var store = DispatchProxy.Create<ICustomerProfileStore, BaseOnly>();
        ((BaseOnly)(object)store).Inner = new InMemoryCustomerProfileStore(TimeProvider.System);
        await using var host = new TestHost(store: store);
        var ada = (await host.ReceiveAsync()).Profile!;
        await host.EditAsync(ada.Id, edit => edit.Notes = "a note");
        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, ada.Id, TestHost.Kim))
            .Should()
            .BeTrue();
        await host
            .Profiles.Invoking(profiles => profiles.History.GetAsync(ada.Id).AsTask())
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage($"* keeps no history*{nameof(IHistoryStore)}*");
    }

    private static CustomerProfile Somebody() =>
        new(default, CustomerId.New(ProfileFixture.Start), 1, ProfileFixture.Start, ProfileFixture.Start, [], []);

    /// <summary>A store with the base of the contract and no chapter.</summary>
    private class BaseOnly : DispatchProxy
    {
        public ICustomerProfileStore Inner { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Invoke(Inner, args);
    }

    /// <summary>Makes random changes, remembers each version, and reads all of them again.</summary>
    private sealed class DisposableFixture : IDisposable
    {
        private readonly ProfileFixture.Directory _directory = new();
        private readonly ProfileFixture _host;

        public DisposableFixture() =>
            _host = new ProfileFixture(
                options => options.AgentsEditPhoto = true,
                builder => builder.AddProvider(_directory)
            );

        public async Task RunAsync(int[] steps)
        {
            var ada = await _host.CreateAsync();
            var versions = new SortedDictionary<long, CustomerProfile> { [1] = ada };
            for (var i = 0; i < steps.Length; i++)
            {
                _host.Time.Advance(TimeSpan.FromDays(20));
                await StepAsync(ada, steps[i], i);
                var current = await _host.ReadAsync(ada);
                versions[current.Version] = current;
            }

            versions.Keys.Should().Equal(Enumerable.Range(1, versions.Count).Select(version => (long)version));
            foreach (var (version, expected) in versions)
            {
                var read = await _host.Profiles.History.GetVersionAsync(ada.Id, version);
                read.Should().NotBeNull();
                ProfileSerializer.Serialize(read!).Should().Be(ProfileSerializer.Serialize(expected));
                (read!.Version, read.CreatedAt, read.UpdatedAt)
                    .Should()
                    .Be((expected.Version, expected.CreatedAt, expected.UpdatedAt));
            }

            var entries = (await _host.Profiles.History.GetAsync(ada.Id, new() { PageSize = 200 }))!.Entries;
            entries
                .Where(entry => entry.Version is not null)
                .Select(entry => entry.Version!.Value)
                .Should()
                .Equal(versions.Keys.Skip(1).Reverse(), "each version has one entry");
        }

        public void Dispose() => _host.DisposeAsync().AsTask().GetAwaiter().GetResult();

        private async Task StepAsync(CustomerProfile ada, int step, int i)
        {
            switch (step)
            {
                case 0:
                    _directory.Says = new PublicInformation
                    {
                        Location = $"place {i % 3}",
                        SocialProfiles = [new SocialProfile("mastodon", new Uri($"https://example.org/@ada{i % 2}"))],
                        Websites = [new Uri($"https://example.net/{i % 4}")],
                    };
                    await _host.ReceiveAsync("ada@example.com");
                    await _host.RunChecksAsync();
                    break;
                case 1:
                    await _host.Profiles.SuppressAsync(ada.Id, ProfileFixture.Kim);
                    break;
                case 2:
                    await _host.Profiles.UnsuppressAsync(ada.Id, ProfileFixture.Kim);
                    break;
                case 3:
                    await _host.Profiles.ClearPhotoAsync(ada.Id, ProfileFixture.Kim);
                    break;
                case 4:
                    await _host.Profiles.ResetPhotoAsync(ada.Id, ProfileFixture.Kim);
                    break;
                default:
                    await _host.EditAsync(ada, edit => Change(edit, step, i));
                    break;
            }
        }

        private static void Change(ProfileEdit edit, int step, int i)
        {
            switch (step)
            {
                case 5:
                    edit.Company = i % 3 == 0 ? null : $"company {i % 4}";
                    break;
                case 6:
                    edit.Emails.Add(new ProfileEmail(EmailAddress.Parse($"ada{i % 5}@example.org")));
                    break;
                case 7:
                    edit.Emails.Remove(new ProfileEmail(EmailAddress.Parse($"ada{i % 5}@example.org")));
                    break;
                case 8:
                    edit.Clear(i % 2 == 0 ? ProfileField.Websites : ProfileField.Company);
                    break;
                case 9:
                    edit.Reset(i % 2 == 0 ? ProfileField.Websites : ProfileField.Company);
                    break;
                case 10:
                    edit.Phones.ReplaceWith([
                        .. Enumerable.Range(i % 3, 2).Reverse().Select(n => new PhoneNumber($"+44 20 7946 000{n}")),
                    ]);
                    break;
                default:
                    edit.Custom["plan"] = i % 2 == 0 ? "tin" : null;
                    edit.Photo = new Photo(new Uri($"https://example.org/{i % 2}.png"));
                    break;
            }
        }
    }
}
