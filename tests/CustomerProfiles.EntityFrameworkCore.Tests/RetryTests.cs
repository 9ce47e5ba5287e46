using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A connection breaks after the database has executed a call and before the host gets the response: the call is
/// repeated, and nothing happens twice.
/// </summary>
public sealed class RetryTests
{
    private readonly BrokenConnection _connection = new();

    [PostgreSqlFact]
    public async Task A_customer_who_was_created_is_still_reported_as_created()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var customer = new NewCustomer
        {
            Profile = StoreCalls.NewProfile("ada@example.com"),
            Conversation = StoreCalls.Record("1"),
            Checks = [StoreCalls.Provider],
        };

        var result = (await BrokenAsync(() => store.CreateAsync(customer, default)))!;

        result.IsNewCustomer.Should().BeTrue();
        result.IsNewConversation.Should().BeTrue();
        result.Customer.Profile.Id.Should().Be(customer.Profile.Id);
        result.Customer.GetCheck(StoreCalls.Provider)!.IsPending.Should().BeTrue();
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_checks where is_pending")).Should().Be(1);
    }

    [PostgreSqlFact]
    public async Task Customers_who_were_added_are_still_reported_as_added()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var known = await store.CreateAsync("ada@example.com");
        CustomerProfile[] profiles =
        [
            StoreCalls.NewProfile("bob@example.com"),
            StoreCalls.NewProfile("ada@example.com"),
            StoreCalls.NewProfile("eve@example.com"),
        ];

        var results = await BrokenAsync(() => store.AddAsync(default, [.. profiles], created: null, default));

        results[0].Should().BeOfType<AddResult.Added>();
        results[1].Should().BeOfType<AddResult.IdentityTaken>().Which.Owner.Should().Be(known.Id);
        results[2].Should().BeOfType<AddResult.Added>();
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(3);
        var alone = StoreCalls.NewProfile("fay@example.com");
        (await BrokenAsync(() => store.AddAsync(default, [alone], created: null, default)))
            .Should()
            .ContainSingle()
            .Which.Should()
            .BeOfType<AddResult.Added>();
    }

    [PostgreSqlFact]
    public async Task An_id_that_another_call_has_taken_is_taken_although_the_connection_broke()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var known = await store.CreateAsync("ada@example.com");
        CustomerProfile[] profiles =
        [
            new(default, known.Id, 1, StoreCalls.Now, StoreCalls.Now, [StoreCalls.IdentityOf("bob@example.com")], []),
            StoreCalls.NewProfile("eve@example.com"),
        ];

        var results = await BrokenAsync(() => store.AddAsync(default, [.. profiles], created: null, default));

        results[0].Should().BeOfType<AddResult.IdTaken>();
        results[1].Should().BeOfType<AddResult.Added>();
        (await store.FindAsync(default, StoreCalls.IdentityOf("bob@example.com"), default)).Should().BeNull();
    }

    [PostgreSqlFact]
    public async Task A_conversation_that_was_recorded_is_still_new()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        await store.CreateAsync("ada@example.com");

        var received = await BrokenAsync(() =>
            store.RecordConversationAsync(
                default,
                StoreCalls.IdentityOf("ada@example.com"),
                StoreCalls.Record("2"),
                default
            )
        );

        received!.IsNewConversation.Should().BeTrue();
        (await database.ValueAsync<long>("select count(*) from cp_conversations where conversation_id = '2'"))
            .Should()
            .Be(1);
    }

    [PostgreSqlFact]
    public async Task An_edit_that_was_written_does_not_conflict_with_itself()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var ada = await store.CreateAsync("ada@example.com");

        var result = await BrokenAsync(() =>
            store.UpdateAsync(
                ada.WithNotes("Likes machines.", StoreCalls.IdentityOf("ada@example.org")),
                change: null,
                default
            )
        );

        result.Should().BeOfType<UpdateResult.Updated>();
        (await database.ValueAsync<long>("select version from cp_customers")).Should().Be(2);
    }

    [PostgreSqlFact]
    public async Task An_edit_is_stale_when_another_was_first_although_the_connection_broke()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var ada = await store.CreateAsync("ada@example.com");
        await store.UpdateAsync(ada.WithNotes("first"), change: null, default);

        var result = await BrokenAsync(() => store.UpdateAsync(ada.WithNotes("second"), change: null, default));

        result.Should().BeOfType<UpdateResult.Stale>().Which.Current.Notes.Should().Be("first");
    }

    [PostgreSqlFact]
    public async Task A_check_that_was_requested_is_still_reported_as_requested()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var ada = await store.CreateAsync("ada@example.com");

        (
            await BrokenAsync(() =>
                store.RequestCheckAsync(default, ada.Id, StoreCalls.Provider, null, StoreCalls.Now, default)
            )
        )
            .Should()
            .BeTrue();
        (
            await BrokenAsync(() =>
                store.RequestCheckAsync(
                    default,
                    ada.Id,
                    StoreCalls.Provider,
                    null,
                    StoreCalls.Now + Duration.FromMinutes(1),
                    default
                )
            )
        )
            .Should()
            .BeFalse("it is pending, asked for by another call");
    }

    [PostgreSqlTheory]
    [InlineData(CheckOutcome.Matched)]
    [InlineData(CheckOutcome.Withheld)]
    [InlineData(CheckOutcome.Dropped)]
    public async Task A_result_that_was_recorded_is_not_reported_as_a_lost_lease(CheckOutcome outcome)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var claim = (await store.ClaimAsync())!;
        if (outcome == CheckOutcome.Dropped)
        {
            await store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default);
        }

        // For a withheld result the suppression is the second command: the connection breaks before the commit, and
        // everything is repeated.
        _connection.Concerned = outcome == CheckOutcome.Withheld ? "is_suppressed = true" : "last_outcome =";
        var result = await BrokenAsync(() =>
            store.CompleteAsync(
                claim,
                claim.Profile.WithNotes("brought"),
                outcome == CheckOutcome.Withheld ? outcome : CheckOutcome.Matched
            )
        );

        result
            .Should()
            .BeOfType(
                outcome == CheckOutcome.Dropped ? typeof(CompleteResult.Dropped) : typeof(CompleteResult.Completed)
            );
        var stored = (await store.GetAsync(default, ada.Id, default))!;
        stored.Checks.Single().LastOutcome.Should().Be(outcome);
        stored.Checks.Single().IsPending.Should().BeFalse();
        stored.Profile.Version.Should().Be(outcome == CheckOutcome.Dropped ? 1 : 2);
        stored.IsSuppressed.Should().Be(outcome != CheckOutcome.Matched);
        (await store.CompleteAsync(claim))
            .Should()
            .BeOfType<CompleteResult.LeaseLost>("an answer that comes a second time is not taken");
    }

    [PostgreSqlFact]
    public async Task A_claim_whose_response_was_lost_is_free_when_its_lease_ends()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        await store.CreateAsync("ada@example.com", StoreCalls.Provider);

        (
            await BrokenAsync(() =>
                store.ClaimNextCheckAsync([StoreCalls.Provider], StoreCalls.Now, Duration.Zero, default)
            )
        )!
            .Attempt.Should()
            .Be(2, "the lease of the first had no length, so the second has it at once");
    }

    [PostgreSqlFact]
    public async Task A_lease_is_renewed_and_released_once()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var claim = (await store.ClaimAsync())!;

        (await BrokenAsync(() => store.RenewLeaseAsync(claim, StoreCalls.Lease, default))).Should().BeTrue();
        await BrokenAsync(async () =>
        {
            await store.ReleaseCheckAsync(
                claim,
                new CheckRelease
                {
                    At = StoreCalls.Now,
                    Failure = null,
                    RetryAt = StoreCalls.Now,
                    CountsAsAttempt = false,
                },
                default
            );
            return true;
        });

        (await store.ClaimAsync())!.Attempt.Should().Be(1, "the attempt that did not count was taken back once");
    }

    [PostgreSqlFact]
    public async Task A_setting_that_was_changed_is_still_reported_as_changed()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);

        (
            await BrokenAsync(() =>
                store.SetProviderSettingAsync(
                    default,
                    new ProviderSetting(StoreCalls.Provider, isEnabled: false, StoreCalls.Now, "kim"),
                    default
                )
            )
        )
            .Should()
            .BeTrue();
        (
            await BrokenAsync(() =>
                store.SetProviderSettingAsync(
                    default,
                    new ProviderSetting(StoreCalls.Provider, isEnabled: false, StoreCalls.Now, "ravi"),
                    default
                )
            )
        )
            .Should()
            .BeFalse("it was off");
    }

    [PostgreSqlFact]
    public async Task Definitions_that_were_written_are_still_reported_as_written()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var definitions = (IPropertyStore)store;
        static StoredProperties Version(string key) =>
            new()
            {
                Version = 1,
                Properties =
                [
                    new StoredProperty
                    {
                        Definition = PropertyDefinition.Text(key, "A label"),
                        DefinedAt = StoreCalls.Now,
                        DefinedBy = "kim",
                    },
                ],
            };

        (await BrokenAsync(() => definitions.SavePropertiesAsync(default, Version("plan"), default))).Should().BeTrue();
        (await BrokenAsync(() => definitions.SavePropertiesAsync(default, Version("seats"), default)))
            .Should()
            .BeFalse("another call wrote this version");
        (await definitions.GetPropertiesAsync(default, default))
            .Properties.Should()
            .ContainSingle()
            .Which.Definition.Key.Should()
            .Be("plan");
    }

    [PostgreSqlFact]
    public async Task An_erasure_that_was_carried_out_is_still_reported_with_its_receipt()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var ada = await store.CreateAsync("ada@example.com");
        var write = ErasureCalls.Write(ada, marks: [ErasureCalls.Mark("ada")], guardFor: Duration.FromDays(7));

        var result = await BrokenAsync(() => store.Erasing().EraseAsync(write, default));

        var receipt = result.Should().BeOfType<EraseResult.Erased>().Which.Receipt;
        receipt.Id.Should().Be(write.Erasure);
        receipt.Marks.Should().BeEquivalentTo(write.Marks);
        (await database.ValueAsync<long>("select count(*) from cp_erasure_marks")).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_erasure_guards")).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(0);
        (await database.ValueAsync<long>("select count(*) from cp_erasures")).Should().Be(1);
    }

    [PostgreSqlFact]
    public async Task A_creation_that_an_erasure_forbids_is_still_refused_and_removing_its_mark_is_not_repeated()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var mark = ErasureCalls.Mark("ada", ErasureMarkKind.DoNotKeep);
        await BrokenAsync(async () =>
        {
            await store.Erasing().AddMarksAsync(default, [mark], default);
            return true;
        });
        var customer = new NewCustomer
        {
            Profile = StoreCalls.NewProfile("ada@example.com"),
            Conversation = StoreCalls.Record("1"),
            Checks = [],
            ErasureHashes = [mark.Hash],
        };

        (await BrokenAsync(() => store.CreateAsync(customer, default))).Should().BeNull();

        _connection.BreakOnce();
        await FluentActions
            .Awaiting(() => store.Erasing().RemoveMarksAsync(default, [mark.Hash], default).AsTask())
            .Should()
            .ThrowAsync<NpgsqlException>("whether a mark was there is no longer known");
        (await store.Erasing().RemoveMarksAsync(default, [mark.Hash], default)).Should().BeFalse();
        (await BrokenAsync(() => store.CreateAsync(customer, default)))!.IsNewCustomer.Should().BeTrue();
    }

    [PostgreSqlFact]
    public async Task A_redaction_that_was_written_is_still_reported_as_written()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var (ada, bob) = (await store.CreateAsync("ada@example.com"), await store.CreateAsync("bob@example.com"));
        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var redaction = ErasureCalls.Redaction(merge, ada);

        (await BrokenAsync(() => store.Merging().RedactMergeAsync(redaction, default))).Should().BeTrue();
        (await store.Merging().RedactMergeAsync(redaction, default)).Should().BeFalse("the journal is another by now");
    }

    [PostgreSqlFact]
    public async Task A_merge_that_was_written_is_still_reported_as_written_and_so_is_undoing_it()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var (ada, bob) = (await store.CreateAsync("ada@example.com"), await store.CreateAsync("bob@example.com"));
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);
        var merge = await store.PlanAsync(ada.Id, bob.Id);
        var other = await store.PlanAsync(bob.Id, ada.Id);

        (await BrokenAsync(() => store.Merging().MergeAsync(merge, default))).Should().BeTrue();
        (await BrokenAsync(() => store.Merging().MergeAsync(other, default)))
            .Should()
            .BeFalse("another merge was first");
        (await database.ValueAsync<long>("select version from cp_customers where merged_into is null")).Should().Be(2);
        var unmerge = await store.PlanUndoingAsync(merge.Merge.Id, sides);
        (await BrokenAsync(() => store.Merging().UnmergeAsync(unmerge, default))).Should().BeTrue();
        (await BrokenAsync(() => store.Merging().UnmergeAsync(Later(unmerge), default)))
            .Should()
            .BeFalse("another call has undone it");
        (await database.ValueAsync<long>("select count(*) from cp_customers where merged_into is null")).Should().Be(2);

        static MergeWrite Later(MergeWrite unmerge) =>
            new()
            {
                Tenant = unmerge.Tenant,
                Merge = unmerge.Merge with { At = unmerge.Merge.At + Duration.FromSeconds(1) },
                From = unmerge.From,
                Into = unmerge.Into,
            };
    }

    [PostgreSqlFact]
    public async Task A_paid_lookup_may_be_counted_twice_and_is_never_refunded_twice()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = await StoreAsync(database);
        var period = new BudgetPeriod(StoreCalls.Provider, "2026-03");

        (await BrokenAsync(() => store.TryReserveBudgetAsync(period, 10, default))).Should().BeTrue();
        (await database.ValueAsync<int>("select used from cp_budget_usage"))
            .Should()
            .Be(2, "one too many keeps within the budget");

        _connection.BreakOnce();
        await FluentActions
            .Awaiting(() => store.RefundAsync(period, default).AsTask())
            .Should()
            .ThrowAsync<NpgsqlException>();
        (await database.ValueAsync<int>("select used from cp_budget_usage")).Should().Be(1);
    }

    private async Task<ICustomerProfileStore> StoreAsync(TestDatabase database)
    {
        var store = database.Store(_connection);
        await store.GetProviderSettingsAsync(default, default);
        return store;
    }

    private async Task<T> BrokenAsync<T>(Func<ValueTask<T>> call)
    {
        var before = _connection.Broke;
        _connection.BreakOnce();
        var result = await call();
        _connection.Broke.Should().Be(before + 1, "the connection was to break during this call");
        return result;
    }
}
