using CsCheck;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 16: the preview is the merge.</summary>
public sealed class Rule16_PreviewTests
{
    [Fact]
    public void What_the_preview_shows_is_what_the_merge_writes_field_for_field() =>
        Gen.Select(Gen.Int[0, RandomLife.Steps - 1].Array[0, 12], Gen.Int[0, RandomLife.Steps - 1].Array[0, 12])
            .Sample(
                (from, into) =>
                {
                    using var life = new RandomLife();
                    life.RunAsync(async () =>
                        {
                            await life.LiveAsync(life.From, from);
                            await life.LiveAsync(life.Into, into);
                            var merging = life.Host.Profiles.Merging;
                            var request = new MergeRequest { From = life.From, Into = life.Into };
                            var preview = (await merging.PreviewAsync(request))
                                .Should()
                                .BeOfType<MergePreviewOutcome.Planned>()
                                .Subject.Preview;
                            var before = await life.Host.ReadAsync(life.Into);
                            before.Version.Should().Be(preview.Into.Version, "a preview writes nothing");

                            var merged = await life.Host.MergedAsync(life.From, life.Into);
                            var current = await life.Host.ReadAsync(life.Into);
                            current.Content().Should().Be(preview.Result.Content());
                            (current.Version, current.Id).Should().Be((preview.Result.Version, preview.Result.Id));
                            merged.Profile.Content().Should().Be(current.Content());
                            var stored = (await life.Host.Store.GetAsync(default, life.Into, CancellationToken.None))!;
                            stored
                                .Checks.OrderBy(check => check.Provider, StringComparer.Ordinal)
                                .Should()
                                .Equal(preview.Checks);
                            stored.IsSuppressed.Should().Be(preview.IsSuppressed);
                            preview
                                .Entries.Select(entry => entry.Result)
                                .OfType<FieldValue>()
                                .Should()
                                .Equal(current.Values);
                        })
                        .GetAwaiter()
                        .GetResult();
                },
                iter: 80
            );

    [Fact]
    public async Task Other_versions_than_were_shown_are_not_merged_and_the_new_plan_is_returned()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var shown = (await host.Profiles.Merging.PreviewAsync(new MergeRequest { From = grace.Id, Into = ada.Id }))
            .Should()
            .BeOfType<MergePreviewOutcome.Planned>()
            .Subject.Preview.Versions;
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");

        var request = new MergeRequest
        {
            From = grace.Id,
            Into = ada.Id,
            Versions = shown,
        };
        var changed = (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim))
            .Should()
            .BeOfType<MergeOutcome.Changed>()
            .Subject.Preview;
        changed.Result.Company.Should().Be("Navy");
        (await host.ReadAsync(grace.Id)).Id.Should().Be(grace.Id, "nothing was written");

        request = new MergeRequest
        {
            From = grace.Id,
            Into = ada.Id,
            Versions = changed.Versions,
        };
        (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim)).Should().BeOfType<MergeOutcome.Merged>();
    }

    [Fact]
    public async Task The_caller_chooses_entry_by_entry()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(
            ada.Id,
            edit => (edit.Company, edit.Notes, edit.JobTitle) = ("Engines", "Ada's.", "Analyst")
        );
        await host.EditAsync(
            grace.Id,
            edit => (edit.Company, edit.Notes, edit.JobTitle) = ("Navy", "Grace's.", "Admiral")
        );
        var merged = await host.MergedAsync(
            grace.Id,
            ada.Id,
            new MergeChoice { Field = ProfileField.Company, Keep = MergeSource.From },
            new MergeChoice { Field = ProfileField.Notes, Keep = MergeSource.From }
        );
        (merged.Profile.Company, merged.Profile.Notes, merged.Profile.JobTitle)
            .Should()
            .Be(("Navy", "Grace's.", "Analyst"));
        (await host.UnmergedAsync(merged.Merge)).Into.Notes.Should().Be("Ada's.");
    }

    [Fact]
    public async Task A_choice_that_cannot_be_made_is_named_and_nothing_is_written()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.EditAsync(ada.Id, edit => edit.Company = "Engines");
        await host.EditAsync(grace.Id, edit => edit.Phones.Add(new PhoneNumber("+44 20 7946 0001")));
        var mark = (await host.ReadAsync(grace.Id)).Phones[0];
        await host.EditAsync(grace.Id, edit => edit.Phones.Remove(mark));

        await RefusedAsync(ProfileField.JobTitle, "", MergeSource.From);
        await RefusedAsync(ProfileField.Company, "", MergeSource.From);
        await RefusedAsync(ProfileField.Company, "", MergeSource.Both);
        await RefusedAsync(ProfileField.Notes, "", MergeSource.Both);
        await RefusedAsync(ProfileField.Emails, "ada@example.com", MergeSource.From);
        await RefusedAsync(ProfileField.Emails, "nobody@example.com", MergeSource.Into);
        await RefusedAsync(ProfileField.Company, "", (MergeSource)7);
        (await host.ReadAsync(ada.Id)).Company.Should().Be("Engines");

        async Task RefusedAsync(ProfileField field, string key, MergeSource keep)
        {
            var choice = new MergeChoice
            {
                Field = field,
                Key = key,
                Keep = keep,
            };
            var request = new MergeRequest
            {
                From = grace.Id,
                Into = ada.Id,
                Choices = [choice],
            };
            (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim))
                .Should()
                .BeOfType<MergeOutcome.InvalidChoice>()
                .Which.Choice.Should()
                .BeSameAs(choice);
            (await host.Profiles.Merging.PreviewAsync(request)).Should().BeOfType<MergePreviewOutcome.InvalidChoice>();
        }
    }

    [Fact]
    public async Task A_choice_cannot_drop_an_identity()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync("Ada <ada@example.com>");
        await host.EditAsync(
            ada.Id,
            edit => edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("grace@example.org")))
        );
        await host.EditAsync(ada.Id, edit => edit.Emails.Remove(edit.Profile.Emails[1]));
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var request = new MergeRequest
        {
            From = grace.Id,
            Into = ada.Id,
            Choices =
            [
                new MergeChoice
                {
                    Field = ProfileField.Emails,
                    Key = "grace@example.org",
                    Keep = MergeSource.Into,
                },
            ],
        };
        (await host.Profiles.Merging.MergeAsync(request, TestHost.Kim)).Should().BeOfType<MergeOutcome.InvalidChoice>();
        (await host.MergedAsync(grace.Id, ada.Id)).Profile.Emails.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_merge_is_planned_again_while_others_change_the_two_and_gives_up_after_ten_times()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var edits = 0;
        var most = 3;
        store.Before = async call =>
        {
            if (call == nameof(IMergingStore.MergeAsync) && edits < most)
            {
                await host.EditAsync(grace.Id, edit => edit.Company = $"Navy {++edits}");
            }
        };
        (await host.MergedAsync(grace.Id, ada.Id)).Profile.Company.Should().Be("Navy 3");

        var mary = await host.WriterAsync("Mary Shaw <mary@example.net>");
        (edits, most, grace) = (0, 100, mary);
        var busy = await host.Profiles.Merging.MergeAsync(
            new MergeRequest { From = mary.Id, Into = ada.Id },
            TestHost.Kim
        );
        busy.Should().BeOfType<MergeOutcome.Busy>();
        edits.Should().Be(10);
        (await host.ReadAsync(mary.Id)).Id.Should().Be(mary.Id);
    }

    [Fact]
    public async Task A_merge_is_two_commands_and_undoing_it_three()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        store.ClearCalls();
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        store.Calls.Should().Equal(nameof(IMergingStore.GetSidesAsync), nameof(IMergingStore.MergeAsync));
        store.ClearCalls();
        await host.UnmergedAsync(merge);
        store
            .Calls.Should()
            .Equal(
                nameof(IMergingStore.GetMergeAsync),
                nameof(IMergingStore.GetMergesAsync),
                nameof(IMergingStore.UnmergeAsync)
            );
    }
}
