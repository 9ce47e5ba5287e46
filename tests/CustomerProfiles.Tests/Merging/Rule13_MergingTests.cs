using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 13: two customers of a tenant become one; the caller names who goes and who stays.</summary>
public sealed class Rule13_MergingTests
{
    [Fact]
    public async Task The_customer_who_is_named_stays_and_has_the_identities_of_both()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);

        var merged = await host.MergedAsync(grace.Id, ada.Id);
        merged.Profile.Id.Should().Be(ada.Id);
        merged.Profile.Version.Should().Be(ada.Version + 1);
        (await host.ReadAsync(ada.Id)).Should().BeEquivalentTo(merged.Profile);
        (await host.Profiles.FindAsync(TestHost.IdentityOf("grace@example.org")))!.Id.Should().Be(ada.Id);
        (await host.ReceiveAsync(MergingSteps.Grace)).Profile!.Id.Should().Be(ada.Id);
        (await host.Profiles.ListAsync(new ProfileQuery()))
            .Profiles.Should()
            .ContainSingle()
            .Which.Id.Should()
            .Be(ada.Id);
    }

    [Fact]
    public async Task Nothing_merges_by_itself()
    {
        await using var host = new TestHost();
        var one = await host.WriterAsync("Ada Lovelace <ada@example.com>");
        var other = await host.WriterAsync("Ada Lovelace <ada@example.org>");
        other.Id.Should().NotBe(one.Id);
    }

    [Fact]
    public async Task Customers_without_an_identity_are_merged_too()
    {
        await using var host = new TestHost();
        var nameless = await host.CreatedAsync(new NewProfile { Notes = "Called on Monday." });
        var ada = await host.CreatedAsync(new NewProfile { Name = new PersonName("Ada Lovelace") });
        var merged = (await host.MergedAsync(nameless.Id, ada.Id)).Profile;
        merged.Identities.Should().BeEmpty();
        (merged.Name!.Full, merged.Notes).Should().Be(("Ada Lovelace", "Called on Monday."));
    }

    [Fact]
    public async Task Several_merges_are_undone_one_by_one_the_newest_first()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.NoMatch();
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        var mary = await host.CheckedAsync("Mary Shaw <mary@example.net>");
        var first = await host.MergedAsync(grace.Id, ada.Id);
        var second = await host.MergedAsync(mary.Id, ada.Id);

        // What the second one remembers of the survivor includes the first customer.
        (await host.Profiles.Merging.UnmergeAsync(first.Merge, TestHost.Kim))
            .Should()
            .BeOfType<UnmergeOutcome.Superseded>()
            .Which.Merge.Should()
            .Be(second.Merge);
        (await host.ReadAsync(grace.Id)).Id.Should().Be(ada.Id, "nothing was written");

        (await host.UnmergedAsync(second.Merge)).From.Content().Should().Be(mary.Content());
        (await host.Profiles.Merging.GetMergesAsync(ada.Id)).Select(merge => merge.Id).Should().Equal(first.Merge);
        var undone = await host.UnmergedAsync(first.Merge);
        undone.From.Content().Should().Be(grace.Content());
        undone.Into.Content().Should().Be(ada.Content());
    }

    [Fact]
    public async Task Merging_asks_no_provider()
    {
        await using var host = new TestHost();
        var ada = await host.CheckedAsync();
        var grace = await host.CheckedAsync(MergingSteps.Grace);
        host.PassTwoMonths();
        await host.MergedAsync(grace.Id, ada.Id);
        (await host.DrainAsync()).Should().Be(0);
        host.Provider.Calls.Should().Be(2);
    }

    [Fact]
    public async Task Who_merged_whom_and_when_is_listed()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        var merge = (await host.MergedAsync(grace.Id, ada.Id)).Merge;
        var expected = new MergeRecord
        {
            Id = merge,
            From = grace.Id,
            Into = ada.Id,
            At = host.Now,
            By = "kim",
        };
        (await host.Profiles.Merging.GetMergesAsync(ada.Id)).Should().Equal(expected);
        (await host.Profiles.Merging.GetMergesAsync(grace.Id)).Should().Equal(expected);
        (await host.Profiles.Merging.GetMergesAsync(CustomerId.New(host.Now))).Should().BeEmpty();
        (await host.Profiles.Merging.GetMergesAsync(default)).Should().BeEmpty();
        await host.UnmergedAsync(merge);
        (await host.Profiles.Merging.GetMergesAsync(ada.Id)).Should().BeEmpty();
    }

    [Fact]
    public async Task What_cannot_be_merged_is_refused_and_nothing_is_written()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var elsewhere = (await host.ReceiveAsync(MergingSteps.Grace, tenant: new TenantId("other"))).Profile!;
        var stranger = CustomerId.New(host.Now);

        (await MergeAsync(ada.Id, ada.Id)).Should().BeOfType<MergeOutcome.SameCustomer>();
        (await MergeAsync(elsewhere.Id, ada.Id))
            .Should()
            .BeOfType<MergeOutcome.NotFound>()
            .Which.Id.Should()
            .Be(elsewhere.Id);
        (await MergeAsync(ada.Id, elsewhere.Id))
            .Should()
            .BeOfType<MergeOutcome.NotFound>()
            .Which.Id.Should()
            .Be(elsewhere.Id);
        (await MergeAsync(ada.Id, stranger)).Should().BeOfType<MergeOutcome.NotFound>().Which.Id.Should().Be(stranger);
        (await MergeAsync(default, ada.Id)).Should().BeOfType<MergeOutcome.NotFound>();
        (await MergeAsync(ada.Id, default)).Should().BeOfType<MergeOutcome.NotFound>();
        (await host.ReadAsync(ada.Id)).Should().BeEquivalentTo(ada);

        async Task<MergeOutcome> MergeAsync(CustomerId from, CustomerId into)
        {
            var request = new MergeRequest { From = from, Into = into };
            (await host.Profiles.Merging.PreviewAsync(request)).Code.Should().NotBe("planned");
            return await host.Profiles.Merging.MergeAsync(request, TestHost.Kim);
        }
    }

    [Fact]
    public async Task A_merge_needs_somebody_who_makes_it()
    {
        await using var host = new TestHost();
        var request = new MergeRequest { From = CustomerId.New(host.Now), Into = CustomerId.New(host.Now) };
        var merging = host.Profiles.Merging;
        await merging.Invoking(it => it.MergeAsync(request, default).AsTask()).Should().ThrowAsync<ArgumentException>();
        await merging
            .Invoking(it => it.MergeAsync(null!, TestHost.Kim).AsTask())
            .Should()
            .ThrowAsync<ArgumentNullException>();
        await merging.Invoking(it => it.PreviewAsync(null!).AsTask()).Should().ThrowAsync<ArgumentNullException>();
        await merging
            .Invoking(it => it.UnmergeAsync(MergeId.From(Guid.NewGuid()), default).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        await merging
            .Invoking(it => it.UnmergeAsync(MergeId.From(Guid.NewGuid()), TestHost.Kim, " ").AsTask())
            .Should()
            .ThrowAsync<ArgumentException>();
        FluentActions
            .Invoking(() =>
                new MergeRequest
                {
                    From = default,
                    Into = default,
                    Choices = default,
                }
            )
            .Should()
            .Throw<ArgumentException>();
        var choice = new MergeChoice { Field = ProfileField.Company, Keep = MergeSource.From };
        FluentActions
            .Invoking(() =>
                new MergeRequest
                {
                    From = default,
                    Into = default,
                    Choices = [choice, choice],
                }
            )
            .Should()
            .Throw<ArgumentException>();
    }

    [Fact]
    public async Task A_store_that_cannot_merge_is_named_and_works_otherwise()
    {
        await using var host = new TestHost(
            store: BaseStore.Over(new InMemoryCustomerProfileStore(TimeProvider.System))
        );
        var ada = await host.WriterAsync(TestHost.Ada);
        var grace = await host.WriterAsync(MergingSteps.Grace);
        (await host.Profiles.GetAsync(CustomerId.New(host.Now))).Should().BeNull();
        await host
            .Profiles.Merging.Invoking(it =>
                it.MergeAsync(new MergeRequest { From = grace.Id, Into = ada.Id }, TestHost.Kim).AsTask()
            )
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage($"* merges no customers*{nameof(IMergingStore)}*");
    }
}
