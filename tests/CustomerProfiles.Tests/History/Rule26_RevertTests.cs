using CustomerProfiles.Providers;
using FluentAssertions;

namespace CustomerProfiles.Tests.History;

/// <summary>Rule 26: reverting drafts an edit, which never overwrites what was changed since.</summary>
public sealed class Rule26_RevertTests
{
    private static readonly ProfileEmail Second = new(EmailAddress.Parse("ada@example.org"));

    [Fact]
    public async Task Reverting_a_change_brings_the_earlier_value_back_when_it_is_saved()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");
        await host.EditAsync(ada, edit => edit.Notes = "What came later stays.");

        var draft = await DraftAsync(host, ada, entry: 2);
        draft.Conflicts.Should().BeEmpty();
        draft.Refused.Should().BeEmpty();
        (await host.ReadAsync(ada)).Company.Should().Be("Babbage & Co.", "drafting writes nothing");

        var saved = await SavedAsync(host, draft);
        saved.Company.Should().Be("Analytical Engines");
        saved.Notes.Should().Be("What came later stays.");
        var entry = (await host.Profiles.History.GetAsync(ada.Id))!.Entries[0];
        entry.Kind.Should().Be(HistoryKind.Revert);
        entry.By.By.Should().Be("lee");
    }

    [Fact]
    public async Task Reverting_a_revert_brings_the_later_value_back()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");
        await SavedAsync(host, await DraftAsync(host, ada, entry: 2));
        var saved = await SavedAsync(host, await DraftAsync(host, ada, entry: 3));
        saved.Company.Should().Be("Babbage & Co.");
    }

    [Fact]
    public async Task A_value_that_was_changed_since_is_a_conflict_and_stays()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Company = "Analytical Engines";
                edit.JobTitle = "Analyst";
            }
        );
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.", ProfileFixture.Lee);

        var draft = await DraftAsync(host, ada, entry: 1);
        var conflict = draft.Conflicts.Should().ContainSingle().Subject;
        conflict.Field.Should().Be(ProfileField.Company);
        conflict.Read!.Value.Should().Be("Analytical Engines");
        conflict.Theirs!.Value.Should().Be("Babbage & Co.");
        conflict.Yours.Should().BeNull();
        var saved = await SavedAsync(host, draft);
        saved.Company.Should().Be("Babbage & Co.");
        saved.Find(ProfileField.JobTitle).Should().BeNull("nobody changed it since, and it was unset before");
    }

    [Fact]
    public async Task A_conflicting_value_that_somebody_chooses_is_overwritten()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");
        await host.EditAsync(ada, edit => edit.Company = "Difference & Sons");

        var draft = await DraftAsync(host, ada, entry: 2);
        draft.Edit.IsEmpty.Should().BeTrue();
        draft.Overwrite(draft.Conflicts.Single());
        (await SavedAsync(host, draft)).Company.Should().Be("Analytical Engines");

        var other = await DraftAsync(host, ada, entry: 1);
        other
            .Invoking(it => it.Overwrite(draft.Conflicts.Single()))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*another draft*");
    }

    [Fact]
    public async Task A_draft_says_what_saving_it_does()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(
            ada,
            edit =>
            {
                edit.Emails.Add(Second);
                edit.Notes = "a note";
                edit.Company = "Analytical Engines";
            }
        );
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");

        var changes = (await DraftAsync(host, ada, entry: 1)).Changes;

        changes
            .Select(change => (change.Field, change.Key, change.Before?.Value, change.After?.IsCleared))
            .Should()
            .BeEquivalentTo(
                new (ProfileField, string, object?, bool?)[]
                {
                    (ProfileField.Emails, "ada@example.org", Second, true),
                    (ProfileField.Notes, "", "a note", null),
                }
            );
    }

    [Fact]
    public async Task A_value_that_is_changed_between_drafting_and_saving_is_a_conflict()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        var draft = await DraftAsync(host, ada, entry: 1);
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");
        (await host.Profiles.SaveAsync(draft.Edit)).Should().BeOfType<SaveOutcome.Conflict>();
    }

    [Fact]
    public async Task Everything_since_a_change_is_taken_back_at_once()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");
        await host.EditAsync(ada, edit => edit.Notes = "a note");
        await host.EditAsync(ada, edit => edit.Company = "Difference & Sons");

        var saved = await SavedAsync(host, await DraftAsync(host, ada, entry: 2, RevertScope.EverythingSince));
        saved.Company.Should().Be("Analytical Engines");
        saved.Notes.Should().BeNull();
    }

    [Fact]
    public async Task A_cleared_field_that_is_reverted_is_set_again_and_a_set_one_cleared_again()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Company = "Analytical Engines");
        await host.EditAsync(ada, edit => edit.Company = null);
        await host.EditAsync(ada, edit => edit.Company = "Babbage & Co.");

        (await SavedAsync(host, await DraftAsync(host, ada, entry: 3)))
            .Find(ProfileField.Company)!
            .IsCleared.Should()
            .BeTrue();
        (await SavedAsync(host, await DraftAsync(host, ada, entry: 2))).Company.Should().Be("Analytical Engines");
    }

    [Fact]
    public async Task An_entry_that_was_removed_from_a_list_returns_and_one_that_was_added_goes()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Emails.Add(Second));
        await host.EditAsync(ada, edit => edit.Emails.Remove(Second));

        var saved = await SavedAsync(host, await DraftAsync(host, ada, entry: 2));
        saved.Identities.Should().Contain(Identity.Email(Second.Address));
        saved = await SavedAsync(host, await DraftAsync(host, ada, entry: 3));
        saved.Identities.Should().NotContain(Identity.Email(Second.Address));
    }

    [Fact]
    public async Task An_address_that_is_another_customers_by_now_is_refused_when_it_is_saved()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Emails.Add(Second));
        await host.EditAsync(ada, edit => edit.Emails.Remove(Second));
        var other = await host.CreateAsync("ada@example.org");

        var draft = await DraftAsync(host, ada, entry: 2);
        (await host.Profiles.SaveAsync(draft.Edit))
            .Should()
            .BeOfType<SaveOutcome.IdentityTaken>()
            .Which.Owner.Should()
            .Be(other.Id);
    }

    [Fact]
    public async Task What_agents_may_not_set_is_refused_and_what_a_provider_filled_is_cleared()
    {
        var directory = new ProfileFixture.Directory
        {
            Says = new PublicInformation { Location = "London", Company = "Analytical Engines" },
        };
        await using var host = new ProfileFixture(builder: builder => builder.AddProvider(directory));
        var ada = await host.CreateAsync();
        await host.RunChecksAsync();

        var draft = await DraftAsync(host, ada, entry: 1);
        var refused = draft.Refused.Should().ContainSingle().Subject;
        refused.Field.Should().Be(ProfileField.Location);
        refused.Code.Should().Be(FieldErrorCode.OwnedByProvider);
        var saved = await SavedAsync(host, draft);
        saved.Location.Should().Be("London");
        saved.Find(ProfileField.Company)!.IsCleared.Should().BeTrue("or the next check would fill it in again");
    }

    [Fact]
    public async Task A_change_that_is_gone_or_never_was_and_nobody_are_outcomes()
    {
        await using var host = new ProfileFixture(options => options.HistoryEntries = 1);
        var ada = await host.CreateAsync();
        await host.EditAsync(ada, edit => edit.Notes = "one");
        await host.EditAsync(ada, edit => edit.Notes = "two");
        foreach (var entry in (long[])[1, 3, 0, -1, long.MaxValue])
        {
            (await OutcomeAsync(host, ada.Id, entry)).Code.Should().Be("entry-not-found");
        }

        (await OutcomeAsync(host, ada.Id, 2)).Code.Should().Be("drafted");
        (await OutcomeAsync(host, CustomerId.New(host.Now), 1)).Code.Should().Be("not-found");
        (await OutcomeAsync(host, default, 1)).Code.Should().Be("not-found");
    }

    [Fact]
    public async Task Suppressing_is_not_taken_back_by_an_edit()
    {
        await using var host = new ProfileFixture();
        var ada = await host.CreateAsync();
        await host.Profiles.SuppressAsync(ada.Id, ProfileFixture.Kim);
        (await DraftAsync(host, ada, entry: 1)).Edit.IsEmpty.Should().BeTrue();
    }

    private static async Task<RevertOutcome> OutcomeAsync(ProfileFixture host, CustomerId id, long entry) =>
        await host.Profiles.History.DraftRevertAsync(id, entry, RevertScope.OneChange, ProfileFixture.Lee);

    private static async Task<RevertOutcome.Drafted> DraftAsync(
        ProfileFixture host,
        CustomerProfile profile,
        long entry,
        RevertScope scope = RevertScope.OneChange
    ) =>
        (await host.Profiles.History.DraftRevertAsync(profile.Id, entry, scope, ProfileFixture.Lee))
            .Should()
            .BeOfType<RevertOutcome.Drafted>()
            .Subject;

    private static async Task<CustomerProfile> SavedAsync(ProfileFixture host, RevertOutcome.Drafted draft) =>
        (await host.Profiles.SaveAsync(draft.Edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
}
