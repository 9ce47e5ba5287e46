using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A write leaves out what it does not need, and nothing that it does need.</summary>
public sealed class OptionalWritesTests
{
    private static readonly ProfileField<string> Plan = ProfileField.Custom("plan");

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_edit_that_removes_the_last_property_removes_it_from_what_is_searched(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");
        var with = WithPlan(ada);
        await store.UpdateAsync(with, change: null, default);
        var before = await CountAsync(database);

        var result = await store.UpdateAsync(WithoutPlan(with), change: null, default);

        result.Should().BeOfType<UpdateResult.Updated>();
        before.Should().Be(1);
        (await CountAsync(database)).Should().Be(0);
        (await database.ValueAsync<string>("select properties from cp_search")).Should().Be("[]");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_of_who_had_a_property_completes_and_removes_it_from_what_is_searched(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var claim = await ClaimWithPlanAsync(store);

        var result = await store.CompleteAsync(claim, WithoutPlan(claim.Profile), CheckOutcome.Matched);

        result.Should().BeOfType<CompleteResult.Completed>();
        (await CountAsync(database)).Should().Be(0);
        var stored = (await store.GetAsync(default, claim.CustomerId, default))!;
        stored.Profile.Version.Should().Be(3);
        stored.Checks.Should().ContainSingle().Which.LastOutcome.Should().Be(CheckOutcome.Matched);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_of_who_had_a_property_is_stale_after_an_edit(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var claim = await ClaimWithPlanAsync(store);
        await store.UpdateAsync(claim.Profile.WithNotes("called twice"), change: null, default);

        var result = await store.CompleteAsync(claim, WithoutPlan(claim.Profile), CheckOutcome.Matched);

        result.Should().BeOfType<CompleteResult.Stale>().Which.Current.Version.Should().Be(3);
        (await CountAsync(database)).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_without_values_of_who_has_a_property_completes(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var claim = await ClaimWithPlanAsync(store);

        var result = await store.CompleteAsync(claim, profile: null, CheckOutcome.NoMatch);

        result.Should().BeOfType<CompleteResult.Completed>();
        (await CountAsync(database)).Should().Be(1);
        var stored = (await store.GetAsync(default, claim.CustomerId, default))!;
        stored.Profile.Version.Should().Be(2);
        stored.Checks.Should().ContainSingle().Which.LastOutcome.Should().Be(CheckOutcome.NoMatch);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_withheld_check_of_who_has_a_property_suppresses_them(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var claim = await ClaimWithPlanAsync(store);

        var result = await store.CompleteAsync(claim, profile: null, CheckOutcome.Withheld);

        result.Should().BeOfType<CompleteResult.Completed>();
        (await store.GetAsync(default, claim.CustomerId, default))!.IsSuppressed.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_unwanted_check_of_who_has_a_property_is_dropped_also_after_an_edit(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var claim = await ClaimWithPlanAsync(store);
        await store.SetProviderSettingAsync(
            default,
            new ProviderSetting(StoreCalls.Provider, isEnabled: false, StoreCalls.Now, "kim"),
            default
        );
        await store.UpdateAsync(claim.Profile.WithNotes("called twice"), change: null, default);

        var result = await store.CompleteAsync(claim, WithoutPlan(claim.Profile), CheckOutcome.Matched);

        result.Should().BeOfType<CompleteResult.Dropped>();
        (await store.GetAsync(default, claim.CustomerId, default))!.Profile.Version.Should().Be(3);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_new_customer_is_created_with_properties_and_without(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        foreach (var address in new[] { "ada@example.com", "grace@example.com" })
        {
            var profile = StoreCalls.NewProfile(address);
            await store.CreateAsync(
                new NewCustomer
                {
                    Profile = address.StartsWith("ada", StringComparison.Ordinal) ? WithPlan(profile, 1) : profile,
                    Conversation = StoreCalls.Record("first"),
                    Checks = [],
                },
                default
            );
        }

        (await CountAsync(database)).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_search where properties = '[]'")).Should().Be(1);
    }

    /// <summary>The claimed check of a customer who has a searchable property.</summary>
    private static async Task<CheckClaim> ClaimWithPlanAsync(ICustomerProfileStore store)
    {
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await store.UpdateAsync(WithPlan(ada), change: null, default);
        return (await store.ClaimAsync())!;
    }

    private static Task<long> CountAsync(TestDatabase database) =>
        database.ValueAsync<long>("select count(*) from cp_properties");

    private static CustomerProfile WithPlan(CustomerProfile profile, long? version = null) =>
        With(
            profile,
            version ?? profile.Version + 1,
            new FieldValue(Plan, "", "gold", new Provenance(ProvenanceSource.Agent, "kim", StoreCalls.Now))
        );

    private static CustomerProfile WithoutPlan(CustomerProfile profile) => With(profile, profile.Version + 1);

    private static CustomerProfile With(CustomerProfile profile, long version, params FieldValue[] more) =>
        new(
            profile.Tenant,
            profile.Id,
            version,
            profile.CreatedAt,
            StoreCalls.Now,
            profile.Identities,
            [.. profile.Values.Where(value => !Plan.Equals(value.Field)), .. more]
        );
}
