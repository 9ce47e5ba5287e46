using CustomerProfiles.Stores;
using CustomerProfiles.Testing;

namespace CustomerProfiles.Tests.Merging;

/// <summary>Rule 32: duplicates are suggested with their reasons, and never merged by themselves.</summary>
public sealed class Rule32_DuplicateTests
{
    [Fact]
    public async Task Customers_with_something_in_common_are_suggested_with_score_and_reasons()
    {
        await using var host = Host();
        var ada = await CreatedAsync(host, "Ada Lovelace", "Engines", "ada@example.com", "+44 20 7946 0123");
        var byName = await CreatedAsync(host, "Lovelace, Ada", "engines", "a.lovelace@example.org");
        var byAddress = await CreatedAsync(host, "A. L.", null, "ada+shop@example.com", "020 7946 0123");
        await CreatedAsync(host, "Grace Hopper", "Navy", "grace@example.org");

        var found = await host.Profiles.Merging.FindDuplicatesAsync(ada.Id);
        found.Select(each => (each.Profile.Id, each.Score)).Should().Equal((byAddress.Id, 100), (byName.Id, 40));
        found[0].Reasons.Should().Equal(DuplicateReason.EmailAddress, DuplicateReason.PhoneNumber);
        found[1].Reasons.Should().Equal(DuplicateReason.NameAndCompany);
        (await host.Profiles.Merging.FindDuplicatesAsync(byName.Id))
            .Select(each => each.Profile.Id)
            .Should()
            .Equal(ada.Id);
        (await host.Profiles.GetAsync(byName.Id))!.Version.Should().Be(1, "nothing is merged by itself");
    }

    [Fact]
    public async Task A_switchboard_that_more_than_twenty_share_suggests_nobody()
    {
        await using var host = Host();
        var people = new List<CustomerProfile>();
        for (var i = 0; i < 20; i++)
        {
            people.Add(await CreatedAsync(host, $"Person {i}", null, $"p{i}@example.com", "+44 20 7946 0123"));
        }

        (await host.Profiles.Merging.FindDuplicatesAsync(people[0].Id)).Should().HaveCount(19);
        await CreatedAsync(host, "One More", null, "more@example.com", "+44 20 7946 0123");
        (await host.Profiles.Merging.FindDuplicatesAsync(people[0].Id)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_pair_that_was_said_to_be_no_duplicate_is_not_suggested_again_also_after_a_merge_elsewhere()
    {
        await using var host = Host();
        var ada = await CreatedAsync(host, "Ada Lovelace", "Engines", "ada@example.com");
        var twin = await CreatedAsync(host, "Ada Lovelace", "Engines", "twin@example.com");
        var other = await CreatedAsync(host, "Ada Lovelace", "Engines", "other@example.com");
        (await host.Profiles.Merging.MarkNotDuplicatesAsync(ada.Id, twin.Id, TestHost.Kim)).Should().BeTrue();

        await SuggestedAsync(host, ada.Id, other.Id);
        await SuggestedAsync(host, twin.Id, other.Id);
        await host.MergedAsync(twin.Id, other.Id);
        await SuggestedAsync(host, ada.Id);
        await SuggestedAsync(host, other.Id);
    }

    [Fact]
    public async Task Undoing_a_merge_makes_the_two_no_duplicates()
    {
        await using var host = Host();
        var ada = await CreatedAsync(host, "Ada Lovelace", "Engines", "ada@example.com");
        var twin = await CreatedAsync(host, "Ada Lovelace", "Engines", "twin@example.com");
        await SuggestedAsync(host, ada.Id, twin.Id);
        var merge = await host.MergedAsync(twin.Id, ada.Id);
        await SuggestedAsync(host, ada.Id);
        await host.UnmergedAsync(merge.Merge);
        await SuggestedAsync(host, ada.Id);
        await SuggestedAsync(host, twin.Id);
    }

    [Fact]
    public async Task Suggestions_follow_edits_and_an_absorbed_id_leads_to_its_survivor()
    {
        await using var host = Host();
        var ada = await CreatedAsync(host, "Ada Lovelace", "Engines", "ada@example.com");
        var twin = await CreatedAsync(host, "Ada Byron", "Engines", "twin@example.org");
        await SuggestedAsync(host, ada.Id);
        await host.EditAsync(twin.Id, edit => edit.Name = "Ada Lovelace");
        await SuggestedAsync(host, ada.Id, twin.Id);
        var grace = await CreatedAsync(host, "Grace Hopper", "Navy", "grace@example.net");
        await host.MergedAsync(grace.Id, ada.Id);
        await SuggestedAsync(host, grace.Id, twin.Id);
        await host.EditAsync(twin.Id, edit => edit.Company = "Navy");
        await SuggestedAsync(host, ada.Id);
    }

    [Fact]
    public async Task An_erased_customer_is_suggested_to_nobody()
    {
        await using var host = Host();
        var ada = await CreatedAsync(host, "Ada Lovelace", "Engines", "ada@example.com");
        var twin = await CreatedAsync(host, "Ada Lovelace", "Engines", "twin@example.com");
        await host.Profiles.Privacy.EraseAsync(twin.Id, TestHost.Kim);
        await SuggestedAsync(host, ada.Id);
        await SuggestedAsync(host, twin.Id);
        await SuggestedAsync(host, default);
    }

    [Fact]
    public async Task Indexing_writes_the_keys_of_every_customer_page_by_page()
    {
        var store = new FaultInjectingStore(
            new InMemoryCustomerProfileStore(TimeProvider.System, SearchableProperties.None, MatchKeys.Default)
        );
        await using var host = new TestHost(options => options.SuggestDuplicates = true, store: store);
        for (var i = 0; i < 101; i++)
        {
            await CreatedAsync(host, $"Person {i}", null, $"p{i}@example.com");
        }

        (await host.Profiles.Merging.IndexDuplicatesAsync()).Should().Be(101);
        store.Calls.Count(call => call == nameof(IDuplicateStore.WriteMatchKeysAsync)).Should().Be(2);
    }

    [Fact]
    public async Task Without_the_option_nobody_is_suggested_and_the_error_names_it()
    {
        await using var host = new TestHost();
        var ada = await host.WriterAsync(TestHost.Ada);
        var merging = host.Profiles.Merging;
        await merging
            .Awaiting(each => each.FindDuplicatesAsync(ada.Id).AsTask())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("*CustomerProfilesOptions.SuggestDuplicates*");
        await merging
            .Awaiting(each => each.IndexDuplicatesAsync().AsTask())
            .Should()
            .ThrowAsync<InvalidOperationException>();
    }

    [Fact]
    public async Task A_pair_is_two_customers_of_the_tenant()
    {
        await using var host = Host();
        var ada = await host.WriterAsync(TestHost.Ada);
        var merging = host.Profiles.Merging;
        (await merging.MarkNotDuplicatesAsync(ada.Id, CustomerId.New(host.Now), TestHost.Kim)).Should().BeFalse();
        await merging
            .Awaiting(each => each.MarkNotDuplicatesAsync(ada.Id, ada.Id, TestHost.Kim).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>()
            .WithParameterName("other");
        await merging
            .Awaiting(each => each.MarkNotDuplicatesAsync(ada.Id, CustomerId.New(host.Now), default).AsTask())
            .Should()
            .ThrowAsync<ArgumentException>()
            .WithParameterName("by");
    }

    [Fact]
    public async Task A_store_without_the_chapter_says_what_is_missing()
    {
        await using var host = new TestHost(
            options => options.SuggestDuplicates = true,
            store: BaseStore.Over(new InMemoryCustomerProfileStore(TimeProvider.System))
        );
        await host
            .Profiles.Merging.Awaiting(each => each.FindDuplicatesAsync(CustomerId.New(TestHost.Start)).AsTask())
            .Should()
            .ThrowAsync<NotSupportedException>()
            .WithMessage("*IDuplicateStore*");
    }

    private static TestHost Host() => new(options => options.SuggestDuplicates = true);

    private static Task<CustomerProfile> CreatedAsync(
        TestHost host,
        string name,
        string? company,
        string email,
        string? phone = null
    ) =>
        host.CreatedAsync(
            new NewProfile
            {
                Name = name,
                Company = company,
                Emails = [new ProfileEmail(email)],
                Phones = phone is null ? [] : [new PhoneNumber(phone)],
            }
        );

    private static async Task SuggestedAsync(TestHost host, CustomerId id, params CustomerId[] expected) =>
        (await host.Profiles.Merging.FindDuplicatesAsync(id))
            .Select(each => each.Profile.Id)
            .Should()
            .BeEquivalentTo(expected);
}
