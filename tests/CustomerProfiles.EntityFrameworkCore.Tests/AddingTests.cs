using System.Collections.Immutable;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Customers who are added together, when the data of one is refused or one waits for another host.</summary>
public sealed class AddingTests
{
    private const int Many = 9;

    /// <summary>The place of the profile that is not like the others.</summary>
    private const int Odd = 4;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_profile_whose_data_the_database_refuses_keeps_no_other_from_being_added(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        await store.CreateAsync("known@example.com");
        await RefuseIdentityAsync(database, kind, "poison@example.com");
        var profiles = Profiles("poison@example.com");

        var thrown = await FluentActions
            .Awaiting(() => store.AddAsync(default, profiles, created: null, default).AsTask())
            .Should()
            .ThrowAsync<StoreDataException>();

        thrown.Which.ToString().Should().Contain("no_poison");
        thrown.Which.Message.Should().NotContain("@");
        await AreAddedButAsync(store, profiles, Odd);
        (await store.FindAllAsync(default, profiles[Odd].Identities, default)).Should().BeEmpty();
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(Many);
        (await database.ValueAsync<long>("select count(*) from cp_activity")).Should().Be(Many);
        (await database.ValueAsync<long>("select count(*) from cp_search")).Should().Be(Many);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_profile_alone_whose_data_the_database_refuses_is_not_added(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        await store.CreateAsync("known@example.com");
        await RefuseIdentityAsync(database, kind, "poison@example.com");

        (
            await FluentActions
                .Awaiting(() =>
                    store.AddAsync(default, [Profiles("poison@example.com")[Odd]], created: null, default).AsTask()
                )
                .Should()
                .ThrowAsync<StoreDataException>()
        )
            .Which.ToString()
            .Should()
            .Contain("no_poison");

        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(1);
    }

    [PostgreSqlTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_profile_that_waits_for_another_host_keeps_no_other_from_being_added(bool isTaken)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        var known = await store.CreateAsync("known@example.com");
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var gain = new NpgsqlCommand(
            "insert into cp_identities (tenant, kind, value, customer_id) "
                + "select tenant, kind, 'held@example.com', customer_id from cp_identities",
            other
        );
        (await gain.ExecuteNonQueryAsync()).Should().Be(1);
        var profiles = Profiles("held@example.com");

        var adding = store.AddAsync(default, profiles, created: null, default).AsTask();
        await Eventually.IsSoAsync(
            "the others are added",
            async () => await database.ValueAsync<long>("select count(*) from cp_customers") == Many
        );
        adding.IsCompleted.Should().BeFalse("one waits for the other host");
        await (isTaken ? transaction.CommitAsync() : transaction.RollbackAsync());
        var results = await adding;

        await AreAddedButAsync(store, profiles, Odd);
        results.RemoveAt(Odd).Should().AllBeOfType<AddResult.Added>();
        if (isTaken)
        {
            var taken = results[Odd].Should().BeOfType<AddResult.IdentityTaken>().Which;
            (taken.Identity, taken.Owner).Should().Be((StoreCalls.IdentityOf("held@example.com"), known.Id));
            (await store.GetAsync(default, profiles[Odd].Id, default)).Should().BeNull();
        }
        else
        {
            results[Odd].Should().BeOfType<AddResult.Added>();
            (await store.GetAsync(default, profiles[Odd].Id, default)).Should().NotBeNull();
        }
    }

    [PostgreSqlFact]
    public async Task A_host_that_holds_an_identity_too_long_lets_the_others_be_added()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        await store.CreateAsync("known@example.com");
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var gain = new NpgsqlCommand(
            "insert into cp_identities (tenant, kind, value, customer_id) "
                + "select tenant, kind, 'held@example.com', customer_id from cp_identities",
            other
        );
        (await gain.ExecuteNonQueryAsync()).Should().Be(1);
        var profiles = Profiles("held@example.com");

        await FluentActions
            .Awaiting(() => store.AddAsync(default, profiles, created: null, default).AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>();

        await AreAddedButAsync(store, profiles, Odd);
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(Many);
    }

    /// <summary>Some profiles, one of which has the identity among others.</summary>
    private static ImmutableArray<CustomerProfile> Profiles(string odd) =>
        [
            .. Enumerable
                .Range(0, Many)
                .Select(i => new CustomerProfile(
                    default,
                    CustomerId.New(StoreCalls.Now),
                    1,
                    StoreCalls.Now,
                    StoreCalls.Now,
                    [
                        StoreCalls.IdentityOf($"a{i}@example.com"),
                        StoreCalls.IdentityOf(i == Odd ? odd : $"m{i}@example.com"),
                        StoreCalls.IdentityOf($"z{i}@example.com"),
                    ],
                    []
                )),
        ];

    private static async Task AreAddedButAsync(
        ICustomerProfileStore store,
        ImmutableArray<CustomerProfile> profiles,
        int left
    )
    {
        foreach (var profile in profiles.RemoveAt(left))
        {
            var stored = await store.GetAsync(default, profile.Id, default);
            stored!.Profile.Identities.Should().Equal(profile.Identities);
        }
    }

    private static Task RefuseIdentityAsync(TestDatabase database, DatabaseKind kind, string value) =>
        database.ExecuteAsync(
            kind == DatabaseKind.PostgreSql
                ? $"alter table cp_identities add constraint no_poison check (value <> '{value}')"
                : $"create trigger no_poison before insert on cp_identities when new.value = '{value}' "
                    + "begin select raise(abort, 'no_poison'); end"
        );
}
