using System.Collections.Immutable;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Tests.Merging;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>Rule 19: erasing takes everything, for good, and leaves a receipt without personal data.</summary>
public sealed class Rule19_ErasingTests
{
    [Fact]
    public async Task An_erased_customer_is_found_by_nothing_and_a_new_message_makes_a_new_customer()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        await host.EditAsync(ada.Id, edit => edit.Notes = "Pays late.");
        var receipt = await ErasedAsync(host, ada.Id);

        receipt.Customers.Should().Equal(ada.Id);
        (receipt.By, receipt.At, receipt.CaseReference).Should().Be(("kim", host.Now, null));
        (receipt.Identities, receipt.Conversations, receipt.Marks.Length).Should().Be((1, 1, 0));
        receipt.Changes.Should().Be(2, "a check and an edit changed her");
        receipt.Providers.Should().Equal(FakeProvider.DefaultName);

        (await host.Profiles.GetAsync(ada.Id)).Should().BeNull();
        (await host.Profiles.FindAsync(TestHost.AdasAddress)).Should().BeNull();
        (await host.Profiles.History.GetAsync(ada.Id)).Should().BeNull();
        (await host.Profiles.Privacy.ExportAsync(ada.Id)).Should().BeNull();
        (await host.Profiles.SearchAsync(new ProfileSearchQuery { Text = "ada" })).Profiles.Should().BeEmpty();
        (await host.Profiles.Merging.ResolveAsync(ada.Id))
            .Should()
            .BeOfType<CustomerResolution.Erased>()
            .Which.Receipt.Id.Should()
            .Be(receipt.Id);
        (await host.Profiles.CreateAsync(new NewProfile { Id = ada.Id }, TestHost.Kim))
            .Should()
            .BeOfType<CreateOutcome.Exists>();
        (await host.WriterAsync(TestHost.Ada)).Id.Should().NotBe(ada.Id);
    }

    [Fact]
    public async Task Erasing_again_returns_the_same_receipt_and_nobody_is_not_found()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var receipt = await ErasedAsync(host, ada.Id, new ErasureOptions { CaseReference = "case 9" });
        receipt.CaseReference.Should().Be("case 9");
        host.Time.Advance(TimeSpan.FromDays(1));
        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.AlreadyErased>()
            .Which.Receipt.Should()
            .BeEquivalentTo(receipt);
        (await host.Profiles.Privacy.EraseAsync(CustomerId.New(host.Now), TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.NotFound>();
        (await host.Profiles.Privacy.EraseAsync(default, TestHost.Kim)).Should().BeOfType<EraseOutcome.NotFound>();
        (await host.Profiles.ForTenant(new TenantId("other")).Privacy.EraseAsync(ada.Id, TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.NotFound>();
        await host
            .Profiles.Privacy.Invoking(privacy => privacy.EraseAsync(ada.Id, default).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        FluentActions.Invoking(() => new ErasureOptions { CaseReference = " " }).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task A_merge_that_can_still_be_undone_keeps_from_erasing_unless_that_is_wanted()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.HasMerges>()
            .Which.Merges.Should()
            .Equal(merge);
        var absorbed = (await host.Profiles.Privacy.EraseAsync(grace.Id, TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.MergedInto>()
            .Subject;
        (absorbed.Into, absorbed.Merge, absorbed.Code).Should().Be((ada.Id, merge, "merged-into"));
        (await host.ReadAsync(ada.Id)).Identities.Should().HaveCount(2);

        var receipt = await ErasedAsync(host, ada.Id, new ErasureOptions { IncludeAbsorbed = true });
        receipt.Customers.Should().Equal(ada.Id, grace.Id);
        (receipt.Identities, receipt.Conversations).Should().Be((2, 2));
        (await host.Profiles.Merging.ResolveAsync(grace.Id)).Should().BeOfType<CustomerResolution.Erased>();
        (await host.Profiles.Merging.UnmergeAsync(merge, TestHost.Kim)).Should().BeOfType<UnmergeOutcome.NotFound>();
    }

    [Fact]
    public async Task Whoever_was_absorbed_without_the_caller_knowing_keeps_from_erasing()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var alan = await host.WriterAsync("alan@example.org");
        await host.MergedAsync(grace.Id, ada.Id);
        var unknown = (await host.MergedAsync(alan.Id, ada.Id)).Merge;
        var nobody = new ErasureOptions { IncludeAbsorbed = true, OnlyAbsorbed = default(ImmutableArray<CustomerId>) };
        var known = new ErasureOptions { IncludeAbsorbed = true, OnlyAbsorbed = [grace.Id] };

        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim, known))
            .Should()
            .BeOfType<EraseOutcome.HasMerges>()
            .Which.Merges.Should()
            .Equal(unknown);

        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim, nobody))
            .Should()
            .BeOfType<EraseOutcome.HasMerges>()
            .Which.Merges.Should()
            .HaveCount(2);

        (await host.ReadAsync(ada.Id)).Id.Should().Be(ada.Id);
        var both = new ErasureOptions { IncludeAbsorbed = true, OnlyAbsorbed = [grace.Id, alan.Id] };
        (await ErasedAsync(host, ada.Id, both)).Customers.Should().BeEquivalentTo([ada.Id, grace.Id, alan.Id]);
    }

    [Fact]
    public async Task A_merge_that_has_lapsed_does_not_keep_from_erasing()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        await host.MergedAsync(grace.Id, ada.Id);
        host.Time.Advance(TimeSpan.FromDays(91));
        (await host.Profiles.Privacy.ApplyRetentionAsync(TestHost.Kim)).MergesLapsed.Should().Be(1);
        (await ErasedAsync(host, ada.Id)).Customers.Should().BeEquivalentTo([ada.Id, grace.Id]);
    }

    [Fact]
    public async Task Receipts_are_listed_oldest_first_each_once()
    {
        await using var host = new TestHost();
        var erased = new List<Guid>();
        for (var i = 0; i < 205; i++)
        {
            var one = await host.CreatedAsync(new NewProfile { Company = $"Company {i}" });
            erased.Add((await ErasedAsync(host, one.Id)).Id);
            host.Time.Advance(TimeSpan.FromSeconds(i % 3));
        }

        (await ListAsync(TestHost.Start)).Should().BeEquivalentTo(erased).And.HaveCount(205);
        (await ListAsync(host.Now + NodaTime.Duration.FromSeconds(1))).Should().BeEmpty();

        async Task<List<Guid>> ListAsync(NodaTime.Instant since)
        {
            var found = new List<ErasureReceipt>();
            await foreach (var receipt in host.Profiles.Privacy.GetErasuresAsync(since))
            {
                found.Add(receipt);
            }

            found.Select(receipt => receipt.At).Should().BeInAscendingOrder();
            return [.. found.Select(receipt => receipt.Id)];
        }
    }

    [Fact]
    public async Task A_customer_whom_others_change_again_and_again_is_not_erased()
    {
        await using var host = TestHost.WithFaults(out var store);
        var ada = await host.WriterAsync(TestHost.Ada);
        var edits = 0;
        store.Before = async call =>
        {
            if (call == nameof(IErasureStore.EraseAsync))
            {
                await host.EditAsync(ada.Id, edit => edit.Company = $"Company {++edits}");
            }
        };

        (await host.Profiles.Privacy.EraseAsync(ada.Id, TestHost.Kim))
            .Should()
            .BeOfType<EraseOutcome.Busy>()
            .Which.Code.Should()
            .Be("busy");
        edits.Should().Be(ProfileWriter.MaxRaces);
        (await host.ReadAsync(ada.Id)).Company.Should().Be($"Company {edits}");
        (await host.ReceiptsAsync()).Should().BeEmpty();

        store.Before = null;
        (await ErasedAsync(host, ada.Id)).Changes.Should().Be(edits);
    }

    [Fact]
    public async Task A_store_that_cannot_erase_is_named()
    {
        await using var host = new TestHost(
            store: BaseStore.Over(new InMemoryCustomerProfileStore(TimeProvider.System))
        );
        var ada = await host.WriterAsync(TestHost.Ada);
        await host
            .Profiles.Privacy.Invoking(privacy => privacy.EraseAsync(ada.Id, TestHost.Kim).AsTask())
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage($"* erases nobody*{nameof(IErasureStore)}*");
    }

    private static async Task<ErasureReceipt> ErasedAsync(
        TestHost host,
        CustomerId id,
        ErasureOptions? options = null
    ) =>
        (await host.Profiles.Privacy.EraseAsync(id, TestHost.Kim, options))
            .Should()
            .BeOfType<EraseOutcome.Erased>()
            .Subject.Receipt;
}
