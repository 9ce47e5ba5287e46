using System.Collections.Immutable;
using System.Reflection;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Tests.Providers;

public sealed class PublicInformationTests
{
    public static TheoryData<string> EveryProperty =>
        [
            .. typeof(PublicInformation)
                .GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.CanWrite)
                .Select(property => property.Name),
        ];

    [Fact]
    public void Nothing_told_is_empty_and_so_are_lists_that_were_never_made()
    {
        new PublicInformation().IsEmpty.Should().BeTrue();
        new PublicInformation { SocialProfiles = default, Websites = default }
            .IsEmpty.Should()
            .BeTrue();
    }

    [Fact]
    public async Task Lists_that_were_never_made_take_nothing_away_from_the_rest()
    {
        await using var host = new TestHost();
        host.Provider.Next(
            new ProviderResult.Matched(
                new PublicInformation
                {
                    SocialProfiles = default,
                    Websites = default,
                    Bio = "Wrote the first program.",
                }
            )
        );

        (await host.CheckedAsync()).Bio.Should().Be("Wrote the first program.");
    }

    [Fact]
    public void An_account_whose_address_is_of_no_use_is_kept_by_its_user_name() =>
        FieldContent
            .Fit(
                ProfileField.SocialProfiles,
                new SocialProfile("github", new Uri("ftp://example.com/ada"), "ada"),
                EditLimits.Default
            )
            .Should()
            .Be(new SocialProfile("github", username: "ada"));

    [Theory]
    [MemberData(nameof(EveryProperty))]
    public void Information_with_any_one_property_is_not_empty(string name)
    {
        EveryProperty.Should().HaveCountGreaterThanOrEqualTo(8);
        var property = typeof(PublicInformation).GetProperty(name)!;
        var information = new PublicInformation();
        property.SetValue(information, SomethingOf(property.PropertyType));

        information.IsEmpty.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(EveryProperty))]
    public async Task Whatever_is_told_alone_is_a_match_and_is_kept(string name)
    {
        await using var host = new TestHost();
        var property = typeof(PublicInformation).GetProperty(name)!;
        var information = new PublicInformation();
        property.SetValue(information, SomethingOf(property.PropertyType));
        host.Provider.Next(new ProviderResult.Matched(information));
        var profile = await host.CheckedAsync("ada@example.com");

        (await host.CheckOfAsync(profile.Id))!.LastOutcome.Should().Be(CheckOutcome.Matched);
        profile
            .Values.Should()
            .ContainSingle(value =>
                value.Provenance.Source == ProvenanceSource.Provider && value.Provenance.By == FakeProvider.DefaultName
            );
    }

    [Fact]
    public async Task A_match_that_tells_nothing_is_recorded_as_such_and_takes_nothing_away()
    {
        await using var host = new TestHost();
        var before = await host.DueAsync();
        host.Provider.Next(new ProviderResult.Matched(new PublicInformation()));
        await host.DrainAsync();

        (await host.CheckOfAsync(before.Id))
            .Should()
            .Match<CheckState>(check =>
                check.LastOutcome == CheckOutcome.NothingToShow && check.LastCheckAt == host.Now && !check.IsPending
            );
        (await host.ReadAsync(before)).Should().BeSameAs(before);
        (await host.DecideAsync()).Reason.Should().Be(CheckReason.NotDueYet);
        (await host.Profiles.GetSidebarAsync(before.Id))!
            .Providers[0]
            .LastOutcome.Should()
            .Be(CheckOutcome.NothingToShow);
    }

    /// <summary>A value of any type that the library may ever tell of; who tells of another one adds it here.</summary>
    private static object SomethingOf(Type type) =>
        type == typeof(string) ? "something"
        : type == typeof(Photo) ? new Photo(new Uri("https://photos.example.com/ada.jpg"))
        : type == typeof(PersonName) ? new PersonName("Ada Lovelace")
        : type == typeof(ImmutableArray<SocialProfile>)
            ? ImmutableArray.Create(new SocialProfile("github", new Uri("https://social.example.com/ada"), "ada"))
        : type == typeof(ImmutableArray<Uri>) ? ImmutableArray.Create(new Uri("https://ada.example.com/"))
        : throw new NotSupportedException($"No example of a {type.Name}.");
}
