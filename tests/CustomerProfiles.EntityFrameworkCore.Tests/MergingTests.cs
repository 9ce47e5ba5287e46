using System.Data.Common;
using System.Text.Json;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Merging as the tables show it, and beside other hosts. The conformance kit has the rest.</summary>
public sealed class MergingTests
{
    private const int Races = 40;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_merge_that_is_undone_leaves_every_table_as_it_was_but_for_the_versions(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host();
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider, "two");
        var bob = await store.CreateAsync("bob@example.com", "three");
        await store.ClaimNextCheckAsync([StoreCalls.Provider], StoreCalls.Now, StoreCalls.Lease, default);
        var claim = (await store.ClaimNextCheckAsync(["two"], StoreCalls.Now, StoreCalls.Lease, default))!;
        await store.CompleteAsync(claim);
        await store.UpdateAsync(
            ada.WithNotes("Likes machines.", StoreCalls.IdentityOf("ada@example.org")),
            change: null,
            default
        );
        await store.RecordConversationAsync(
            default,
            ada.Identities[0],
            StoreCalls.Record("later", StoreCalls.Now + Duration.FromHours(1)),
            default
        );
        var before = await TablesAsync(host);
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);

        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var merged = await TablesAsync(host);
        (await store.Merging().UnmergeAsync(await store.PlanUndoingAsync(merge.Merge.Id, sides), default))
            .Should()
            .BeTrue();

        merged.Should().NotBeEquivalentTo(before);
        (await TablesAsync(host)).Should().BeEquivalentTo(before);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_absorbed_customer_is_found_by_no_call_but_those_of_merging(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var bob = await store.CreateAsync("bob@example.com");
        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var rows = await database.ValueAsync<long>("select count(*) from cp_checks");

        (await store.GetAsync(default, ada.Id, default)).Should().BeNull();
        (await store.UpdateAsync(ada.WithNotes("late"), change: null, default))
            .Should()
            .BeOfType<UpdateResult.NotFound>();
        (await store.RequestCheckAsync(default, ada.Id, "another", null, StoreCalls.Now, default)).Should().BeFalse();
        (await store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default)).Should().BeFalse();
        (await store.SetSuppressedAsync(default, ada.Id, suppressed: false, change: null, default)).Should().BeFalse();
        (await ((IHistoryStore)store).GetHistoryAsync(default, ada.Id, default)).Should().BeNull();
        (await ((IExportStore)store).GetRecordAsync(default, ada.Id, default)).Should().BeNull();
        (await store.AddAsync(default, [Named(ada.Id)], created: null, default))
            .Should()
            .AllBeOfType<AddResult.IdTaken>();
        (await store.ListAsync(default, new ProfileQuery(), default))
            .Profiles.Should()
            .ContainSingle()
            .Which.Id.Should()
            .Be(bob.Id);
        foreach (var order in Enum.GetValues<ProfileOrder>())
        {
            (await ((ISearchStore)store).SearchAsync(default, new ProfileSearchQuery { Order = order }, default))
                .Profiles.Should()
                .ContainSingle()
                .Which.Id.Should()
                .Be(bob.Id);
        }

        (await database.ValueAsync<long>("select count(*) from cp_suppressions")).Should().Be(0);
        (await database.ValueAsync<long>("select count(*) from cp_checks")).Should().Be(rows);
        (await store.Merging().FindSurvivorAsync(default, ada.Id, default))
            .Should()
            .Be(new AbsorbedInto(bob.Id, merge.Merge.Id));
        (await store.Merging().GetMergesAsync(default, bob.Id, default)).Should().Equal(merge.Merge);
        (await store.FindAsync(default, ada.Identities[0], default))!.Profile.Id.Should().Be(bob.Id);
        (await store.ClaimAsync())!.CustomerId.Should().Be(bob.Id);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_conversation_is_recorded_under_the_origin_of_its_identity(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");
        var bob = await store.CreateAsync("bob@example.com");
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);
        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var later = StoreCalls.Record("later", StoreCalls.Now + Duration.FromHours(1));

        // Together, so that some of them are written in one batch.
        var lookups = await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(i =>
                    store
                        .RecordConversationAsync(
                            default,
                            i % 2 == 0 ? ada.Identities[0] : bob.Identities[0],
                            i < 10 ? later : StoreCalls.Record("first"),
                            default
                        )
                        .AsTask()
                )
        );

        lookups.Should().OnlyContain(lookup => lookup!.Customer.Profile.Id == bob.Id);
        lookups
            .Count(lookup => lookup!.IsNewConversation)
            .Should()
            .Be(2, "the same id is new once under each origin, and the first ones are known");
        (await database.ValueAsync<long>("select count(distinct customer_id) from cp_conversations")).Should().Be(2);
        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be(4);
        (await database.ValueAsync<long>("select count(*) from cp_activity")).Should().Be(1);
        (await ((IExportStore)store).GetRecordAsync(default, bob.Id, default))!
            .Conversations.Select(conversation => conversation.Id)
            .Should()
            .Equal("first", "first", "later", "later");

        (await store.Merging().UnmergeAsync(await store.PlanUndoingAsync(merge.Merge.Id, sides), default))
            .Should()
            .BeTrue();
        (await store.RecordConversationAsync(default, ada.Identities[0], later, default))!
            .IsNewConversation.Should()
            .BeFalse("it was recorded while the two were one");
        (
            await ((ISearchStore)store).SearchAsync(
                default,
                new ProfileSearchQuery { LastConversationSince = later.At },
                default
            )
        )
            .Profiles.Should()
            .HaveCount(2);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Of_two_merges_in_opposite_directions_at_once_one_is_written(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com");
            var bob = await one.CreateAsync($"bob-{race}@example.com");
            var (there, back) = (await one.PlanAsync(ada.Id, bob.Id), await one.PlanAsync(bob.Id, ada.Id));

            var written = await Task.WhenAll(
                Task.Run(() => one.Merging().MergeAsync(there, default).AsTask()),
                Task.Run(() => other.Merging().MergeAsync(back, default).AsTask())
            );

            written.Should().BeEquivalentTo([true, false]);
            var (from, into) = written[0] ? (ada.Id, bob.Id) : (bob.Id, ada.Id);
            (await one.Merging().FindSurvivorAsync(default, from, default))!.Value.Survivor.Should().Be(into);
            (await one.GetAsync(default, into, default))!.Profile.Identities.Should().HaveCount(2);
        }

        (await one.ListAsync(default, new ProfileQuery { PageSize = 100 }, default)).Profiles.Should().HaveCount(Races);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_that_is_requested_beside_a_merge_is_not_lost(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com");
            var bob = await one.CreateAsync($"bob-{race}@example.com");
            var merge = await one.PlanAsync(ada.Id, bob.Id);

            var written = await Task.WhenAll(
                Task.Run(() => one.Merging().MergeAsync(merge, default).AsTask()),
                Task.Run(() =>
                    other
                        .RequestCheckAsync(default, ada.Id, StoreCalls.Provider, null, StoreCalls.Now, default)
                        .AsTask()
                )
            );

            written.Should().BeEquivalentTo([true, false], "a merge that does not know of the check is not written");
        }

        (
            await database.ValueAsync<long>(
                "select count(*) from cp_checks k join cp_customers c on c.id = k.customer_id "
                    + "where c.merged_into is not null"
            )
        )
            .Should()
            .Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_that_is_claimed_beside_a_merge_has_one_lease(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com", StoreCalls.Provider);
            var bob = await one.CreateAsync($"bob-{race}@example.com");
            var merge = await one.PlanAsync(ada.Id, bob.Id);

            var merging = Task.Run(() => one.Merging().MergeAsync(merge, default).AsTask());
            var claim = (await Task.Run(() => other.ClaimAsync().AsTask())) ?? await AfterAsync(merging, other);

            var isMerged = await merging;
            claim!.CustomerId.Should().Be(isMerged ? bob.Id : ada.Id, "a merge does not take a lease from its holder");
            (await other.ClaimAsync()).Should().BeNull();
            (await other.CompleteAsync(claim)).Should().BeOfType<CompleteResult.Completed>();
        }

        // A check that is being moved is skipped, not waited for.
        static async Task<CheckClaim?> AfterAsync(Task merging, ICustomerProfileStore store)
        {
            await merging;
            return await store.ClaimAsync();
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Conversations_of_both_go_on_while_they_are_merged_and_unmerged(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        var ada = await one.CreateAsync("ada@example.com");
        var bob = await one.CreateAsync("bob@example.com");
        var sides = await one.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);
        using var stop = new CancellationTokenSource();
        var recording = Enumerable
            .Range(0, 6)
            .Select(lane =>
                Task.Run(async () =>
                {
                    var recorded = 0;
                    for (; !stop.IsCancellationRequested; recorded++)
                    {
                        var identity = (lane % 2 == 0 ? ada : bob).Identities[0];
                        var at = StoreCalls.Now + Duration.FromSeconds(recorded + 1);
                        var lookup = await (lane < 3 ? one : other).RecordConversationAsync(
                            default,
                            identity,
                            StoreCalls.Record($"{lane}-{recorded}", at),
                            default
                        );
                        lookup!.IsNewConversation.Should().BeTrue();
                    }

                    return recorded;
                })
            )
            .ToArray();

        for (var race = 0; race < Races; race++)
        {
            var merge = await one.PlanAsync(ada.Id, bob.Id);
            (await one.Merging().MergeAsync(merge, default)).Should().BeTrue("a conversation changes no profile");
            (await one.Merging().UnmergeAsync(await one.PlanUndoingAsync(merge.Merge.Id, sides), default))
                .Should()
                .BeTrue();
        }

        await stop.CancelAsync();
        var counts = await Task.WhenAll(recording);
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(2);
        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be(2 + counts.Sum());
        var records = await Task.WhenAll(
            ((IExportStore)one).GetRecordAsync(default, ada.Id, default).AsTask(),
            ((IExportStore)one).GetRecordAsync(default, bob.Id, default).AsTask()
        );
        records[0]!
            .Conversations.Should()
            .HaveCount(1 + counts.Where((_, lane) => lane % 2 == 0).Sum(), "each stays with the one who wrote");
        records[1]!.Conversations.Should().HaveCount(1 + counts.Where((_, lane) => lane % 2 == 1).Sum());
        (
            await database.ValueAsync<long>(
                "select count(*) from cp_activity a where a.conversation_at = (select max(t.occurred_at) "
                    + "from cp_conversations t where t.customer_id = a.customer_id)"
            )
        )
            .Should()
            .Be(2, "each has their own last conversation");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Deleting_the_survivor_deletes_whom_they_absorbed(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var (ada, bob) = (await store.CreateAsync("ada@example.com"), await store.CreateAsync("bob@example.com"));
        var eve = await store.CreateAsync("eve@example.com");
        (await store.Merging().MergeAsync(await store.PlanAsync(ada.Id, bob.Id), default)).Should().BeTrue();
        (await store.Merging().MergeAsync(await store.PlanAsync(bob.Id, eve.Id), default)).Should().BeTrue();

        await database.ExecuteAsync($"delete from cp_customers where id = '{eve.Id}'");

        foreach (var table in new[] { "customers", "identities", "conversations", "activity", "search", "merges" })
        {
            (await database.ValueAsync<long>($"select count(*) from cp_{table}")).Should().Be(0, table);
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_merge_that_fails_at_any_table_writes_nothing_and_neither_does_undoing_it(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host();
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var bob = await store.CreateAsync("bob@example.com");
        await store.SetSuppressedAsync(default, ada.Id, suppressed: true, change: null, default);
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);
        var merge = await store.PlanAsync(ada.Id, bob.Id);

        await FailsAtEachTableAsync(() => store.Merging().MergeAsync(merge, default).AsTask());
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var unmerge = await store.PlanUndoingAsync(merge.Merge.Id, sides);
        await FailsAtEachTableAsync(() => store.Merging().UnmergeAsync(unmerge, default).AsTask());
        (await store.Merging().UnmergeAsync(unmerge, default)).Should().BeTrue();

        async Task FailsAtEachTableAsync(Func<Task<bool>> call)
        {
            var before = await TablesAsync(host);
            foreach (
                var table in new[]
                {
                    "merges",
                    "customers",
                    "identities",
                    "suppressions",
                    "checks",
                    "activity",
                    "search",
                }
            )
            {
                await RefuseAsync(database, kind, $"cp_{table}");
                await FluentActions.Awaiting(call).Should().ThrowAsync<DbException>(table);
                await AllowAsync(database, kind, $"cp_{table}");
                (await TablesAsync(host)).Should().BeEquivalentTo(before, table);
            }

            (await database.ValueAsync<long>("select count(*) from cp_merges where undone_at is not null"))
                .Should()
                .Be(0);
        }
    }

    private static async Task RefuseAsync(TestDatabase database, DatabaseKind kind, string table)
    {
        if (kind == DatabaseKind.PostgreSql)
        {
            await database.ExecuteAsync(
                "create or replace function refuse() returns trigger language plpgsql as "
                    + "$$ begin raise exception 'refused'; end $$"
            );
            await database.ExecuteAsync(
                $"create trigger refuse before insert or update or delete on {table} for each row "
                    + "execute function refuse()"
            );
            return;
        }

        foreach (var change in new[] { "insert", "update", "delete" })
        {
            await database.ExecuteAsync(
                $"create trigger refuse_{change} before {change} on {table} begin select raise(abort, 'refused'); end"
            );
        }
    }

    private static async Task AllowAsync(TestDatabase database, DatabaseKind kind, string table)
    {
        if (kind == DatabaseKind.PostgreSql)
        {
            await database.ExecuteAsync($"drop trigger refuse on {table}");
            return;
        }

        foreach (var change in new[] { "insert", "update", "delete" })
        {
            await database.ExecuteAsync($"drop trigger refuse_{change}");
        }
    }

    private static CustomerProfile Named(CustomerId id) =>
        new(default, id, version: 1, StoreCalls.Now, StoreCalls.Now, [StoreCalls.IdentityOf("new@example.com")], []);

    /// <summary>All rows of each table about customers, without the versions and the numbers of search rows.</summary>
    private static async Task<Dictionary<string, string[]>> TablesAsync(IServiceProvider host)
    {
        await using var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContextAsync();
        return new Dictionary<string, string[]>
        {
            ["customers"] = await RowsAsync<CustomerRow>(row => row.Version = 0),
            ["identities"] = await RowsAsync<IdentityRow>(),
            ["conversations"] = await RowsAsync<ConversationRow>(),
            ["search"] = await RowsAsync<SearchRow>(row => row.RowId = 0),
            ["activity"] = await RowsAsync<ActivityRow>(),
            ["properties"] = await RowsAsync<PropertyRow>(),
            // An ended check keeps its lease so that its own host recognises the result; a merge does not.
            ["checks"] = await RowsAsync<CheckRow>(row => row.LeaseId = row.IsPending ? row.LeaseId : null),
            ["history"] = await RowsAsync<ChangeRow>(),
            ["suppressions"] = await RowsAsync<SuppressionRow>(),
        };

        async Task<string[]> RowsAsync<TRow>(Action<TRow>? change = null)
            where TRow : class
        {
            var rows = await context.Set<TRow>().AsNoTracking().ToListAsync();
            rows.ForEach(change ?? (_ => { }));
            return [.. rows.Select(row => JsonSerializer.Serialize(row)).Order(StringComparer.Ordinal)];
        }
    }
}
