using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A conversation on PostgreSQL sees the database as of its beginning, and then waits for another call to be committed:
/// a merge, its undoing, an erasure, or the same conversation.
/// </summary>
public sealed class WaitingConversationTests
{
    private static readonly Instant Earlier = StoreCalls.Now + Duration.FromMinutes(1);
    private static readonly Instant Later = StoreCalls.Now + Duration.FromHours(1);

    [PostgreSqlTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_that_waited_for_a_merge_is_the_survivors(bool isGathered)
    {
        await using var scene = await Scene.OpenAsync();
        var merge = await scene.Store.PlanAsync(scene.Ada, scene.Bob);

        var lookup = await scene.RecordWhileAsync(
            () => scene.Store.Merging().MergeAsync(merge, default).AsTask(),
            stop: "select from cp_search where customer_id = @ada for update",
            isGathered
        );

        lookup!.IsNewConversation.Should().BeTrue();
        lookup.Customer.Profile.Id.Should().Be(scene.Bob);
        (await scene.ActivitiesAsync()).Should().Be($"{scene.Bob} {Later}");
        (await scene.ConversationsAsync()).Should().Be("1");
    }

    [PostgreSqlTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_that_waited_for_the_undoing_of_a_merge_is_their_own_again(bool isGathered)
    {
        await using var scene = await Scene.OpenAsync();
        var sides = await scene.Store.Merging().GetSidesAsync(default, scene.Ada, scene.Bob, default);
        var merge = await scene.Store.PlanAsync(scene.Ada, scene.Bob);
        await scene.Store.Merging().MergeAsync(merge, default);
        var unmerge = await scene.Store.PlanUndoingAsync(merge.Merge.Id, sides);

        var lookup = await scene.RecordWhileAsync(
            () => scene.Store.Merging().UnmergeAsync(unmerge, default).AsTask(),
            stop: "set session_replication_role = replica; insert into cp_search "
                + "(tenant, customer_id, name, company, has_photo, text, prefixes, properties) "
                + "select tenant, @ada, name, company, has_photo, text, prefixes, properties from cp_search",
            isGathered
        );

        lookup!.IsNewConversation.Should().BeTrue();
        lookup.Customer.Profile.Id.Should().Be(scene.Ada);
        (await scene.ActivitiesAsync()).Should().Be($"{scene.Ada} {Later}, {scene.Bob} {StoreCalls.Now}");
        (await scene.ConversationsAsync()).Should().Be("1");
    }

    [PostgreSqlTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_conversation_that_waited_for_an_erasure_has_no_customer(bool isGathered)
    {
        await using var scene = await Scene.OpenAsync();
        var erasure = ErasureCalls.Write((await scene.Store.GetProfileAsync(default, scene.Ada, default))!);

        var lookup = await scene.RecordWhileAsync(
            async () => await scene.Store.Erasing().EraseAsync(erasure, default) is EraseResult.Erased,
            stop: "set session_replication_role = replica; insert into cp_erasures "
                + "(tenant, customer_id, erased_with, erasure_id, erased_at) "
                + "select tenant, id, id, id, now() from cp_customers where id = @ada",
            isGathered
        );

        lookup.Should().BeNull();
        (await scene.ActivitiesAsync()).Should().Be($"{scene.Bob} {StoreCalls.Now}");
        (await scene.ConversationsAsync()).Should().Be("0");
    }

    [PostgreSqlTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_same_conversation_that_another_host_records_first_leaves_the_time_of_the_first(
        bool isGathered
    )
    {
        await using var scene = await Scene.OpenAsync();

        var lookup = await scene.RecordBesideAsync(
            $"""
            update cp_activity set conversation_at = '{Earlier}' where customer_id = @ada;
            insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at)
            select tenant, id, 'waited', 'received', '{Earlier}' from cp_customers where id = @ada
            """,
            isGathered
        );

        lookup!.IsNewConversation.Should().BeFalse();
        lookup.FirstRecorded.At.Should().Be(Earlier);
        (await scene.ActivitiesAsync()).Should().Be($"{scene.Ada} {Earlier}, {scene.Bob} {StoreCalls.Now}");
    }

    [PostgreSqlFact]
    public async Task One_conversation_by_two_addresses_in_a_batch_leaves_the_time_of_the_first()
    {
        await using var scene = await Scene.OpenAsync();
        var ada = await scene.Store.GetProfileAsync(default, scene.Ada, default);
        await scene.Store.UpdateAsync(
            ada!.WithNotes("Two addresses.", StoreCalls.IdentityOf("also-ada@example.com")),
            change: null,
            default
        );

        var lookups = await scene.RecordTogetherAsync(("ada@example.com", Earlier), ("also-ada@example.com", Later));

        lookups.Select(lookup => lookup!.IsNewConversation).Should().Equal(true, false);
        (await scene.ActivitiesAsync()).Should().Be($"{scene.Ada} {Earlier}, {scene.Bob} {StoreCalls.Now}");
    }

    /// <summary>Ada, who writes, and Bob, with whom she is merged.</summary>
    private sealed class Scene(PostgreSqlTestDatabase database, ICustomerProfileStore gathering, HeldCommand held)
        : IAsyncDisposable
    {
        public required ICustomerProfileStore Store { get; init; }

        public required CustomerId Ada { get; init; }

        public required CustomerId Bob { get; init; }

        public static async Task<Scene> OpenAsync()
        {
            var database = await PostgreSqlTestDatabase.CreateAsync();
            var patient = $"{database.ConnectionString};Options=-c lock_timeout=60s";
            var held = new HeldCommand();
            var store = database.Host(connectionString: patient).GetRequiredService<ICustomerProfileStore>();
            var gathering = database
                .Host(interceptors: [held], connectionString: patient)
                .GetRequiredService<ICustomerProfileStore>();
            var ada = await store.CreateAsync("ada@example.com");
            var bob = await store.CreateAsync("bob@example.com");
            await gathering.GetProviderSettingsAsync(default, default);
            return new Scene(database, gathering, held)
            {
                Store = store,
                Ada = ada.Id,
                Bob = bob.Id,
            };
        }

        /// <summary>
        /// Records a conversation of Ada that waits for another call. That call is stopped, after it has locked the
        /// customers, by a lock of ours.
        /// </summary>
        public async Task<ConversationLookup?> RecordWhileAsync(Func<Task<bool>> other, string stop, bool isGathered)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, stop);
            var others = other();
            await database.WaitingAsync(1, others);
            var recording = isGathered ? await GatheredAsync() : RecordAsync(Store, "ada@example.com", Later);
            await database.WaitingAsync(2, recording);

            await transaction.RollbackAsync();

            (await others).Should().BeTrue();
            return await recording;
        }

        /// <summary>Records a conversation of Ada that waits until what we have written is committed.</summary>
        public async Task<ConversationLookup?> RecordBesideAsync(string write, bool isGathered)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await ExecuteAsync(connection, write);
            var recording = isGathered ? await GatheredAsync() : RecordAsync(Store, "ada@example.com", Later);
            await database.WaitingAsync(1, recording);

            await transaction.CommitAsync();

            return await recording;
        }

        /// <summary>Records a conversation by several addresses in one batch.</summary>
        public async Task<ConversationLookup?[]> RecordTogetherAsync(params (string Address, Instant At)[] calls)
        {
            held.HoldNext(1);
            var first = RecordAsync(gathering, "nobody@example.com", Later);
            await held.Held;
            var before = held.Writes;
            var recording = calls.Select(call => RecordAsync(gathering, call.Address, call.At)).ToArray();
            held.LetGo();
            await first;
            var lookups = await Task.WhenAll(recording);
            (held.Writes - before).Should().Be(1 + 1 + 1, "the one that was held, the batch, and the second again");
            return lookups;
        }

        /// <summary>The customers with an activity and the time of their last conversation, newest first.</summary>
        public Task<string> ActivitiesAsync() =>
            database.ValueAsync<string>(
                "select string_agg(customer_id || ' ' || to_char(conversation_at at time zone 'UTC', "
                    + "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), ', ' order by conversation_at desc) from cp_activity"
            );

        /// <summary>How many conversations are recorded at the later time.</summary>
        public Task<string> ConversationsAsync() =>
            database.ValueAsync<string>(
                $"select count(*)::text from cp_conversations where occurred_at = '{Later}' and customer_id = '{Ada}'"
            );

        public ValueTask DisposeAsync() => database.DisposeAsync();

        /// <summary>A conversation of Ada that waits with another one in a batch.</summary>
        private async Task<Task<ConversationLookup?>> GatheredAsync()
        {
            held.HoldNext(1);
            var first = RecordAsync(gathering, "nobody@example.com", Later);
            await held.Held;
            var recording = RecordAsync(gathering, "ada@example.com", Later);
            var another = RecordAsync(gathering, "nobody-else@example.com", Later);
            held.LetGo();
            await first;
            another.IsCompleted.Should().BeFalse("it waits with the other");
            return recording;
        }

        private static Task<ConversationLookup?> RecordAsync(ICustomerProfileStore store, string address, Instant at) =>
            store
                .RecordConversationAsync(
                    default,
                    StoreCalls.IdentityOf(address),
                    StoreCalls.Record("waited", at),
                    default
                )
                .AsTask();

        private async Task ExecuteAsync(NpgsqlConnection connection, string sql)
        {
            await using var command = new NpgsqlCommand(
                sql.Replace("@ada", $"'{Ada}'", StringComparison.Ordinal),
                connection
            );
            await command.ExecuteNonQueryAsync();
        }
    }
}
