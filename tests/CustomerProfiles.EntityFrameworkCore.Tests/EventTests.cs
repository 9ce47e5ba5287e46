using System.Collections.Concurrent;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Events as the tables show them, and beside other hosts. The conformance kit has the rest.</summary>
public sealed class EventTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Every_write_writes_its_event_and_one_that_changes_nothing_writes_none(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        await store.CreateWithEventAsync("ada@example.com");
        var claim = (await store.ClaimAsync())!;
        var brought = claim.Profile.WithNotes("brought");
        await store.CompleteCheckAsync(
            claim,
            CheckOutcome.Matched,
            brought,
            EventCalls.Change(),
            StoreCalls.Now,
            default
        );
        await store.CompleteCheckAsync(
            claim,
            CheckOutcome.Matched,
            brought,
            EventCalls.Change(),
            StoreCalls.Now,
            default
        );
        await store.UpdateAsync(brought.WithNotes("typed"), EventCalls.Change(), default);
        await store.UpdateAsync(brought.WithNotes("late"), EventCalls.Change(), default);
        foreach (var isSuppressed in new[] { true, true, false, false })
        {
            var change = EventCalls.Change(
                isSuppressed ? CustomerEventKind.Suppressed : CustomerEventKind.Unsuppressed
            );
            (await store.SetSuppressedAsync(default, ada.Id, isSuppressed, change, default)).Should().BeTrue();
        }

        await store.RequestCheckAsync(default, ada.Id, StoreCalls.Provider, StoreCalls.Now, StoreCalls.Now, default);
        claim = (await store.ClaimAsync())!;
        await store.CompleteCheckAsync(
            claim,
            CheckOutcome.Withheld,
            profile: null,
            EventCalls.Change(CustomerEventKind.Suppressed),
            StoreCalls.Now,
            default
        );

        (await database.WaitingAsync(ada.Id))
            .Should()
            .Equal("1:created", "2:updated", "3:updated", "4:suppressed", "5:unsuppressed", "6:suppressed");
        (await database.ValueAsync<long>("select count(*) from cp_history")).Should().Be(0, "no change was to be kept");
        (await database.ValueAsync<long>("select last_change from cp_customers")).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Merging_and_erasing_write_an_event_for_each_id(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        var bob = await store.CreateWithEventAsync("bob@example.com");
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);

        var merge = WithEvents(
            await store.PlanAsync(ada.Id, bob.Id),
            CustomerEventKind.MergedAway,
            CustomerEventKind.Merged
        );
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        (await store.Merging().MergeAsync(merge, default)).Should().BeFalse();
        var unmerge = WithEvents(
            await store.PlanUndoingAsync(merge.Merge.Id, sides),
            CustomerEventKind.Unmerged,
            CustomerEventKind.Unmerged
        );
        (await store.Merging().UnmergeAsync(unmerge, default)).Should().BeTrue();
        (await store.Merging().UnmergeAsync(unmerge, default)).Should().BeFalse();
        (await store.Merging().MergeAsync(await store.PlanAsync(ada.Id, bob.Id), default)).Should().BeTrue();
        bob = (await store.GetAsync(default, bob.Id, default))!.Profile;
        var refused = Erasure(bob, includesAbsorbed: false);
        (await ((IErasureStore)store).EraseAsync(refused, default)).Should().BeOfType<EraseResult.HasMerges>();
        var erasure = Erasure(bob, includesAbsorbed: true);
        for (var i = 0; i < 2; i++)
        {
            (await ((IErasureStore)store).EraseAsync(erasure, default)).Should().BeOfType<EraseResult.Erased>();
        }

        (await ((IErasureStore)store).EraseAsync(Erasure(bob, includesAbsorbed: true), default))
            .Should()
            .BeOfType<EraseResult.AlreadyErased>();
        (await database.WaitingAsync(ada.Id)).Should().Equal("1:created", "2:merged-away", "3:unmerged", "4:erased");
        (await database.WaitingAsync(bob.Id)).Should().Equal("1:created", "2:merged", "3:unmerged", "4:erased");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Only_those_who_are_added_get_an_event(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        await store.CreateAsync("bob@example.com");
        var profiles = new[] { "ada@example.com", "bob@example.com", "eve@example.com" }
            .Select(address => StoreCalls.NewProfile(address))
            .ToArray();

        await store.AddAsync(default, [.. profiles], EventCalls.Write(CustomerEventKind.Created), default);
        await store.AddAsync(default, [profiles[0]], EventCalls.Write(CustomerEventKind.Created), default);

        (await database.ValueAsync<long>("select count(*) from cp_events")).Should().Be(2);
        (await database.WaitingAsync(profiles[0].Id)).Should().Equal("1:created");
        (await database.WaitingAsync(profiles[2].Id)).Should().Equal("1:created");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Customers_who_are_created_together_get_one_event_each(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();

        await Task.WhenAll(
            Enumerable.Range(0, 60).Select(i => store.CreateWithEventAsync($"customer-{i % 40}@example.com"))
        );

        (await database.ValueAsync<long>("select count(*) from cp_events where sequence = 1")).Should().Be(40);
        (await database.ValueAsync<long>("select count(*) from cp_events")).Should().Be(40);
        (await store.ClaimEventsAsync()).Should().HaveCount(40);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_queue_without_events_keeps_its_counter_and_costs_no_claim(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        var first = (await store.ClaimEventsAsync()).Single();
        await store.UpdateAsync(ada.WithNotes("typed"), EventCalls.Change(), default);

        await store.SettleAsync(first.Delivered());
        var second = (await store.ClaimEventsAsync()).Single();
        await store.SettleAsync(second.Delivered());

        second.Events.Single().Sequence.Should().Be(2);
        (await database.ValueAsync<long>("select count(*) from cp_events")).Should().Be(0);
        (await database.ValueAsync<long>("select count(*) from cp_event_queues where available_from is not null"))
            .Should()
            .Be(0);
        (await database.ValueAsync<long>("select last_sequence from cp_event_queues")).Should().Be(2);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_stopped_queue_hinders_no_other(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        var stopped = (await store.ClaimEventsAsync()).Single();
        await store.SettleAsync(stopped.Failed(stops: true));
        await store.UpdateAsync(ada.WithNotes("typed"), EventCalls.Change(), default);
        var bob = await store.CreateWithEventAsync("bob@example.com");

        var claimed = await store.ClaimEventsAsync(mostQueues: 1);

        claimed.Single().CustomerId.Should().Be(bob.Id);
        var listed = (await store.Events().GetStoppedEventsAsync(10, default)).Single();
        (listed.Event.CustomerId, listed.Event.Sequence, listed.Attempts).Should().Be((ada.Id, 1, 1));
        (await store.Events().RestartEventsAsync(default, ada.Id, 2, skips: true, default)).Should().BeFalse();
        (await store.Events().RestartEventsAsync(default, ada.Id, 1, skips: true, default)).Should().BeTrue();
        (await store.Events().RestartEventsAsync(default, ada.Id, 1, skips: true, default)).Should().BeFalse();
        (await store.Events().GetStoppedEventsAsync(10, default)).Should().BeEmpty();
        var restarted = (await store.ClaimEventsAsync()).Single();
        (restarted.CustomerId, restarted.Attempts).Should().Be((ada.Id, 0));
        restarted.Events.Select(one => one.Sequence).Should().Equal(2);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_event_that_this_version_cannot_read_hinders_no_other_queue(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        await store.CreateWithEventAsync("ada@example.com");
        await database.ExecuteAsync("""update cp_events set event = '{"kind":"later"}'""");
        var bob = await store.CreateWithEventAsync("bob@example.com");

        (await store.ClaimEventsAsync()).Single().CustomerId.Should().Be(bob.Id);
        await database.ExecuteAsync(
            "update cp_event_queues set available_from = lease_until.t from (select "
                + (kind == DatabaseKind.Sqlite ? "0" : "now() - interval '1 s'")
                + " as t) lease_until"
        );
        await database.ExecuteAsync($"delete from cp_events where customer_id = '{bob.Id}'");
        await FluentActions
            .Awaiting(() => store.ClaimEventsAsync(mostQueues: 1))
            .Should()
            .ThrowAsync<ProfileDatabaseException>();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Events_that_are_turned_off_are_removed_and_the_counters_stay(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var events = store.Events();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        await store.CreateWithEventAsync("bob@example.com");
        var claims = await store.ClaimEventsAsync();
        await store.SettleAsync(claims[0].Failed(stops: true));

        (await events.AreEventsOnAsync(default)).Should().BeFalse();
        await events.SetEventsOnAsync(areOn: true, default);
        (await database.Store().Events().AreEventsOnAsync(default)).Should().BeTrue("the database remembers it");
        await events.SetEventsOnAsync(areOn: false, default);

        (await events.AreEventsOnAsync(default)).Should().BeFalse();
        (await database.ValueAsync<long>("select count(*) from cp_events")).Should().Be(0);
        (await events.GetStoppedEventsAsync(10, default)).Should().BeEmpty();
        await store.SettleAsync(claims[1].Failed());
        (await store.ClaimEventsAsync()).Should().BeEmpty();
        await store.UpdateAsync(ada.WithNotes("typed"), EventCalls.Change(), default);
        (await store.ClaimEventsAsync()).Single().Events.Single().Sequence.Should().Be(2);
    }

    /// <summary>
    /// Two hosts; each customer is edited by whoever comes first, and claimed by whoever comes first.
    /// </summary>
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Sixteen_writers_and_four_claimers_deliver_each_customers_events_in_order(DatabaseKind kind)
    {
        var edits = kind == DatabaseKind.Sqlite ? 10 : 60;
        await using var database = await TestDatabase.CreateAsync(kind);
        ICustomerProfileStore[] hosts = [database.Store(), database.Store()];
        var customers = new List<CustomerProfile>();
        for (var i = 0; i < 8; i++)
        {
            customers.Add(await hosts[i % 2].CreateWithEventAsync($"customer-{i}@example.com"));
        }

        var delivered = new ConcurrentDictionary<CustomerId, ConcurrentQueue<long>>();
        using var written = new CancellationTokenSource();
        var claimers = Enumerable.Range(0, 4).Select(i => Task.Run(() => DeliverAsync(hosts[i % 2])));
        var writers = Enumerable.Range(0, 16).Select(i => Task.Run(() => EditAsync(hosts[i % 2], customers[i % 8].Id)));
        var claiming = Task.WhenAll([.. claimers]);
        await Task.WhenAll([.. writers]);
        await written.CancelAsync();
        await claiming;

        foreach (var customer in customers)
        {
            delivered[customer.Id].Should().Equal(Enumerable.Range(1, 1 + (2 * edits)).Select(n => (long)n));
        }

        async Task EditAsync(ICustomerProfileStore store, CustomerId id)
        {
            for (var done = 0; done < edits; )
            {
                var current = (await store.GetAsync(default, id, default))!.Profile;
                var result = await store.UpdateAsync(current.WithNotes($"{done}"), EventCalls.Change(), default);
                done += result is UpdateResult.Updated ? 1 : 0;
            }
        }

        async Task DeliverAsync(ICustomerProfileStore store)
        {
            while (true)
            {
                var isLast = written.IsCancellationRequested;
                var claims = await store.ClaimEventsAsync(mostQueues: 3, mostEvents: 5);
                foreach (var claim in claims)
                {
                    var received = delivered.GetOrAdd(claim.CustomerId, _ => []);
                    foreach (var one in claim.Events)
                    {
                        received.Enqueue(one.Sequence);
                    }
                }

                await store.SettleAsync([.. claims.Select(EventCalls.Delivered)]);
                if (isLast && claims.IsEmpty)
                {
                    return;
                }
            }
        }
    }

    /// <summary>Merges in both directions lock two queues each, settling locks all of them.</summary>
    [PostgreSqlFact]
    public async Task Merging_and_settling_lock_queues_in_one_order()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        ICustomerProfileStore[] hosts = [database.Store(), database.Store()];
        var pairs = new List<(CustomerId, CustomerId)>();
        for (var i = 0; i < 6; i++)
        {
            var one = await hosts[0].CreateWithEventAsync($"one-{i}@example.com");
            var other = await hosts[0].CreateWithEventAsync($"other-{i}@example.com");
            pairs.Add(i % 2 == 0 ? (one.Id, other.Id) : (other.Id, one.Id));
        }

        using var over = new CancellationTokenSource();
        var settling = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                var claims = await hosts[1].ClaimEventsAsync();
                await hosts[1].SettleAsync([.. claims.Select(claim => claim.Failed())]);
            }
        });
        await Task.WhenAll(pairs.Select(pair => Task.Run(() => MergeOftenAsync(pair.Item1, pair.Item2))));
        await over.CancelAsync();

        await settling;
        (await database.ValueAsync<long>("select max(last_sequence) from cp_event_queues")).Should().Be(41);

        async Task MergeOftenAsync(CustomerId from, CustomerId into)
        {
            for (var i = 0; i < 20; i++)
            {
                var sides = await hosts[0].Merging().GetSidesAsync(default, from, into, default);
                var merge = WithEvents(
                    await hosts[0].PlanAsync(from, into),
                    CustomerEventKind.MergedAway,
                    CustomerEventKind.Merged
                );
                (await hosts[0].Merging().MergeAsync(merge, default)).Should().BeTrue();
                var unmerge = WithEvents(
                    await hosts[0].PlanUndoingAsync(merge.Merge.Id, sides),
                    CustomerEventKind.Unmerged,
                    CustomerEventKind.Unmerged
                );
                (await hosts[0].Merging().UnmergeAsync(unmerge, default)).Should().BeTrue();
            }
        }
    }

    [PostgreSqlFact]
    public async Task A_write_whose_connection_broke_writes_its_event_once()
    {
        var connection = new BrokenConnection();
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store(connection);
        await store.GetProviderSettingsAsync(default, default);

        var ada = await BrokenAsync(() => store.CreateWithEventAsync("ada@example.com"));
        var bob = StoreCalls.NewProfile("bob@example.com");
        await BrokenAsync(() =>
            store.AddAsync(default, [bob], EventCalls.Write(CustomerEventKind.Created), default).AsTask()
        );
        await BrokenAsync(() => store.UpdateAsync(ada.WithNotes("typed"), EventCalls.Change(), default).AsTask());
        var claim = (await store.ClaimAsync())!;
        await BrokenAsync(() =>
            store
                .CompleteCheckAsync(
                    claim,
                    CheckOutcome.Matched,
                    claim.Profile.WithNotes("brought"),
                    EventCalls.Change(),
                    StoreCalls.Now,
                    default
                )
                .AsTask()
        );
        await BrokenAsync(() =>
            store
                .SetSuppressedAsync(
                    default,
                    ada.Id,
                    suppressed: true,
                    EventCalls.Change(CustomerEventKind.Suppressed),
                    default
                )
                .AsTask()
        );
        var merge = WithEvents(
            await store.PlanAsync(ada.Id, bob.Id),
            CustomerEventKind.MergedAway,
            CustomerEventKind.Merged
        );
        await BrokenAsync(() => store.Merging().MergeAsync(merge, default).AsTask());
        var read = (await store.GetAsync(default, bob.Id, default))!;
        var erasure = Erasure(read.Profile, includesAbsorbed: true, read.IsSuppressed);
        await BrokenAsync(() => ((IErasureStore)store).EraseAsync(erasure, default).AsTask());

        (await database.WaitingAsync(ada.Id))
            .Should()
            .Equal("1:created", "2:updated", "3:updated", "4:suppressed", "5:merged-away", "6:erased");
        (await database.WaitingAsync(bob.Id)).Should().Equal("1:created", "2:merged", "3:erased");
        connection.BreakOnce();
        await FluentActions
            .Awaiting(() => store.Events().RestartEventsAsync(default, ada.Id, 1, skips: true, default).AsTask())
            .Should()
            .ThrowAsync<NpgsqlException>("whether it was restarted cannot be told");

        async Task<T> BrokenAsync<T>(Func<Task<T>> call)
        {
            var before = connection.Broke;
            connection.BreakOnce();
            var result = await call();
            connection.Broke.Should().Be(before + 1, "the connection was to break during this call");
            return result;
        }
    }

    /// <summary>
    /// The back end is killed while it waits for the queue, so the profile is written and the event is not.
    /// </summary>
    [PostgreSqlFact]
    public async Task A_back_end_that_is_killed_before_it_writes_the_event_leaves_no_change()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database
            .Host(connectionString: $"{database.ConnectionString};Application Name=victim")
            .GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateWithEventAsync("ada@example.com");
        await using var holder = new NpgsqlConnection(database.ConnectionString);
        await holder.OpenAsync();
        await using var held = await holder.BeginTransactionAsync();
        await ExecuteAsync("update cp_event_queues set attempts = attempts");

        var edit = store.UpdateAsync(ada.WithNotes("typed"), EventCalls.Change(), default).AsTask();
        const string victim = "application_name = 'victim' and wait_event_type = 'Lock'";
        while (
            await database.ValueAsync<long>($"select count(*) from pg_stat_activity where {victim}") == 0
            && !edit.IsCompleted
        ) { }

        var version = await database.ValueAsync<long>("select version from cp_customers");
        await database.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where {victim}");
        await held.RollbackAsync();
        (await edit).Should().BeOfType<UpdateResult.Updated>("the call is repeated");

        version.Should().Be(1);
        (await database.WaitingAsync(ada.Id)).Should().Equal("1:created", "2:updated");
        (await database.ValueAsync<long>("select version from cp_customers")).Should().Be(2);

        async Task ExecuteAsync(string sql)
        {
            await using var command = holder.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static ErasureWrite Erasure(CustomerProfile profile, bool includesAbsorbed, bool isSuppressed = false) =>
        ErasureCalls.Write(profile, includesAbsorbed, isSuppressed, write: EventCalls.Write(CustomerEventKind.Erased));

    private static MergeWrite WithEvents(MergeWrite merge, CustomerEventKind from, CustomerEventKind into)
    {
        return new MergeWrite
        {
            Tenant = merge.Tenant,
            Merge = merge.Merge,
            Journal = merge.Journal,
            From = With(merge.From, from),
            Into = With(merge.Into, into),
            NewMarks = merge.NewMarks,
            Aliases = merge.Aliases,
        };

        static MergeSideWrite With(MergeSideWrite side, CustomerEventKind kind) =>
            new()
            {
                State = side.State,
                Profile = side.Profile,
                Checks = side.Checks,
                IsMarked = side.IsMarked,
                MarkedBy = side.MarkedBy,
                Change = EventCalls.Change(kind),
            };
    }
}
