using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Two hosts on one database, whose tenants define properties of their own.</summary>
public sealed class Rule29_TenantDefinitionTests
{
    private static readonly Actor Kim = Actor.Agent("kim");

    private static readonly PropertyDefinition<decimal> Desks = PropertyDefinition.Number("desks", "Desks") with
    {
        IsSearchable = true,
    };

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Another_host_finds_by_a_property_that_was_defined_elsewhere(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (HostOf(database), HostOf(database));
        var ada = await CreateAsync(one, "ada@example.com");
        await SaveAsync(other, ada, "12.50");
        (await one.Properties.DefineAsync(Desks, Kim)).Should().BeOfType<DefineOutcome.Defined>();
        var range = new ProfileSearchQuery { Property = PropertyFilter.Between(Desks, 12m, 13m) };
        (await one.CountAsync(range)).Count.Should().Be(0, "the profile was written before");
        var early = async () => await other.CountAsync(range);
        await early.Should().ThrowAsync<ArgumentException>();

        _time.Advance(TimeSpan.FromSeconds(30));
        var grace = await CreateAsync(other, "grace@example.com");
        await SaveAsync(other, grace, "13");

        (await other.CountAsync(range)).Count.Should().Be(1);
        (await one.CountAsync(range)).Count.Should().Be(1);
        (await one.ForTenant(new TenantId("other")).Properties.GetAsync()).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_profile_written_by_a_host_that_has_read_no_definition_is_still_found(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var one = HostOf(database);
        await one.Properties.DefineAsync(Desks, Kim);
        var ada = await CreateAsync(one, "ada@example.com");
        await SaveAsync(one, ada, "12.50");

        var other = HostOf(database);
        (await other.ClearPhotoAsync(ada.Id, Kim)).Should().BeOfType<SaveOutcome.Saved>();

        var found = new ProfileSearchQuery { Property = PropertyFilter.Is(Desks, 12.5m) };
        (await one.CountAsync(found)).Count.Should().Be(1);
    }

    private static async Task<CustomerProfile> CreateAsync(ICustomerProfiles profiles, string from) =>
        (
            await profiles.ConversationReceivedAsync(
                new Conversation($"conversation of {from}", from, Instant.FromUtc(2026, 3, 1, 9, 0))
            )
        ).Profile!;

    private static async Task SaveAsync(ICustomerProfiles profiles, CustomerProfile profile, string seats)
    {
        var edit = profile.Edit(Kim);
        edit.Custom["desks"] = seats;
        (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
    }

    private ICustomerProfiles HostOf(TestDatabase database) =>
        database
            .Host(
                builder => builder.Services.AddSingleton<TimeProvider>(_time),
                options: options => options.DefinePropertiesPerTenant = true
            )
            .GetRequiredService<ICustomerProfiles>();
}
