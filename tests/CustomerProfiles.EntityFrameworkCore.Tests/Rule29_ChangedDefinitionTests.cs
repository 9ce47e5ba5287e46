using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Hosts with different definitions on one database: no row changes, and nothing is lost.</summary>
public sealed class Rule29_ChangedDefinitionTests
{
    private static readonly Actor Kim = Actor.Agent("kim");

    private static readonly PropertyDefinition<string> Text = PropertyDefinition.Text("seats", "Seats") with
    {
        IsSearchable = true,
    };

    private static readonly PropertyDefinition<decimal> Number = PropertyDefinition.Number("seats", "Seats") with
    {
        IsSearchable = true,
    };

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_property_changed_from_text_to_number_and_to_text_again_loses_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var text = HostOf(database, Text);
        var ada = await CreateAsync(text, "ada@example.com", " about 1,5 \r\n(since May)");
        var grace = await CreateAsync(text, "grace@example.com", "12.50");
        var rows = await RowsAsync(database);

        var number = HostOf(database, Number);
        (await number.GetAsync(ada.Id))!.Get(Number).Unfit.Should().Be(PropertyMisfit.WrongType);
        (await number.GetAsync(grace.Id))!.Get(Number).Value.Should().Be(12.5m);
        (await number.GetSidebarAsync(ada.Id))!.Unfit.Should().ContainSingle();
        (await RowsAsync(database)).Should().Equal(rows);
        await SaveAsync(number, ada, edit => edit.Company = "Example Ltd");

        var again = await HostOf(database, Text).GetAsync(ada.Id);
        again!.Get(Text).Value.Should().Be("about 1,5 \n(since May)");
        again.Company.Should().Be("Example Ltd");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_property_is_found_by_its_new_type_once_the_profile_has_changed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var ada = await CreateAsync(HostOf(database, Text), "ada@example.com", "12.50");
        var number = HostOf(database, Number);
        var range = new ProfileSearchQuery { Property = PropertyFilter.Between(Number, 12m, 13m) };
        var before = (await number.CountAsync(range)).Count;

        await SaveAsync(number, ada, edit => edit.Company = "Example Ltd");

        before.Should().Be(0);
        (await number.CountAsync(range)).Count.Should().Be(1);
        (await number.CountAsync(new ProfileSearchQuery { Property = PropertyFilter.Is(Number, 12.5m) }))
            .Count.Should()
            .Be(1);
    }

    private static ICustomerProfiles HostOf(TestDatabase database, PropertyDefinition definition) =>
        database
            .Host(
                builder => builder.Services.AddSingleton(new SearchableProperties([definition])),
                options: options => options.Properties.Add(definition)
            )
            .GetRequiredService<ICustomerProfiles>();

    private static async Task<CustomerProfile> CreateAsync(ICustomerProfiles profiles, string from, string seats)
    {
        var outcome = await profiles.ConversationReceivedAsync(
            new Conversation($"conversation of {from}", from, NodaTime.Instant.FromUtc(2026, 1, 15, 9, 0))
        );
        return await SaveAsync(profiles, outcome.Profile!, edit => edit.Custom["seats"] = seats);
    }

    private static async Task<CustomerProfile> SaveAsync(
        ICustomerProfiles profiles,
        CustomerProfile profile,
        Action<ProfileEdit> change
    )
    {
        var edit = profile.Edit(Kim);
        change(edit);
        return (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Subject.Profile;
    }

    private static async Task<string[]> RowsAsync(TestDatabase database) =>
        [
            await database.ValueAsync<string>(
                "select coalesce(min(value), '') || coalesce(max(value), '') from cp_properties"
            ),
            $"{await database.ValueAsync<long>("select cast(sum(version) as bigint) from cp_customers")}",
        ];
}
