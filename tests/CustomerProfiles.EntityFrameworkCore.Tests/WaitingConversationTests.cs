using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A conversation on PostgreSQL sees the database as of its beginning, and then waits for a merge, or for its undoing,
/// to be committed. It is recorded for whom its sender has become.
/// </summary>
public sealed class WaitingConversationTests
{
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

    /// <summary>Ada, who writes, and Bob, with whom she is merged.</summary>
    private sealed class Scene(PostgreSqlTestDatabase database) : IAsyncDisposable
    {
        private readonly HeldCommand _held = new();

        public required ICustomerProfileStore Store { get; init; }

        public required CustomerId Ada { get; init; }

        public required CustomerId Bob { get; init; }

        public static async Task<Scene> OpenAsync()
        {
            var database = await PostgreSqlTestDatabase.CreateAsync();
            var store = database.Store();
            return new Scene(database)
            {
                Store = store,
                Ada = (await store.CreateAsync("ada@example.com")).Id,
                Bob = (await store.CreateAsync("bob@example.com")).Id,
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
            await using var command = new NpgsqlCommand(stop.Replace("@ada", $"'{Ada}'", StringComparison.Ordinal))
            {
                Connection = connection,
            };
            await command.ExecuteNonQueryAsync();
            var others = other();
            await WaitingAsync(1, others);
            var recording = isGathered ? await GatheredAsync() : RecordAsync(Store);
            await WaitingAsync(2, recording);

            await transaction.RollbackAsync();

            (await others).Should().BeTrue();
            return await recording;
        }

        /// <summary>The customers with an activity, and the time of their last conversation, the latest first.</summary>
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

        /// <summary>Another host writes two conversations together, which wait as long as it takes.</summary>
        private async Task<Task<ConversationLookup?>> GatheredAsync()
        {
            var host = database
                .Host(
                    interceptors: [_held],
                    connectionString: $"{database.ConnectionString};Options=-c lock_timeout=60s"
                )
                .GetRequiredService<ICustomerProfileStore>();
            await host.GetProviderSettingsAsync(default, default);
            _held.HoldNext(1);
            var first = RecordAsync(host, "nobody@example.com");
            await _held.Held;
            var recording = RecordAsync(host);
            var another = RecordAsync(host, "nobody-else@example.com");
            _held.LetGo();
            await first;
            await WaitingAsync(2, another);
            return recording;
        }

        private static Task<ConversationLookup?> RecordAsync(
            ICustomerProfileStore store,
            string address = "ada@example.com"
        ) =>
            store
                .RecordConversationAsync(
                    default,
                    StoreCalls.IdentityOf(address),
                    StoreCalls.Record("waited", Later),
                    default
                )
                .AsTask();

        private async Task WaitingAsync(int calls, Task call)
        {
            const string waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'";
            while (await database.ValueAsync<long>($"{waiting} and datname = current_database()") < calls)
            {
                call.IsCompleted.Should().BeFalse("it waits");
            }
        }
    }
}
