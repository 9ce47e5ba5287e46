using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 26: what must be forgotten is forgotten by what is kept to undo a merge, too.</summary>
public sealed class Rule26_ForgettingInMergesTests
{
    private const string Secret = "Atlantis";

    [Fact]
    public async Task Removing_a_providers_data_reaches_the_absorbed_customer_their_history_and_the_journal()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Matched(FakeProvider.Ada(location: Secret));
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => edit.Notes = "Stays.");
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (await HeldAsync(host, ada.Id, merge)).Should().Contain(Secret);

        (await host.Profiles.Privacy.RemoveProviderDataAsync(FakeProvider.DefaultName, ada.Id, TestHost.Kim))
            .Should()
            .BeTrue();
        (await HeldAsync(host, ada.Id, merge)).Should().NotContain(Secret);
        var undone = await host.UnmergedAsync(merge);
        (undone.From.Location, undone.Into.Location, undone.From.Notes).Should().Be((null, null, "Stays."));
        undone.From.Emails.Should().ContainSingle();
    }

    [Fact]
    public async Task Redacting_a_field_reaches_them_and_keeps_the_identities()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => edit.Notes = Secret);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(ada.Id, edit => edit.Notes = null);
        (await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Notes)).Should().BeTrue();
        (await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Emails)).Should().BeTrue();
        (await HeldAsync(host, ada.Id, merge)).Should().NotContain(Secret);

        var undone = await host.UnmergedAsync(merge);
        undone.From.Notes.Should().BeNull();
        undone.From.Emails.Should().ContainSingle().Which.Address.Normalized.Should().Be("grace@example.org");
        undone.Into.Emails.Should().ContainSingle().Which.Address.Normalized.Should().Be("ada@example.com");
    }

    [Fact]
    public async Task The_history_shows_the_changes_of_both_each_by_customer_and_number_page_by_page()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        for (var i = 0; i < 4; i++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            await host.EditAsync(i % 2 == 0 ? ada.Id : grace.Id, edit => edit.Company = $"Company {i}");
        }

        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.MergedAsync(grace.Id, ada.Id);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.EditAsync(ada.Id, edit => edit.JobTitle = "Analyst");
        (CustomerId, long)[] expected =
        [
            (ada.Id, 4),
            (ada.Id, 3),
            (grace.Id, 3),
            (grace.Id, 2),
            (ada.Id, 2),
            (grace.Id, 1),
            (ada.Id, 1),
        ];
        var all = (await host.Profiles.History.GetAsync(ada.Id))!;
        all.Entries.Select(entry => (entry.CustomerId, entry.Number)).Should().Equal(expected);
        all.Next.Should().BeNull();
        all.Entries[5].Values.Single().After!.Value.Should().Be("Company 1");
        all.Entries[3].Values.Single().After!.Value.Should().Be("Company 3", "each history is walked back by itself");

        foreach (var size in new[] { 1, 2, 3, 4 })
        {
            var paged = new List<(CustomerId, long)>();
            long? before = null;
            do
            {
                var page = (
                    await host.Profiles.History.GetAsync(ada.Id, new HistoryQuery { Before = before, PageSize = size })
                )!;
                page.Entries.Count(entry => entry.CustomerId == ada.Id).Should().BeLessThanOrEqualTo(size);
                paged.AddRange(page.Entries.Select(entry => (entry.CustomerId, entry.Number)));
                before = page.Next;
            } while (before is not null);

            paged.Should().Equal(expected);
        }
    }

    [Fact]
    public async Task An_export_shows_the_merge_and_what_is_kept_of_the_absorbed_customer()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(ada.Id, edit => edit.Company = "Engines");
        await host.EditAsync(grace.Id, edit => edit.Company = Secret);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var export = (await host.Profiles.Privacy.ExportAsync(ada.Id))!.ToJson();
        export.Should().Contain(Secret).And.Contain(grace.Id.ToString()).And.Contain(merge.ToString());
        ImportRow.FromExport(export).Profile.Id.Should().Be(ada.Id);

        host.Time.Advance(TimeSpan.FromDays(91));
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).MergesLapsed.Should().Be(1);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).MergesLapsed.Should().Be(0);
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.Lapsed>();
        (await host.ReadAsync(grace.Id)).Id.Should().Be(ada.Id);
    }

    [Fact]
    public async Task A_merge_that_is_redacted_by_two_at_once_holds_nothing_of_either()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(grace.Id, edit => (edit.Notes, edit.JobTitle) = (Secret, $"{Secret} agent"));
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        await host.EditAsync(ada.Id, edit => (edit.Notes, edit.JobTitle) = (null, null));
        var isFirst = true;
        store.Before = async call =>
        {
            if (call == nameof(IMergingStore.RedactMergeAsync) && isFirst)
            {
                isFirst = false;
                await host.Profiles.History.RedactAsync(ada.Id, ProfileField.JobTitle);
            }
        };
        await host.Profiles.History.RedactAsync(ada.Id, ProfileField.Notes);
        (await HeldAsync(host, ada.Id, merge)).Should().NotContain(Secret);
    }

    /// <summary>Everything that the store holds of a merged customer and of the merge.</summary>
    private static async Task<string> HeldAsync(TestHost host, CustomerId id, MergeId merge)
    {
        var stored = (await ((IMergingStore)host.Store).GetMergeAsync(default, merge, CancellationToken.None))!;
        var export = (await host.Profiles.Privacy.ExportAsync(id))!.ToJson();
        return $"{export}\n{stored.Journal}\n{stored.Sides.From!.Profile.Content()}";
    }
}
