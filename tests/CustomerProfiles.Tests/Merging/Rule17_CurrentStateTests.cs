using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 17: a merge meets the current state, and what was under way meets the merge.</summary>
public sealed class Rule17_CurrentStateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_edit_that_was_read_before_is_saved_to_the_survivor(bool ofAbsorbed)
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var edit = (await host.ReadAsync(ofAbsorbed ? grace.Id : ada.Id)).Edit(TestHost.Kim);
        await host.MergedAsync(grace.Id, ada.Id);

        edit.JobTitle = "Admiral";
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("third@example.net")));
        var saved = (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
        (saved.Id, saved.JobTitle).Should().Be((ada.Id, "Admiral"));
        saved
            .Emails.Select(email => email.Address.Normalized)
            .Should()
            .BeEquivalentTo("ada@example.com", "grace@example.org", "third@example.net");
    }

    [Fact]
    public async Task An_edit_of_a_value_that_lost_against_the_survivors_is_a_conflict_with_both()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.EditAsync(ada.Id, edit => edit.Company = "Engines");
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");
        var edit = (await host.ReadAsync(grace.Id)).Edit(TestHost.Kim);
        await host.MergedAsync(grace.Id, ada.Id);

        edit.Company = "US Navy";
        var conflict = (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Conflict>()
            .Subject.Fields.Should()
            .ContainSingle()
            .Subject;
        (conflict.Read!.Value, conflict.Theirs!.Value, conflict.Yours!.Value)
            .Should()
            .Be(("Navy", "Engines", "US Navy"));
        (await host.ReadAsync(ada.Id)).Company.Should().Be("Engines");
    }

    [Fact]
    public async Task A_stale_edit_that_clears_what_the_merge_filled_clears_it()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        await host.EditAsync(grace.Id, edit => edit.Company = "Navy");
        var edit = (await host.ReadAsync(grace.Id)).Edit(TestHost.Kim);
        await host.MergedAsync(grace.Id, ada.Id);
        edit.Company = null;
        (await host.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
        (await host.ReadAsync(ada.Id)).Find(ProfileField.Company)!.IsCleared.Should().BeTrue();
    }

    [Fact]
    public async Task A_callback_for_the_absorbed_customer_is_taken_for_the_survivor()
    {
        await using var host = new TestHost();
        var (grace, callback) = await host.WaitingAsync(MergingSteps.Grace);
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.MergedAsync(grace, ada.Id);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(ada.Id)).Location.Should().Be("London");
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.AlreadyCompleted);
    }

    [Fact]
    public async Task A_callback_after_the_merge_is_undone_is_taken_for_whom_it_was_about()
    {
        await using var host = new TestHost();
        var (grace, callback) = await host.WaitingAsync(MergingSteps.Grace);
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.UnmergedAsync((await host.MergedAsync(grace, ada.Id)).Merge);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(grace)).Location.Should().Be("London");
        (await host.ReadAsync(ada.Id)).Location.Should().BeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_result_that_arrives_after_the_provider_was_disabled_or_the_survivor_suppressed_is_dropped(
        bool isDisabled
    )
    {
        await using var host = new TestHost();
        var (grace, callback) = await host.WaitingAsync(MergingSteps.Grace);
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.MergedAsync(grace, ada.Id);
        if (isDisabled)
        {
            await host.SetEnabledAsync(false);
        }
        else
        {
            await host.Profiles.SuppressAsync(ada.Id, TestHost.Kim);
        }

        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.Accepted);
        (await host.ReadAsync(ada.Id)).Location.Should().BeNull();
        (await host.CheckOfAsync(ada.Id))!.LastOutcome.Should().Be(CheckOutcome.Dropped);
    }

    [Fact]
    public async Task A_check_that_fails_after_the_merge_is_tried_again_for_the_survivor()
    {
        await using var host = new TestHost();
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.MergedAsync(grace.Id, ada.Id);
        held.Release(new ProviderResult.Failed(ProviderFailure.Unavailable, NodaTime.Duration.FromMinutes(1)));
        await drain;
        host.Time.Advance(TimeSpan.FromHours(1));
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(ada.Id)).Location.Should().Be("London");
    }

    [Fact]
    public async Task A_failure_after_the_merge_is_recorded_and_the_lookup_is_not_made_again()
    {
        await using var host = new TestHost();
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        await host.MergedAsync(grace.Id, ada.Id);
        held.Release(new ProviderResult.Failed(ProviderFailure.NoResponse));
        await drain;
        var check = (await host.CheckOfAsync(ada.Id))!;
        (check.IsPending, check.LastFailure).Should().Be((false, ProviderFailure.NoResponse));
        host.Time.Advance(TimeSpan.FromHours(1));
        (await host.DrainAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_result_that_was_planned_for_the_survivor_is_not_written_to_who_is_separated_again()
    {
        await using var host = TestHost.WithFaults(out var store);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var held = host.Provider.HoldNext();
        var drain = host.BeginDrain();
        await held.Arrived;
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress], Company = "Engines" });
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var calls = 0;
        store.Before = async call =>
        {
            // The first call finds the survivor, the second one is about to write to them.
            if (call == nameof(ICustomerProfileStore.CompleteCheckAsync) && ++calls == 2)
            {
                await host.UnmergedAsync(merge);
            }
        };
        held.Release();
        await drain;
        store.Before = null;
        var separated = await host.ReadAsync(grace.Id);
        (separated.Id, separated.Location).Should().Be((grace.Id, "London"));
        separated.Emails.Should().ContainSingle().Which.Address.Normalized.Should().Be("grace@example.org");
        var survivor = await host.ReadAsync(ada.Id);
        (survivor.Company, survivor.Location).Should().Be(("Engines", null));
    }

    [Fact]
    public async Task Suppressing_by_an_absorbed_id_reaches_them_although_the_merge_is_undone_at_that_moment()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (ada, grace) = await BothAsync(host);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var calls = 0;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.SetSuppressedAsync) && ++calls == 2)
            {
                await host.UnmergedAsync(merge);
            }
        };
        (await host.Profiles.SuppressAsync(grace.Id, TestHost.Kim)).Should().BeTrue();
        store.Before = null;
        (await host.Profiles.GetSidebarAsync(grace.Id))!.IsSuppressed.Should().BeTrue();
    }

    [Fact]
    public async Task An_edit_of_an_absorbed_customer_is_saved_to_them_when_the_merge_is_undone_at_that_moment()
    {
        await using var host = TestHost.WithFaults(out var store);
        var (ada, grace) = await BothAsync(host);
        var edit = grace.Edit(TestHost.Kim);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var calls = 0;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.UpdateAsync) && ++calls == 2)
            {
                await host.UnmergedAsync(merge);
            }
        };
        edit.Notes = "Grace's.";
        (await host.Profiles.SaveAsync(edit))
            .Should()
            .BeOfType<SaveOutcome.Saved>()
            .Which.Profile.Id.Should()
            .Be(grace.Id);
        store.Before = null;
        (await host.ReadAsync(grace.Id)).Notes.Should().Be("Grace's.");
        (await host.ReadAsync(ada.Id)).Notes.Should().BeNull();
    }

    [Fact]
    public async Task A_conversation_that_comes_between_reading_and_requesting_a_check_is_looked_up_for_the_survivor()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        var grace = await host.CreatedAsync(new NewProfile { Identities = [TestHost.IdentityOf("grace@example.org")] });
        var isMerged = false;
        store.Before = async call =>
        {
            if (call == nameof(ICustomerProfileStore.RequestCheckAsync) && !isMerged)
            {
                isMerged = true;
                await host.MergedAsync(grace.Id, ada.Id);
            }
        };
        (await host.DecideAsync(MergingSteps.Grace)).Requested.Should().BeTrue();
        (await host.DrainAsync()).Should().Be(1);
        (await host.ReadAsync(ada.Id)).Location.Should().Be("London");
    }

    [Theory]
    [InlineData("Grace Hopper <grace@example.org>")]
    [InlineData("Ada Lovelace <ada@example.com>")]
    public async Task A_conversation_before_a_merge_and_after_it_make_the_same_customer(string sender)
    {
        var before = await SurvivorAsync(conversationFirst: true);
        (await SurvivorAsync(conversationFirst: false)).Should().Be(before);
        before.Should().Contain(sender.Split(' ')[0]).And.Contain("by Conversation third");

        async Task<string> SurvivorAsync(bool conversationFirst)
        {
            await using var host = new TestHost();
            var ada = (await ReceiveAsync("first", "ada@example.com")).Profile!;
            var grace = (await ReceiveAsync("second", "grace@example.org")).Profile!;
            if (!conversationFirst)
            {
                await host.MergedAsync(grace.Id, ada.Id);
            }

            (await ReceiveAsync("third", sender)).Should().BeOfType<ConversationOutcome.Existing>();
            if (conversationFirst)
            {
                await host.MergedAsync(grace.Id, ada.Id);
            }

            // The order of a profile's values says nothing.
            return string.Join('\n', (await host.ReadAsync(ada.Id)).Content().Split('\n').Order());

            async Task<ConversationOutcome> ReceiveAsync(string id, string from) =>
                await host.Profiles.ConversationReceivedAsync(new Conversation(id, from, host.Now));
        }
    }

    [Fact]
    public async Task Opposite_merges_at_once_make_one_customer()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var outcomes = await Task.WhenAll(
            Task.Run(() => MergeAsync(host, ada.Id, grace.Id)),
            Task.Run(() => MergeAsync(host, grace.Id, ada.Id))
        );
        var merged = outcomes.OfType<MergeOutcome.Merged>().Should().ContainSingle().Subject;
        var already = outcomes.OfType<MergeOutcome.AlreadyMerged>().Should().ContainSingle().Subject;
        (already.Into, already.Merge).Should().Be((merged.Profile.Id, merged.Merge));
    }

    [Fact]
    public async Task Merges_in_a_ring_leave_one_survivor()
    {
        await using var host = new TestHost();
        const int Count = 8;
        var ring = new CustomerId[Count];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = (await host.WriterAsync($"person-{i}@example.com")).Id;
        }

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, Count).Select(i => Task.Run(() => MergeAsync(host, ring[i], ring[(i + 1) % Count])))
        );
        outcomes.OfType<MergeOutcome.Merged>().Should().HaveCount(Count - 1, "each of the others was absorbed once");
        var survivors = new HashSet<CustomerId>();
        foreach (var id in ring)
        {
            survivors.Add((await host.ReadAsync(id)).Id);
        }

        var survivor = await host.ReadAsync(survivors.Should().ContainSingle().Subject);
        survivor.Identities.Should().HaveCount(Count);
    }

    [Fact]
    public async Task Conversations_at_the_moment_of_merging_and_unmerging_never_make_a_second_customer()
    {
        await using var host = new TestHost();
        var (ada, grace) = await BothAsync(host);
        var count = 0;
        var done = false;
        var writer = Task.Run(async () =>
        {
            while (!Volatile.Read(ref done))
            {
                var id = $"busy-{count++}";
                var first = await host.ReceiveAsync(MergingSteps.Grace, id);
                first.Should().BeOfType<ConversationOutcome.Existing>();
                (await host.DecideAsync(MergingSteps.Grace, id)).Reason.Should().Be(CheckReason.KnownConversation);
            }
        });
        for (var i = 0; i < 100; i++)
        {
            await host.UnmergedAsync((await host.MergedAsync(grace.Id, ada.Id)).Merge);
        }

        Volatile.Write(ref done, true);
        await writer;
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Profiles.Select(profile => profile.Id)
            .Should()
            .BeEquivalentTo([ada.Id, grace.Id]);
        for (var i = 0; i < count; i++)
        {
            (await host.DecideAsync(MergingSteps.Grace, $"busy-{i}")).Reason.Should().Be(CheckReason.KnownConversation);
        }
    }

    private static async Task<MergeOutcome> MergeAsync(TestHost host, CustomerId from, CustomerId into)
    {
        while (true)
        {
            var outcome = await host.Profiles.Merging.MergeAsync(
                new MergeRequest { From = from, Into = into },
                TestHost.Kim
            );
            if (outcome is not MergeOutcome.Busy)
            {
                return outcome;
            }
        }
    }

    private static async Task<(CustomerProfile Ada, CustomerProfile Grace)> BothAsync(TestHost host)
    {
        var both = (await host.WriterAsync(TestHost.Ada), await host.WriterAsync(MergingSteps.Grace));
        await host.DrainAsync();
        return both;
    }
}
