using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Checks;

/// <summary>There was a result, and perhaps a charge, even when nothing can be made of it.</summary>
public sealed class ResultThatCannotBeUsedTests
{
    [Fact]
    public async Task Edit_rules_that_throw_cause_no_second_lookup()
    {
        var rules = new ThrowingRules();
        await using var host = new TestHost(builder: builder => builder.UseEditRules(rules));
        var profile = (await host.ReceiveAsync()).Profile!;
        rules.Throws = true;

        (await host.DrainAsync()).Should().Be(1);
        rules.Throws = false;
        host.Time.Advance(TimeSpan.FromHours(1));
        (await host.DrainAsync()).Should().Be(0);

        host.Provider.Calls.Should().Be(1);
        host.Logs.GetSnapshot()
            .Should()
            .ContainSingle(line => line.Id.Id == 1009)
            .Which.Message.Should()
            .Contain(nameof(InvalidOperationException));
        (await host.CheckOfAsync(profile.Id))
            .Should()
            .Match<CheckState>(check => check.LastOutcome == CheckOutcome.Matched && !check.IsPending);
    }

    [Fact]
    public async Task A_name_that_cannot_be_seen_is_not_taken()
    {
        await using var host = new TestHost();
        host.Provider.Next(new ProviderResult.Matched(new PublicInformation { Name = new PersonName("\u200b\u200d") }));

        var profile = await host.CheckedAsync("ada@example.com");

        profile.Name.Should().BeNull();
        (await host.Profiles.GetSidebarAsync(profile.Id))!.DisplayName.Should().Be("ada@example.com");
    }

    [Fact]
    public async Task A_photo_whose_address_differs_in_its_last_part_only_is_another_photo()
    {
        await using var host = new TestHost();
        host.Provider.Otherwise = new ProviderResult.Matched(
            FakeProvider.Ada(photo: "https://photos.example.com/ada#v1")
        );
        var profile = await host.DueAsync();
        host.Provider.Otherwise = new ProviderResult.Matched(
            FakeProvider.Ada(photo: "https://photos.example.com/ada#v2")
        );

        await host.DrainAsync();

        (await host.ReadAsync(profile)).Photo!.Url.OriginalString.Should().EndWith("#v2");
    }

    private sealed class ThrowingRules : IEditRules
    {
        public bool Throws { get; set; }

        public EditLimits Limits =>
            Throws ? throw new InvalidOperationException("The rules are out of order.") : EditLimits.Default;

        public FieldOwner OwnerOf(ProfileField field) => EditRules.PhotoFromProvider.OwnerOf(field);
    }
}
