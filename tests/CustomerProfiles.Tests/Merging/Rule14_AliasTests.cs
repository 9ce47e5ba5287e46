using CustomerProfiles.Testing;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 14: an absorbed id stays an alias of the survivor, in every call.</summary>
public sealed class Rule14_AliasTests
{
    [Fact]
    public async Task Every_call_with_an_absorbed_id_is_about_the_survivor()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");
        await host.MergedAsync(grace.Id, ada.Id);
        var alias = grace.Id;
        var profiles = host.Profiles;

        (await profiles.GetAsync(alias))!.Id.Should().Be(ada.Id);
        (await profiles.GetSidebarAsync(alias))!.Profile.Id.Should().Be(ada.Id);
        (await host.EditAsync(alias, edit => edit.Notes = "Written under the absorbed id.")).Id.Should().Be(ada.Id);
        (await profiles.ClearPhotoAsync(alias, TestHost.Kim))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Id.Should()
            .Be(ada.Id);
        (await profiles.ResetPhotoAsync(alias, TestHost.Kim)).Should().BeOfType<SaveOutcome.Saved>();
        (await profiles.CheckNowAsync(alias, FakeProvider.DefaultName, TestHost.Kim))
            .Should()
            .BeOfType<CheckNowOutcome.TooSoon>();
        (await profiles.SuppressAsync(alias, TestHost.Kim)).Should().BeTrue();
        (await profiles.GetSidebarAsync(ada.Id))!.IsSuppressed.Should().BeTrue();
        (await profiles.UnsuppressAsync(alias, TestHost.Kim)).Should().BeTrue();
        (await profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, alias, TestHost.Kim))
            .Should()
            .BeTrue();
        (await host.ReadAsync(ada.Id)).Location.Should().BeNull();

        var history = (await profiles.History.GetAsync(alias))!;
        history.Entries.Should().BeEquivalentTo((await profiles.History.GetAsync(ada.Id))!.Entries);
        var version = (await host.ReadAsync(ada.Id)).Version;
        (await profiles.History.GetVersionAsync(alias, version))!.Id.Should().Be(ada.Id);
        var edited = history.Entries.First(entry => entry.Kind == HistoryKind.Edit).Number;
        (await profiles.History.DraftRevertAsync(alias, edited, RevertScope.OneChange, TestHost.Kim))
            .Should()
            .BeOfType<RevertOutcome.Drafted>()
            .Which.Edit.Profile.Id.Should()
            .Be(ada.Id);
        (await profiles.History.RedactAsync(alias, ProfileField.Notes)).Should().BeTrue();
        (await profiles.History.GetAsync(ada.Id))!
            .Entries.SelectMany(entry => entry.Values)
            .Where(value => value.Field.Equals(ProfileField.Notes))
            .Should()
            .OnlyContain(value => value.IsRemoved);
        var export = (await profiles.Privacy.ExportAsync(alias))!;
        export.ToJson().Should().Contain(ada.Id.ToString()).And.Contain("grace@example.org");
    }

    [Fact]
    public async Task An_id_whose_merge_is_undone_and_made_again_between_two_reads_is_found()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (ada, grace, merge) = await MergedAsync(host);

        // A read finds nobody, because the id is absorbed, and then that nobody has absorbed it.
        var meanwhile = Between(store, () => host.UnmergedAsync(merge), () => host.MergedAsync(grace, ada));

        (await host.Profiles.GetAsync(grace))!.Id.Should().Be(ada);
        meanwhile.Should().BeEmpty();
    }

    [Fact]
    public async Task An_id_that_is_absorbed_between_two_reads_and_free_again_is_resolved_and_erased()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (ada, grace, merge) = await MergedAsync(host);
        await host.UnmergedAsync(merge);

        var meanwhile = Between(
            store,
            async () => merge = (await host.MergedAsync(grace, ada)).Merge,
            () => host.UnmergedAsync(merge)
        );
        (await host.Profiles.Merging.ResolveAsync(grace)).Should().BeOfType<CustomerResolution.Live>();
        meanwhile.Should().BeEmpty();

        merge = (await host.MergedAsync(grace, ada)).Merge;
        meanwhile = Between(store, () => host.UnmergedAsync(merge));
        (await host.Profiles.Privacy.EraseAsync(grace, TestHost.Kim)).Should().BeOfType<EraseOutcome.Erased>();
        meanwhile.Should().BeEmpty();
    }

    [Fact]
    public async Task An_unknown_id_is_nobodys_after_two_reads()
    {
        await using var host = TestHost.WithFaults(out var store);

        (await host.Profiles.GetAsync(CustomerId.New(host.Now))).Should().BeNull();

        store.Calls.Should().Equal("GetProfileAsync", "FindSurvivorAsync", "GetProfileAsync", "FindSurvivorAsync");
    }

    [Fact]
    public async Task By_exact_id_no_call_with_an_absorbed_id_finds_or_changes_anybody()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        var alias = grace.Id;
        await host.MergedAsync(alias, ada.Id);
        host.Time.Advance(TimeSpan.FromHours(1));
        var exact = host.Profiles.ForTenant(ada.Tenant).ByExactId();
        var before = await host.ReadAsync(ada.Id);

        (await exact.GetAsync(alias)).Should().BeNull();
        (await exact.GetSidebarAsync(alias)).Should().BeNull();
        var edit = grace.Edit(TestHost.Kim);
        edit.Notes = "Written by one who has decided about Grace.";
        (await exact.SaveAsync(edit)).Should().BeOfType<SaveOutcome.NotFound>();
        (await exact.ClearPhotoAsync(alias, TestHost.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
        (await exact.ResetPhotoAsync(alias, TestHost.Kim)).Should().BeOfType<SaveOutcome.NotFound>();
        (await exact.CheckNowAsync(alias, FakeProvider.DefaultName, TestHost.Kim))
            .Should()
            .BeOfType<CheckNowOutcome.NotFound>();
        (await exact.SuppressAsync(alias, TestHost.Kim)).Should().BeFalse();
        (await exact.UnsuppressAsync(alias, TestHost.Kim)).Should().BeFalse();
        (await exact.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, alias, TestHost.Kim)).Should().BeFalse();
        (await exact.Privacy.ExportAsync(alias)).Should().BeNull();
        (await exact.History.GetAsync(alias)).Should().BeNull();
        (await exact.History.GetVersionAsync(alias, 1)).Should().BeNull();
        (await exact.History.DraftRevertAsync(alias, 1, RevertScope.OneChange, TestHost.Kim))
            .Should()
            .BeOfType<RevertOutcome.NotFound>();
        (await exact.History.RedactAsync(alias, ProfileField.Notes)).Should().BeFalse();
        (await exact.Merging.GetMergesAsync(alias)).Should().BeEmpty();
        var alan = await host.WriterAsync("alan@example.org");
        var into = new MergeRequest { From = alan.Id, Into = alias };
        (await exact.Merging.PreviewAsync(into)).Should().BeOfType<MergePreviewOutcome.AlreadyMerged>();
        var refused = await exact.Merging.MergeAsync(into, TestHost.Kim);
        refused.Should().BeOfType<MergeOutcome.AlreadyMerged>().Which.Into.Should().Be(ada.Id);
        (await host.ReadAsync(alan.Id)).Id.Should().Be(alan.Id);

        var after = (await host.Profiles.GetSidebarAsync(ada.Id))!;
        after.Profile.Version.Should().Be(before.Version);
        after.IsSuppressed.Should().BeFalse();
        after.Providers.Should().ContainSingle().Which.IsPending.Should().BeFalse();
    }

    [Fact]
    public async Task By_exact_id_the_id_of_a_customer_is_theirs_as_ever()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        var exact = host.Profiles.ByExactId();

        (await exact.GetAsync(ada.Id))!.Id.Should().Be(ada.Id);
        (await exact.GetSidebarAsync(ada.Id))!.Profile.Id.Should().Be(ada.Id);
        var edit = ada.Edit(TestHost.Kim);
        edit.Notes = "Calls on Mondays.";
        (await exact.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        (await exact.ClearPhotoAsync(ada.Id, TestHost.Kim)).Should().BeOfType<SaveOutcome.Saved>();
        (await exact.CheckNowAsync(ada.Id, FakeProvider.DefaultName, TestHost.Kim))
            .Should()
            .BeOfType<CheckNowOutcome.Requested>();
        (await exact.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, ada.Id, TestHost.Kim)).Should().BeTrue();
        (await exact.SuppressAsync(ada.Id, TestHost.Kim)).Should().BeTrue();
        (await exact.Privacy.ExportAsync(ada.Id))!.Id.Should().Be(ada.Id);
        (await exact.History.RedactAsync(ada.Id, ProfileField.Notes)).Should().BeTrue();
        (await host.ReadAsync(ada.Id)).Notes.Should().Be("Calls on Mondays.");
    }

    [Fact]
    public async Task The_sidebar_says_when_a_customer_was_merged_and_from_which_ids()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var alan = await host.WriterAsync("alan@example.org");
        (await host.Profiles.GetSidebarAsync(ada.Id))!.Merges.Should().BeEmpty();

        var inner = (await host.MergedAsync(alan.Id, grace.Id)).Merge;
        host.Time.Advance(TimeSpan.FromDays(1));
        var outer = (await host.MergedAsync(grace.Id, ada.Id)).Merge;

        (await host.Profiles.GetSidebarAsync(alan.Id))!
            .Merges.Select(merge => (merge.Id, merge.From, merge.Into, merge.At))
            .Should()
            .Equal(
                (outer, grace.Id, ada.Id, host.Now),
                (inner, alan.Id, grace.Id, host.Now - NodaTime.Duration.FromDays(1))
            );
        await host.Profiles.Merging.UnmergeAsync(outer, TestHost.Kim);
        (await host.Profiles.GetSidebarAsync(ada.Id))!.Merges.Should().BeEmpty();
    }

    [Fact]
    public async Task An_absorbed_id_leads_to_the_survivor_in_one_step_however_often_they_are_merged()
    {
        await using var host = new TestHost();
        var a = await host.WriterAsync("a@example.com");
        var b = await host.WriterAsync("b@example.com");
        var c = await host.WriterAsync("c@example.com");
        var first = (await host.MergedAsync(a.Id, b.Id)).Merge;
        var second = (await host.MergedAsync(b.Id, c.Id)).Merge;

        await LeadsAsync(a.Id, c.Id, first);
        await LeadsAsync(b.Id, c.Id, second);
        (await host.Profiles.Merging.ResolveAsync(c.Id)).Should().BeOfType<CustomerResolution.Live>();
        (await host.Profiles.Merging.ResolveAsync(CustomerId.New(host.Now)))
            .Should()
            .BeOfType<CustomerResolution.Unknown>();
        (await host.Profiles.Merging.ResolveAsync(default)).Should().BeOfType<CustomerResolution.Unknown>();
        (await host.Profiles.ForTenant(new TenantId("other")).Merging.ResolveAsync(a.Id))
            .Should()
            .BeOfType<CustomerResolution.Unknown>();
        (await host.Profiles.Merging.GetMergesAsync(c.Id))
            .Select(merge => merge.Id)
            .Should()
            .BeEquivalentTo([second, first]);

        await host.UnmergedAsync(second);
        await LeadsAsync(a.Id, b.Id, first);
        (await host.Profiles.Merging.ResolveAsync(b.Id)).Should().BeOfType<CustomerResolution.Live>();

        async Task LeadsAsync(CustomerId id, CustomerId into, MergeId merge)
        {
            var led = (await host.Profiles.Merging.ResolveAsync(id))
                .Should()
                .BeOfType<CustomerResolution.MergedInto>()
                .Subject;
            (led.Into, led.Merge).Should().Be((into, merge));
            (await host.ReadAsync(id)).Id.Should().Be(into);
        }
    }

    [Fact]
    public async Task Only_a_customer_who_is_not_absorbed_can_be_absorbed()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var mary = await host.WriterAsync("Mary Shaw <mary@example.net>");
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;

        // A stale page: the one who goes is gone already, and nobody else is moved instead.
        await AlreadyAsync(grace.Id, mary.Id);
        await AlreadyAsync(grace.Id, ada.Id);
        await AlreadyAsync(ada.Id, grace.Id);
        (await host.MergedAsync(mary.Id, grace.Id))
            .Profile.Id.Should()
            .Be(ada.Id, "who stays may be named by an alias");

        async Task AlreadyAsync(CustomerId from, CustomerId into)
        {
            var request = new MergeRequest { From = from, Into = into };
            var outcome = (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim))
                .Should()
                .BeOfType<MergeOutcome.AlreadyMerged>()
                .Subject;
            (outcome.Into, outcome.Merge).Should().Be((ada.Id, merge));
            (await host.Profiles.Merging.PreviewAsync(request)).Should().BeOfType<MergePreviewOutcome.AlreadyMerged>();
        }
    }

    [Fact]
    public async Task An_absorbed_customer_is_in_no_list_and_no_search_and_their_id_is_not_given_again()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);

        var found = await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "grace@example.org" });
        found.Profiles.Should().ContainSingle().Which.Id.Should().Be(ada.Id);
        (await host.Profiles.CountAsync(new ProfileSearchQuery(), 10)).Count.Should().Be(1);
        (await host.Profiles.CreateAsync(new NewProfile { Id = grace.Id }, TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.Exists>();
    }

    [Fact]
    public void The_id_of_a_merge_is_read_from_its_text()
    {
        var id = MergeId.From(Guid.NewGuid());
        MergeId.Parse(id.ToString()).Should().Be(id);
        MergeId.TryParse(id.ToString(), out var read).Should().BeTrue();
        read.Should().Be(id);
        MergeId.TryParse(id.ToString(), provider: null, out _).Should().BeTrue();
        MergeId.TryParse("", out _).Should().BeFalse();
        MergeId.TryParse(null, out _).Should().BeFalse();
        MergeId.TryParse(Guid.Empty.ToString(), out _).Should().BeFalse();
        FluentActions.Invoking(() => MergeId.From(Guid.Empty)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => MergeId.Parse("kim")).Should().Throw<FormatException>();
        System.Text.Json.JsonSerializer.Serialize(id).Should().Be($"\"{id}\"");
    }

    private static async Task<(CustomerId Ada, CustomerId Grace, MergeId Merge)> MergedAsync(TestHost host)
    {
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        return (ada.Id, grace.Id, (await host.MergedAsync(grace.Id, ada.Id)).Merge);
    }

    /// <summary>Does one thing after each of the next calls of the store.</summary>
    private static Queue<Func<Task>> Between(FaultInjectingStore store, params Func<Task>[] steps)
    {
        var left = new Queue<Func<Task>>(steps);
        Func<string, Task> next = null!;
        store.After = next = async _ =>
        {
            store.After = null;
            await (left.TryDequeue(out var step) ? step() : Task.CompletedTask);
            store.After = left.Count == 0 ? null : next;
        };
        return left;
    }
}
