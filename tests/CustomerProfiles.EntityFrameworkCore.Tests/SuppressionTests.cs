using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Suppressed and disabled lookups, and those that run nevertheless.</summary>
public sealed class SuppressionTests
{
    /// <summary>
    /// Ways in which a check becomes unwanted, and would be wanted again if only the current state counted.
    /// </summary>
    private static readonly Dictionary<string, Func<ICustomerProfileStore, CustomerProfile, Task>> Moments = new(
        StringComparer.Ordinal
    )
    {
        ["the provider is disabled and enabled"] = async (store, _) =>
        {
            foreach (var on in new[] { false, true })
            {
                await store.SetProviderSettingAsync(
                    default,
                    new ProviderSetting(StoreCalls.Provider, on, StoreCalls.Now, "kim"),
                    default
                );
            }
        },
        ["the customer is suppressed and unsuppressed"] = async (store, profile) =>
        {
            foreach (var suppressed in new[] { true, false })
            {
                await store.SetSuppressedAsync(default, profile.Id, suppressed, change: null, default);
            }
        },
        ["their address is suppressed and unsuppressed"] = async (store, profile) =>
        {
            foreach (var suppressed in new[] { true, false })
            {
                await store.SetSuppressedAsync(default, profile.Identities[0], suppressed, default);
            }
        },
        ["their address is suppressed, and the customer unsuppressed"] = async (store, profile) =>
        {
            await store.SetSuppressedAsync(default, profile.Identities[0], suppressed: true, default);
            await store.SetSuppressedAsync(default, profile.Id, suppressed: false, change: null, default);
        },
        ["they gain a suppressed address and lose it"] = async (store, profile) =>
        {
            await store.SetSuppressedAsync(
                default,
                StoreCalls.IdentityOf("gained@example.com"),
                suppressed: true,
                default
            );
            var gained = profile.WithNotes("gained", StoreCalls.IdentityOf("gained@example.com"));
            (await store.UpdateAsync(gained, change: null, default)).Should().BeOfType<UpdateResult.Updated>();
            var lost = new CustomerProfile(
                gained.Tenant,
                gained.Id,
                3,
                gained.CreatedAt,
                gained.UpdatedAt,
                profile.Identities,
                gained.Values
            );
            (await store.UpdateAsync(lost, change: null, default)).Should().BeOfType<UpdateResult.Updated>();
        },
        ["they gain a suppressed address, and it is unsuppressed"] = async (store, profile) =>
        {
            await store.SetSuppressedAsync(
                default,
                StoreCalls.IdentityOf("gained@example.com"),
                suppressed: true,
                default
            );
            (
                await store.UpdateAsync(
                    profile.WithNotes("gained", StoreCalls.IdentityOf("gained@example.com")),
                    change: null,
                    default
                )
            )
                .Should()
                .BeOfType<UpdateResult.Updated>();
            await store.SetSuppressedAsync(
                default,
                StoreCalls.IdentityOf("gained@example.com"),
                suppressed: false,
                default
            );
        },
        ["they gain an address, and it is suppressed and unsuppressed"] = async (store, profile) =>
        {
            (
                await store.UpdateAsync(
                    profile.WithNotes("gained", StoreCalls.IdentityOf("gained@example.com")),
                    change: null,
                    default
                )
            )
                .Should()
                .BeOfType<UpdateResult.Updated>();
            foreach (var suppressed in new[] { true, false })
            {
                await store.SetSuppressedAsync(
                    default,
                    StoreCalls.IdentityOf("gained@example.com"),
                    suppressed,
                    default
                );
            }
        },
    };

    public static TheoryData<string, DatabaseKind> MomentsOnEach
    {
        get
        {
            var data = new TheoryData<string, DatabaseKind>();
            foreach (var kind in TestDatabase.All)
            {
                foreach (var moment in Moments.Keys)
                {
                    data.Add(moment, kind);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Suppressing_one_customer_affects_no_other(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var bea = await store.CreateAsync("bea@example.com", StoreCalls.Provider);

        await store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default);

        (await store.GetAsync(default, ada.Id, default))!.IsSuppressed.Should().BeTrue();
        (await store.GetAsync(default, bea.Id, default))!.IsSuppressed.Should().BeFalse();
        (await store.FindAsync(default, StoreCalls.IdentityOf("bea@example.com"), default))!
            .IsSuppressed.Should()
            .BeFalse();
        (
            await store.RecordConversationAsync(
                default,
                StoreCalls.IdentityOf("bea@example.com"),
                StoreCalls.Record("second"),
                default
            )
        )!
            .Customer.IsSuppressed.Should()
            .BeFalse();
        (await store.ClaimAsync())!.CustomerId.Should().Be(bea.Id);
        (await store.ClaimAsync()).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(MomentsOnEach))]
    public async Task A_check_that_was_unwanted_for_a_moment_stays_unwanted(string moment, DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);

        await Moments[moment](store, ada);

        (await store.GetAsync(default, ada.Id, default))!.IsSuppressed.Should().BeFalse();
        (await store.GetAsync(default, ada.Id, default))!.GetCheck(StoreCalls.Provider)!.IsPending.Should().BeFalse();
        (await store.CountPendingChecksAsync(default)).Should().BeEmpty();
        (await store.ClaimAsync()).Should().BeNull();
        (await store.RequestCheckAsync(default, ada.Id, StoreCalls.Provider, null, StoreCalls.Now, default))
            .Should()
            .BeTrue();
        (await store.CompleteAsync((await store.ClaimAsync())!)).Should().BeOfType<CompleteResult.Completed>();
    }

    [Theory]
    [MemberData(nameof(MomentsOnEach))]
    public async Task A_check_that_was_unwanted_for_a_moment_can_be_requested_again_before_a_claim(
        string moment,
        DatabaseKind kind
    )
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);

        await Moments[moment](store, ada);

        (await store.RequestCheckAsync(default, ada.Id, StoreCalls.Provider, null, StoreCalls.Now, default))
            .Should()
            .BeTrue();
        (await store.RequestCheckAsync(default, ada.Id, StoreCalls.Provider, null, StoreCalls.Now, default))
            .Should()
            .BeFalse();
        (await store.CompleteAsync((await store.ClaimAsync())!)).Should().BeOfType<CompleteResult.Completed>();
    }

    [Theory]
    [MemberData(nameof(MomentsOnEach))]
    public async Task A_result_about_a_customer_who_was_suppressed_for_a_moment_is_dropped(
        string moment,
        DatabaseKind kind
    )
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var claim = (await store.ClaimAsync())!;

        await Moments[moment](store, ada);

        (await store.CountPendingChecksAsync(default)).Should().Equal(new PendingChecks(StoreCalls.Provider, 1));
        (await store.CompleteAsync(claim, ada.WithNotes("found"), CheckOutcome.Withheld))
            .Should()
            .BeOfType<CompleteResult.Dropped>();
        (await store.GetAsync(default, ada.Id, default))!.IsSuppressed.Should().BeFalse();
    }

    /// <summary>As for a statement that began before the setting changed and a new request came.</summary>
    [PostgreSqlTheory]
    [InlineData("setting_generation")]
    [InlineData("suppression_generation")]
    public async Task A_check_of_a_newer_generation_than_a_statement_sees_is_wanted(string generation)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default);
        var bea = await store.CreateAsync("bea@example.com", StoreCalls.Provider);
        await database.ExecuteAsync(
            $"""
            update cp_checks set {generation} = 5, available_from = available_from + interval '1 second'
            where customer_id = '{bea.Id.Value}'
            """
        );

        (await store.CountPendingChecksAsync(default)).Should().Equal(new PendingChecks(StoreCalls.Provider, 1));
        (await store.GetAsync(default, bea.Id, default))!.GetCheck(StoreCalls.Provider)!.IsPending.Should().BeTrue();

        // The first one is unwanted, so all unwanted ones end before this one is claimed.
        var claim = (await store.ClaimAsync())!;
        claim.CustomerId.Should().Be(bea.Id);
        (await store.CompleteAsync(claim)).Should().BeOfType<CompleteResult.Completed>();
    }

    /// <summary>Gaining and losing an address that was never suppressed does not affect waiting checks.</summary>
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Gaining_an_address_that_was_suppressed_once_ends_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        foreach (var suppressed in new[] { true, false })
        {
            await store.SetSuppressedAsync(default, StoreCalls.IdentityOf("gained@example.com"), suppressed, default);
        }

        (
            await store.UpdateAsync(
                ada.WithNotes("gained", StoreCalls.IdentityOf("gained@example.com")),
                change: null,
                default
            )
        )
            .Should()
            .BeOfType<UpdateResult.Updated>();

        (await store.CompleteAsync((await store.ClaimAsync())!)).Should().BeOfType<CompleteResult.Completed>();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Suppressing_writes_to_no_check_and_waiting_checks_end_in_batches(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var counter = new StatementCounter();
        var store = database.Store(counter);
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await database.ExecuteAsync(
            """
            with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 2500)
            insert into cp_checks
                (tenant, customer_id, provider, requested_at, is_pending, setting_generation, suppression_generation,
                    not_before, leased_until, available_from, attempt)
            select k.tenant, k.customer_id, 'p' || n, k.requested_at, k.is_pending, 0, 0, k.not_before, k.leased_until,
                k.available_from, 0
            from cp_checks k cross join numbers
            """
        );
        string[] providers = [StoreCalls.Provider, .. Enumerable.Range(1, 2500).Select(number => $"p{number}")];
        (
            await counter.OfAsync(() =>
                store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default).AsTask()
            )
        )
            .Should()
            .Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_checks where is_pending")).Should().Be(2501);
        (await store.CountPendingChecksAsync(default)).Should().BeEmpty();

        // Each unwanted check ends a batch of them, on SQLite a thousand and on PostgreSQL fifty; the last claim finds
        // none.
        (
            await counter.OfAsync(async () =>
                (await store.ClaimNextCheckAsync([.. providers], StoreCalls.Now, StoreCalls.Lease, default))
                    .Should()
                    .BeNull()
            )
        )
            .Should()
            .Be(kind == DatabaseKind.PostgreSql ? 101 : 7);

        (await database.ValueAsync<long>("select count(*) from cp_checks where is_pending")).Should().Be(0);
    }
}
