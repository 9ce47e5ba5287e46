using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Stores;

namespace CustomerProfiles.Tests.Checks;

public sealed class Rule12_ResultMeetsTheCurrentProfileTests
{
    [Fact]
    public async Task An_edit_that_lands_during_a_check_wins_and_both_survive()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var id = (await host.ReceiveAsync()).Profile!.Id;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await host.EditAsync(
                id,
                edit =>
                {
                    edit.JobTitle = "Analyst";
                    edit.Notes = "Met at the ball.";
                    edit.Clear(ProfileField.Company);
                }
            );
            held.Release();
            await drain;

            var after = await host.ReadAsync(id);
            (after.JobTitle, after.Notes, after.Company, after.Location, after.Photo, after.Version)
                .Should()
                .Be(("Analyst", "Met at the ball.", null, "London", FakeProvider.Ada().Photo, 3));
            (await host.CheckOfAsync(id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        });
    }

    [Fact]
    public async Task An_edit_begun_before_a_check_and_saved_after_it_keeps_both()
    {
        await using var host = new TestHost();
        var edit = (await host.ReceiveAsync()).Profile!.Edit(TestHost.Kim);
        edit.Notes = "Met at the ball.";
        await host.DrainAsync();

        var saved = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        (saved.Notes, saved.Location).Should().Be(("Met at the ball.", "London"));
    }

    [Fact]
    public async Task Edits_that_race_with_a_result_are_not_lost()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var id = (await host.ReceiveAsync()).Profile!.Id;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await Repeat.AtOnce(
                20,
                async i =>
                {
                    if (i == 10)
                    {
                        held.Release();
                    }
                    else
                    {
                        await host.EditAsync(id, edit => edit.Set(ProfileField.Custom($"key-{i}"), "value"));
                    }

                    return true;
                }
            );
            await drain;

            var after = await host.ReadAsync(id);
            (after.CustomProperties.Count, after.Location, after.Version).Should().Be((19, "London", 21));
        });
    }

    [Fact]
    public async Task A_result_is_written_after_lost_races()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var changes = 0;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync) && changes++ < 10)
            {
                await host.EditAsync(id, edit => edit.Notes = $"Change {changes}.");
            }
        };
        await host.DrainAsync();

        var after = await host.ReadAsync(id);
        (after.Notes, after.Location, after.Version).Should().Be(("Change 10.", "London", 12));
        store.Calls.Count(call => call == nameof(ICustomerProfileStore.CompleteCheckAsync)).Should().Be(11);
        host.Provider.Calls.Should().Be(1, "the result is in hand and is not looked up again");
    }

    [Fact]
    public async Task A_value_removed_by_an_agent_while_a_result_is_written_stays_removed()
    {
        await using var host = TestHost.WithFaults(out var store);
        var id = (await host.ReceiveAsync()).Profile!.Id;
        var once = true;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync) && once)
            {
                once = false;
                await host.Profiles.ClearPhotoAsync(id, TestHost.Kim);
            }
        };
        await host.DrainAsync();

        (await host.ReadAsync(id)).Find(ProfileField.Photo)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task A_result_without_news_does_not_raise_the_version()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        await host.DrainAsync();

        (await host.ReadAsync(before)).Should().BeSameAs(before);
        (await host.CheckOfAsync(before.Id))!.LastCheckAt.Should().Be(host.Now, "it was a check all the same");
    }

    [Fact]
    public async Task An_edit_begun_before_a_check_that_finds_nothing_new_meets_no_other_version()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        var edit = before.Edit(TestHost.Kim);
        edit.Notes = "Met at the ball.";
        await host.DrainAsync();

        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Version.Should()
            .Be(before.Version + 1);
    }

    [Fact]
    public async Task No_match_takes_nothing_away()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        host.Provider.Next(new ProviderResult.NoMatch());
        await host.DrainAsync();

        (await host.ReadAsync(before)).Should().BeSameAs(before);
        (await host.CheckOfAsync(before.Id))!.LastOutcome.Should().Be(CheckOutcome.NoMatch);
    }

    [Fact]
    public async Task A_name_that_a_conversation_brings_during_a_check_wins_over_the_providers()
    {
        await Repeat.ManyTimes(async () =>
        {
            await using var host = new TestHost();
            var id = (await host.ReceiveAsync("ada@example.com")).Profile!.Id;
            var held = host.Provider.HoldNext();
            var drain = host.BeginDrain();
            await held.Arrived;
            await host.ReceiveAsync();
            held.Release();
            await drain;

            (await host.ReadAsync(id)).Name!.Full.Should().Be("Ada Lovelace");
        });
    }
}
