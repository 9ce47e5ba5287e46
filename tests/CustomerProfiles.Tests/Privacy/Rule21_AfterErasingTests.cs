using CustomerProfiles.Providers;
using CustomerProfiles.Tests.Merging;
using NodaTime;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Rule 21: after erasing nothing that was on its way brings anybody back, and no backup does.</summary>
public sealed class Rule21_AfterErasingTests
{
    [Fact]
    public async Task A_conversation_that_is_delivered_again_within_seven_days_brings_nobody_back()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync(id: "case 1")).Profile!;
        await host.ErasedAsync(ada.Id);

        (await host.ReceiveAsync(id: "case 1"))
            .Should()
            .BeOfType<ConversationOutcome.Declined>()
            .Which.Reason.Should()
            .Be(DeclineReason.Erased);
        host.Time.Advance(TimeSpan.FromDays(6));
        (await host.ComposeAsync(id: "case 1")).Should().BeOfType<ConversationOutcome.Declined>();
        host.Time.Advance(TimeSpan.FromDays(2));
        (await host.ReceiveAsync(id: "case 1")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task A_new_message_makes_a_new_customer_under_a_new_id()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync(id: "case 1")).Profile!;
        await host.ErasedAsync(ada.Id);
        (await host.ReceiveAsync(id: "case 2"))
            .Should()
            .BeOfType<ConversationOutcome.Created>()
            .Which.Profile.Id.Should()
            .NotBe(ada.Id);
        (await host.ReceiveAsync(id: "case 1")).Should().BeOfType<ConversationOutcome.Existing>();
    }

    [Fact]
    public async Task Conversations_of_more_than_seven_days_before_are_not_kept_in_mind()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync(id: "old")).Profile!;
        host.Time.Advance(TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1));
        await host.ReceiveAsync(id: "new");
        await host.ErasedAsync(ada.Id);
        (await host.ReceiveAsync(id: "new")).Should().BeOfType<ConversationOutcome.Declined>();
        (await host.ReceiveAsync(id: "old")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task The_conversations_of_whom_the_customer_has_absorbed_are_kept_in_mind_too()
    {
        await using var host = new TestHost();
        var ada = (await host.ReceiveAsync(id: "ada's")).Profile!;
        var grace = (await host.ReceiveAsync(MergingSteps.Grace, "grace's")).Profile!;
        await host.MergedAsync(grace.Id, ada.Id);
        await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim, new ErasureOptions { IncludeAbsorbed = true });
        (await host.ReceiveAsync(MergingSteps.Grace, "grace's")).Should().BeOfType<ConversationOutcome.Declined>();
    }

    [Fact]
    public async Task Within_the_window_an_agent_may_create_the_customer_again()
    {
        await using var host = new TestHost();
        await host.ErasedAsync((await host.ReceiveAsync(id: "case 1")).Profile!.Id);
        var again = await host.CreatedAsync(new NewProfile { Identities = [TestHost.AdasAddress] });
        (await host.ReceiveAsync(id: "case 1"))
            .Should()
            .BeOfType<ConversationOutcome.Existing>()
            .Which.Profile.Id.Should()
            .Be(again.Id);
    }

    [Fact]
    public async Task A_host_without_a_redelivery_window_keeps_no_conversation_in_mind()
    {
        await using var host = new TestHost(options => options.RedeliveryWindow = Period.Zero);
        await host.ErasedAsync((await host.ReceiveAsync(id: "case 1")).Profile!.Id);
        (await host.ReceiveAsync(id: "case 1")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task Retention_removes_what_is_kept_in_mind_when_it_is_over()
    {
        await using var host = new TestHost();
        await host.ErasedAsync((await host.ReceiveAsync(id: "case 1")).Profile!.Id);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).GuardsRemoved.Should().Be(0);
        host.Time.Advance(TimeSpan.FromDays(7));
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).GuardsRemoved.Should().Be(1);
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).GuardsRemoved.Should().Be(0);
    }

    [Fact]
    public async Task A_late_result_is_dropped_and_an_edit_learns_that_the_customer_was_erased()
    {
        await using var host = new TestHost();
        var (ada, callback) = await host.WaitingAsync();
        var edit = (await host.ReadAsync(ada)).Edit(TestHost.Kim);
        var receipt = await host.ErasedAsync(ada);
        (await host.TakeAsync(callback)).Should().Be(CallbackReceipt.NotExpected);
        edit.Company = "Engines";
        foreach (
            var outcome in new[]
            {
                await host.Profiles.SaveAsync(edit),
                await host.Profiles.ClearPhotoAsync(ada, TestHost.Kim),
                await host.Profiles.ResetPhotoAsync(ada, TestHost.Kim),
            }
        )
        {
            outcome.Should().BeOfType<SaveOutcome.Erased>().Which.Receipt.Id.Should().Be(receipt.Id);
        }

        (await host.DrainAsync()).Should().Be(0);
        (await host.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().BeEmpty();
    }

    [Fact]
    public async Task Receipts_replayed_over_a_restored_backup_erase_again_and_keep_the_marks()
    {
        (string, string) key = ("2026", ErasingSteps.Secret);
        await using var host = ErasingSteps.HostWith(key);
        var ada = await ErasableAsync(host, TestHost.Ada);
        var grace = await ErasableAsync(host, MergingSteps.Grace);
        await host.Profiles.Privacy.EraseAsync(
            ada,
            TestHost.Kim,
            new ErasureOptions { Identities = ErasedIdentities.DoNotKeep, CaseReference = "case 9" }
        );
        host.Time.Advance(TimeSpan.FromHours(1));
        await host.ErasedAsync(grace);
        var kept = (await host.ReceiptsAsync()).ConvertAll(receipt => receipt.ToJson());

        await using var restored = ErasingSteps.HostWith(key);
        (await ErasableAsync(restored, TestHost.Ada, ada)).Should().Be(ada);
        await ErasableAsync(restored, "Alan <alan@example.org>");
        var receipts = kept.ConvertAll(ErasureReceipt.Parse);
        var replay = await restored.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());

        (replay.Receipts, replay.Left.Length).Should().Be((2, 0));
        replay.Erased.Should().Equal(ada);
        (await restored.Profiles.ListAsync(new ProfileQuery())).Profiles.Should().HaveCount(1);
        (await restored.ReceiveAsync()).Should().BeOfType<ConversationOutcome.Declined>();
        var again = (await restored.ReceiptsAsync()).Should().ContainSingle().Subject;
        (again.Id, again.At, again.By, again.CaseReference)
            .Should()
            .Be((receipts[0].Id, receipts[0].At, "kim", "case 9"));
        again.Marks.Should().BeEquivalentTo(receipts[0].Marks).And.ContainSingle();
        replay = await restored.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());
        replay.Erased.Should().BeEmpty("the second time nobody is left");
    }

    [Fact]
    public async Task Two_who_were_merged_after_the_backup_are_both_erased_again()
    {
        await using var host = new TestHost();
        var ada = await ErasableAsync(host, TestHost.Ada);
        var grace = await ErasableAsync(host, MergingSteps.Grace);
        await host.MergedAsync(grace, ada);
        await host.Profiles.Privacy.EraseAsync(ada, TestHost.Kim, new ErasureOptions { IncludeAbsorbed = true });

        await using var restored = new TestHost();
        await ErasableAsync(restored, TestHost.Ada, ada);
        await ErasableAsync(restored, MergingSteps.Grace, grace);
        var replay = await restored.Profiles.Privacy.ReplayErasuresAsync((await host.ReceiptsAsync()).OneByOne());
        replay.Erased.Should().BeEquivalentTo([ada, grace]);
    }

    [Fact]
    public async Task A_customer_who_is_merged_with_somebody_else_in_the_backup_is_left_and_named()
    {
        await using var host = new TestHost();
        var ada = await ErasableAsync(host, TestHost.Ada);
        await host.ErasedAsync(ada);

        await using var restored = new TestHost();
        await ErasableAsync(restored, TestHost.Ada, ada);
        var grace = await ErasableAsync(restored, MergingSteps.Grace);
        await restored.MergedAsync(ada, grace);
        var receipts = await host.ReceiptsAsync();
        var replay = await restored.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());
        replay.Left.Should().Equal(ada);
        (await restored.Profiles.GetAsync(grace)).Should().NotBeNull();
    }

    [Fact]
    public async Task Somebody_absorbed_in_the_backup_whom_the_receipt_does_not_name_is_not_erased()
    {
        await using var host = new TestHost();
        var ada = await ErasableAsync(host, TestHost.Ada);
        await host.ErasedAsync(ada);

        await using var restored = new TestHost();
        await ErasableAsync(restored, TestHost.Ada, ada);
        var grace = await ErasableAsync(restored, MergingSteps.Grace);
        await restored.MergedAsync(grace, ada);
        var receipts = await host.ReceiptsAsync();
        var replay = await restored.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());
        (replay.Erased.Length, replay.Left.Single()).Should().Be((0, ada));
        (await restored.Profiles.GetAsync(ada))!.Identities.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_replay_that_stopped_between_two_of_one_receipt_goes_on()
    {
        await using var host = new TestHost();
        var ada = await ErasableAsync(host, TestHost.Ada);
        var grace = await ErasableAsync(host, MergingSteps.Grace);
        await host.MergedAsync(grace, ada);
        await host.Profiles.Privacy.EraseAsync(ada, TestHost.Kim, new ErasureOptions { IncludeAbsorbed = true });
        var receipts = await host.ReceiptsAsync();

        await using var restored = TestHost.WithFaults(out var store);
        await ErasableAsync(restored, TestHost.Ada, ada);
        await ErasableAsync(restored, MergingSteps.Grace, grace);
        var erasures = 0;
        store.Before = call =>
            call == nameof(CustomerProfiles.Stores.IErasureStore.EraseAsync) && ++erasures == 2
                ? throw new IOException()
                : Task.CompletedTask;
        await restored
            .Profiles.Privacy.Awaiting(privacy => privacy.ReplayErasuresAsync(receipts.OneByOne()).AsTask())
            .Should()
            .ThrowAsync<IOException>();
        store.Before = null;

        var replay = await restored.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());
        replay.Erased.Should().Equal(grace);
        (await restored.ReceiptsAsync()).Select(receipt => receipt.Id).Should().OnlyHaveUniqueItems().And.HaveCount(2);
    }

    [Fact]
    public async Task A_replay_begins_a_redelivery_window_for_the_conversations_of_the_backup()
    {
        await using var host = new TestHost();
        var ada = await ErasableAsync(host, TestHost.Ada);
        await host.ErasedAsync(ada);

        await using var restored = new TestHost();
        await ErasableAsync(restored, TestHost.Ada, ada);
        await restored.ReceiveAsync(id: "in the backup");
        await restored.Profiles.Privacy.ReplayErasuresAsync((await host.ReceiptsAsync()).OneByOne());

        restored.Time.Advance(TimeSpan.FromDays(6));
        (await restored.ReceiveAsync(id: "in the backup")).Should().BeOfType<ConversationOutcome.Declined>();
        restored.Time.Advance(TimeSpan.FromDays(2));
        (await restored.ReceiveAsync(id: "in the backup")).Should().BeOfType<ConversationOutcome.Created>();
    }

    [Fact]
    public async Task A_replay_brings_hashes_back_that_were_allowed_since()
    {
        await using var host = ErasingSteps.HostWith(("2026", ErasingSteps.Secret));
        await host.ErasedAsync(await ErasableAsync(host, TestHost.Ada), ErasedIdentities.DoNotKeep);
        var receipts = await host.ReceiptsAsync();
        await host.Profiles.Privacy.AllowAsync(TestHost.AdasAddress);

        var replay = await host.Profiles.Privacy.ReplayErasuresAsync(receipts.OneByOne());

        (replay.Receipts, replay.Erased.Length).Should().Be((1, 0));
        (await host.ReceiveAsync()).Should().BeOfType<ConversationOutcome.Declined>();
        (await host.ReceiptsAsync()).Should().ContainSingle("a receipt that is there is not written again");
    }

    [Fact]
    public async Task Receipts_with_marks_of_a_key_that_the_host_lacks_are_refused()
    {
        await using var host = ErasingSteps.HostWith(("2026", ErasingSteps.Secret));
        await host.ErasedAsync(await ErasableAsync(host, TestHost.Ada), ErasedIdentities.DoNotKeep);
        var receipts = await host.ReceiptsAsync();
        await using var restored = new TestHost();
        await restored
            .Profiles.Privacy.Awaiting(privacy => privacy.ReplayErasuresAsync(receipts.OneByOne()).AsTask())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("*key '2026:*'*");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"x\"}")]
    public void What_is_no_receipt_is_refused(string json) =>
        FluentActions
            .Invoking(() => ErasureReceipt.Parse(json))
            .Should()
            .Throw<FormatException>()
            .WithMessage("This is no receipt of an erasure*");

    /// <summary>A customer who is found by an address, under an id of the test's own if one is given.</summary>
    private static async Task<CustomerId> ErasableAsync(TestHost host, string from, CustomerId? id = null)
    {
        NamedAddress.TryParse(from, out var named).Should().BeTrue();
        var outcome = await host.Profiles.CreateAsync(
            new NewProfile { Id = id, Identities = [Identity.Email(named.Address)] },
            TestHost.Kim
        );
        return outcome.Should().BeOfType<CreateOutcome.Created>().Subject.Profile.Id;
    }
}
