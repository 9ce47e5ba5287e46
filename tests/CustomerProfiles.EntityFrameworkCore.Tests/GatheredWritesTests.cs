using System.Transactions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Conversations that come while others are being written are written together, and each caller notices nothing of the
/// others.
/// </summary>
public sealed class GatheredWritesTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Conversations_that_wait_are_written_in_one_transaction(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);

        var calls = await scene.GatherAsync(
            Enumerable.Range(0, 20).Select(i => scene.RecordAsync($"known-{i}@example.com", "second"))
        );

        (await Task.WhenAll(calls)).Should().OnlyContain(lookup => lookup!.IsNewConversation);
        (await scene.CountAsync("cp_conversations where conversation_id = 'second'")).Should().Be(20);
        if (kind == DatabaseKind.PostgreSql)
        {
            scene.CommandsSinceHeld.Should().Be(1, "one statement writes them all");
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task New_customers_that_wait_are_written_in_one_transaction(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        await scene.Store.SetSuppressedAsync(default, StoreCalls.IdentityOf("new-3@example.com"), true, default);
        await scene.Store.SetProviderSettingAsync(
            default,
            new ProviderSetting("off", isEnabled: false, StoreCalls.Now, "kim"),
            default
        );

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 20)
                .Select(i => scene.CreateAsync($"new-{i}@example.com", i % 2 == 0 ? [] : [StoreCalls.Provider, "off"]))
        );

        var lookups = await Task.WhenAll(calls);
        for (var i = 0; i < lookups.Length; i++)
        {
            var customer = lookups[i]!.Customer;
            lookups[i]!.IsNewCustomer.Should().BeTrue();
            customer.IsSuppressed.Should().Be(i == 3);
            customer
                .Checks.Select(check => check.Provider)
                .Should()
                .Equal(i % 2 == 0 || i == 3 ? [] : [StoreCalls.Provider]);
            (await scene.Store.GetAsync(default, customer.Profile.Id, default)).Should().BeEquivalentTo(customer);
        }

        if (kind == DatabaseKind.PostgreSql)
        {
            scene.CommandsSinceHeld.Should().Be(1 + lookups.Length, "one statement writes them, the others read");
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task New_customers_that_wait_are_created_as_far_as_marks_and_guards_allow(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        var erased = (await scene.CreateAsync("erased@example.com", [], "guarded"))!.Customer.Profile;
        await scene
            .Store.Erasing()
            .EraseAsync(
                ErasureCalls.Write(
                    erased,
                    marks:
                    [
                        ErasureCalls.Mark("new-1@example.com"),
                        ErasureCalls.Mark("new-2@example.com", ErasureMarkKind.DoNotKeep),
                    ],
                    guardFor: Duration.FromDays(7)
                ),
                default
            );

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 6)
                .Select(i =>
                    scene.CreateAsync(
                        $"new-{i}@example.com",
                        [StoreCalls.Provider],
                        i == 3 ? "guarded" : "first",
                        write: EventCalls.Write(CustomerEventKind.Created)
                    )
                )
        );

        var lookups = await Task.WhenAll(calls);
        lookups.Select(lookup => lookup?.IsNewCustomer).Should().Equal(true, true, null, null, true, true);
        lookups.Select(lookup => lookup?.Customer.IsSuppressed).Should().Equal(false, true, null, null, false, false);
        lookups.Select(lookup => lookup?.Customer.Checks.Length).Should().Equal(1, 0, null, null, 1, 1);
        if (kind == DatabaseKind.PostgreSql)
        {
            scene.CommandsSinceHeld.Should().Be(1, "one statement decides about all of them");
        }

        (await scene.CountAsync("cp_customers")).Should().Be(Scene.Known + 4);
        (await scene.CountAsync("cp_identities where value in ('new-2@example.com', 'new-3@example.com')"))
            .Should()
            .Be(0);
        (await scene.CountAsync("cp_conversations where conversation_id = 'guarded'")).Should().Be(0);
        (await scene.CountAsync("cp_suppressions where value = 'new-1@example.com'")).Should().Be(1);
        (await scene.CountAsync("cp_suppressions")).Should().Be(1);
        (await scene.CountAsync("cp_events")).Should().Be(4);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_call_that_finds_no_other_is_one_write_at_once(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        var before = scene.Held.Writes;

        await scene.RecordAsync("known-1@example.com", "second");
        await scene.RecordAsync("known-1@example.com", "third");

        (scene.Held.Writes - before).Should().Be(2);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_call_whose_data_the_database_refuses_fails_alone(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        await scene.RefuseConversationsAsync("poison");

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 10)
                .SelectMany(i =>
                    new[]
                    {
                        scene.RecordAsync($"known-{i}@example.com", i == 4 ? "poison" : "second"),
                        scene.CreateAsync($"new-{i}@example.com", [], i == 7 ? "poison" : "first"),
                    }
                )
        );

        foreach (var (call, i) in calls.Select((call, i) => (call, i)))
        {
            if (i is 8 or 15)
            {
                (await FluentActions.Awaiting(() => call).Should().ThrowAsync<Exception>())
                    .Which.ToString()
                    .Should()
                    .Contain("no_poison");
            }
            else
            {
                (await call)!.IsNewConversation.Should().BeTrue();
            }
        }

        (await scene.CountAsync("cp_conversations where conversation_id = 'second'")).Should().Be(9);
        (await scene.CountAsync("cp_conversations where conversation_id = 'poison'")).Should().Be(0);
        (await scene.CountAsync("cp_customers")).Should().Be(Scene.Known + 9);
        (await scene.CountAsync("cp_identities")).Should().Be(Scene.Known + 9);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_caller_who_cancels_hurts_no_other(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        using var cancellation = new CancellationTokenSource();
        var cancelled = new List<Task>();

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    scene.RecordAsync(
                        $"known-{i}@example.com",
                        "second",
                        i % 2 == 0 ? cancellation.Token : CancellationToken.None
                    )
                ),
            beforeRelease: async waiting =>
            {
                await cancellation.CancelAsync();
                foreach (var call in waiting.Where((_, i) => i % 2 == 0))
                {
                    await FluentActions.Awaiting(() => call).Should().ThrowAsync<OperationCanceledException>();
                }
            }
        );

        foreach (var call in calls.Where((_, i) => i % 2 == 1))
        {
            (await call)!.IsNewConversation.Should().BeTrue();
        }

        (await scene.CountAsync("cp_conversations where conversation_id = 'second'"))
            .Should()
            .Be(5, "those who cancelled were still waiting, so nothing of theirs is written");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Calls_about_one_address_are_written_in_the_order_in_which_they_came(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 30)
                .Select(i =>
                    scene
                        .Store.RecordConversationAsync(
                            default,
                            StoreCalls.IdentityOf($"known-{i % 3}@example.com"),
                            StoreCalls.Record("second", StoreCalls.Now + Duration.FromSeconds(i)),
                            default
                        )
                        .AsTask()
                )
        );

        foreach (var (lookup, i) in (await Task.WhenAll(calls)).Select((lookup, i) => (lookup, i)))
        {
            lookup!.IsNewConversation.Should().Be(i < 3);
            lookup.FirstRecorded.At.Should().Be(StoreCalls.Now + Duration.FromSeconds(i % 3));
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task One_conversation_by_two_addresses_of_a_customer_is_new_once(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);
        var known = await scene.Store.FindAsync(default, StoreCalls.IdentityOf("known-1@example.com"), default);
        await scene.Store.UpdateAsync(
            known!.Profile.WithNotes("Two addresses.", StoreCalls.IdentityOf("also-1@example.com")),
            change: null,
            default
        );

        var calls = await scene.GatherAsync(
            new[] { "known-1@example.com", "also-1@example.com" }.Select(address =>
                scene.RecordAsync(address, "second")
            )
        );

        (await Task.WhenAll(calls)).Count(lookup => lookup!.IsNewConversation).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Tenants_are_not_mixed(DatabaseKind kind)
    {
        await using var scene = await Scene.OpenAsync(kind);

        var calls = Enumerable
            .Range(0, 12)
            .Select(i => scene.CreateAsync("same@example.com", [], tenant: new TenantId($"tenant-{i % 3}")));

        (await Task.WhenAll(calls)).Count(lookup => lookup!.IsNewCustomer).Should().Be(3);
        foreach (var tenant in new[] { "tenant-0", "tenant-1", "tenant-2" })
        {
            (await scene.CountAsync($"cp_customers where tenant = '{tenant}'")).Should().Be(1);
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Many_callers_of_two_hosts_leave_what_single_calls_leave(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        ICustomerProfileStore[] hosts = [database.Store(), database.Store()];
        await hosts[0].GetProviderSettingsAsync(default, default);

        // Both hosts take in the same conversations, from opposite ends.
        const int Customers = 60;
        const int Conversations = 4;
        var work = Enumerable
            .Range(0, Customers * Conversations)
            .Select(i => ($"c{i % Customers}@example.com", $"t{i / Customers}"))
            .ToArray();
        var results = await Task.WhenAll(TakeInAsync(hosts[0], work), TakeInAsync(hosts[1], [.. work.Reverse()]));

        var all = results.SelectMany(result => result).ToArray();
        all.Count(lookup => lookup.IsNewCustomer).Should().Be(Customers);
        all.Count(lookup => lookup.IsNewConversation).Should().Be(work.Length);
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(Customers);
        (await database.ValueAsync<long>("select count(*) from cp_identities")).Should().Be(Customers);
        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be(work.Length);
        (await database.ValueAsync<long>("select count(*) from cp_checks where is_pending")).Should().Be(Customers);

        static Task<ConversationLookup[]> TakeInAsync(ICustomerProfileStore store, (string, string)[] work) =>
            Task.WhenAll(
                work.Select(async item =>
                {
                    var (address, id) = item;
                    return await store.RecordConversationAsync(
                            default,
                            StoreCalls.IdentityOf(address),
                            StoreCalls.Record(id),
                            default
                        )
                        ?? (
                            await store.CreateAsync(
                                new NewCustomer
                                {
                                    Profile = StoreCalls.NewProfile(address),
                                    Conversation = StoreCalls.Record(id),
                                    Checks = [StoreCalls.Provider],
                                },
                                default
                            )
                        )!;
                })
            );
    }

    [PostgreSqlFact]
    public async Task A_call_waits_for_none_of_another_tenant()
    {
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql);
        await scene.HoldAsync();

        var lookup = await scene.CreateAsync("ada@example.com", [], tenant: new TenantId("other"));

        lookup!.IsNewCustomer.Should().BeTrue();
        await scene.LetGoAsync();
    }

    [PostgreSqlTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_whose_response_was_lost_recognises_its_own_work(bool isCreation)
    {
        var connection = new BrokenConnection { Concerned = "unnest(@kinds" };
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql, connection);
        connection.BreakOnce();

        var calls = await scene.GatherAsync(
            Enumerable
                .Range(0, 10)
                .Select(i =>
                    isCreation
                        ? scene.CreateAsync($"new-{i}@example.com", [StoreCalls.Provider])
                        : scene.RecordAsync($"known-{i}@example.com", "second")
                )
        );

        (await Task.WhenAll(calls))
            .Should()
            .OnlyContain(lookup => lookup!.IsNewConversation && lookup.IsNewCustomer == isCreation);
        connection.Broke.Should().Be(1);
        (await scene.CountAsync("cp_customers")).Should().Be(Scene.Known + (isCreation ? 10 : 0));
    }

    [PostgreSqlFact]
    public async Task An_error_that_concerns_no_row_reaches_every_caller_of_the_batch()
    {
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql);
        await scene.Database.ExecuteAsync(
            "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'out of order' "
                + "using errcode = 'P0001'; end $$"
        );

        var calls = await scene.GatherAsync(
            Enumerable.Range(0, 5).Select(i => scene.RecordAsync($"known-{i}@example.com", "second")),
            beforeRelease: _ =>
                scene.Database.ExecuteAsync(
                    "create trigger refuse before insert on cp_conversations for each row "
                        + "when (new.conversation_id = 'second') execute function refuse()"
                )
        );

        foreach (var call in calls)
        {
            await FluentActions
                .Awaiting(() => call)
                .Should()
                .ThrowAsync<PostgresException>()
                .WithMessage("*out of order*");
        }
    }

    [PostgreSqlFact]
    public async Task A_customer_locked_by_another_host_holds_only_calls_about_that_customer()
    {
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql);
        await using var other = new NpgsqlConnection(scene.Database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(
            "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                + "select tenant, customer_id, 'second', 'received', now() from cp_identities "
                + "where value = 'known-3@example.com'",
            other
        );
        (await insert.ExecuteNonQueryAsync()).Should().Be(1);

        var calls = await scene.GatherAsync(
            Enumerable.Range(0, 10).Select(i => scene.RecordAsync($"known-{i}@example.com", "second"))
        );

        for (var i = 0; i < calls.Count; i++)
        {
            if (i != 3)
            {
                (await calls[i])!.IsNewConversation.Should().BeTrue();
            }
        }

        calls[3].IsCompleted.Should().BeFalse("it waits for the other host");
        await transaction.RollbackAsync();
        (await calls[3])!.IsNewConversation.Should().BeTrue();
    }

    [PostgreSqlFact]
    public async Task A_call_that_waits_alone_for_another_host_holds_no_other()
    {
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql);
        await using var other = new NpgsqlConnection(scene.Database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(
            "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                + "select tenant, customer_id, 'second', 'received', now() from cp_identities "
                + "where value = 'known-3@example.com'",
            other
        );
        (await insert.ExecuteNonQueryAsync()).Should().Be(1);

        var waiting = scene.RecordAsync("known-3@example.com", "second");
        var others = Enumerable.Range(4, 10).Select(i => scene.RecordAsync($"known-{i}@example.com", "second"));

        (await Task.WhenAll(others)).Should().OnlyContain(lookup => lookup!.IsNewConversation);
        waiting.IsCompleted.Should().BeFalse("it waits for the other host");
        await transaction.RollbackAsync();
        (await waiting)!.IsNewConversation.Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Nothing_is_gathered_when_the_option_is_off(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var held = new HeldCommand();
        var store = database
            .Host(interceptors: [held], storeOptions: options => options.GatherWrites = false)
            .GetRequiredService<ICustomerProfileStore>();
        await Scene.FillAsync(store);
        var before = held.Writes;

        await Task.WhenAll(
            Enumerable
                .Range(0, Scene.Known)
                .Select(i =>
                    store
                        .RecordConversationAsync(
                            default,
                            StoreCalls.IdentityOf($"known-{i}@example.com"),
                            StoreCalls.Record("second"),
                            default
                        )
                        .AsTask()
                )
        );

        (held.Writes - before).Should().Be(Scene.Known);
    }

    [PostgreSqlFact]
    public async Task A_call_within_a_transaction_of_its_caller_is_written_alone()
    {
        await using var scene = await Scene.OpenAsync(DatabaseKind.PostgreSql);
        await scene.HoldAsync();

        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            (await scene.RecordAsync("known-9@example.com", "second"))!.IsNewConversation.Should().BeTrue();
        }

        await scene.LetGoAsync();
        (await scene.CountAsync("cp_conversations where conversation_id = 'second'"))
            .Should()
            .Be(1, "the transaction of the caller was not committed, and does not matter");
    }

    [PostgreSqlTheory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 10)]
    public async Task Calls_gather_on_every_connection_but_those_of_an_own_context_with_interceptors(
        bool isOwnContext,
        bool hasInterceptor,
        int transactions
    )
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.PostgreSql);
        await using var own = isOwnContext ? await OwnAsync(database, hasInterceptor) : null;
        var store = (own ?? database.Host()).GetRequiredService<ICustomerProfileStore>();
        await Scene.FillAsync(store);
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(
            "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                + "select tenant, customer_id, 'held', 'received', now() from cp_identities "
                + "where value = 'known-20@example.com'",
            other
        );
        (await insert.ExecuteNonQueryAsync()).Should().Be(1);
        Task<ConversationLookup?> RecordAsync(int customer, string id) =>
            store
                .RecordConversationAsync(
                    default,
                    StoreCalls.IdentityOf($"known-{customer}@example.com"),
                    StoreCalls.Record(id),
                    default
                )
                .AsTask();

        // It waits for the other connection, and others gather behind it.
        var holding = RecordAsync(20, "held");
        var calls = Enumerable.Range(0, 10).Select(i => RecordAsync(i, "second")).ToArray();
        await transaction.RollbackAsync();

        await holding;
        (await Task.WhenAll(calls)).Should().OnlyContain(lookup => lookup!.IsNewConversation);
        (
            await database.ValueAsync<long>(
                "select count(distinct xmin::text) from cp_conversations where conversation_id = 'second'"
            )
        )
            .Should()
            .Be(transactions);
    }

    private static async Task<ServiceProvider> OwnAsync(TestDatabase database, bool hasInterceptor)
    {
        var builder = new ServiceCollection().AddCustomerProfiles().UseEntityFrameworkCore<HostContext>();
        builder.Services.AddPooledDbContextFactory<HostContext>(context =>
        {
            database.Connect(context);
            if (hasInterceptor)
            {
                context.AddInterceptors(new HeldCommand());
            }
        });
        var host = builder.Services.BuildServiceProvider();
        await using var context = await host.GetRequiredService<IDbContextFactory<HostContext>>()
            .CreateDbContextAsync();
        await context.Database.EnsureCreatedAsync();
        return host;
    }

    /// <summary>A host's own context.</summary>
    private sealed class HostContext(DbContextOptions<HostContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) =>
            modelBuilder.AddCustomerProfiles(Database);
    }

    /// <summary>A host with known customers, whose calls can be held so that others gather behind them.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public const int Known = 21;

        private readonly DatabaseKind _kind;
        private readonly List<Task> _holding = [];
        private int _commandsWhenLetGo;

        private Scene(DatabaseKind kind, TestDatabase database, ICustomerProfileStore store, HeldCommand held)
        {
            _kind = kind;
            Database = database;
            Store = store;
            Held = held;
        }

        public TestDatabase Database { get; }

        public ICustomerProfileStore Store { get; }

        public HeldCommand Held { get; }

        /// <summary>The commands after those that were held.</summary>
        public int CommandsSinceHeld => Held.Commands - _commandsWhenLetGo;

        public static async Task<Scene> OpenAsync(DatabaseKind kind, BrokenConnection? broken = null)
        {
            var database = await TestDatabase.CreateAsync(kind);
            var held = new HeldCommand();
            var store = broken is null ? database.Store(held) : database.Store(held, broken);
            await FillAsync(store);
            return new Scene(kind, database, store, held);
        }

        public static async Task FillAsync(ICustomerProfileStore store)
        {
            for (var i = 0; i < Known; i++)
            {
                await store.CreateAsync($"known-{i}@example.com");
            }
        }

        public async Task<ConversationLookup?> RecordAsync(
            string address,
            string id,
            CancellationToken cancellationToken = default
        ) =>
            await Store.RecordConversationAsync(
                default,
                StoreCalls.IdentityOf(address),
                StoreCalls.Record(id),
                cancellationToken
            );

        public async Task<ConversationLookup?> CreateAsync(
            string address,
            string[] checks,
            string id = "first",
            TenantId tenant = default,
            EventWrite? write = null
        ) =>
            await Store.CreateAsync(
                new NewCustomer
                {
                    Profile = StoreCalls.NewProfile(address, tenant),
                    Conversation = StoreCalls.Record(id),
                    Checks = [.. checks],
                    ErasureHashes = [ErasureHash.OfConversation(tenant, id), ErasureCalls.HashOf(address)],
                    Event = write,
                },
                default
            );

        /// <summary>Starts the calls while others are held, and lets go when all of them wait.</summary>
        public async Task<IReadOnlyList<Task<ConversationLookup?>>> GatherAsync(
            IEnumerable<Task<ConversationLookup?>> calls,
            Func<IReadOnlyList<Task<ConversationLookup?>>, Task>? beforeRelease = null
        )
        {
            await HoldAsync();
            var started = calls.ToArray();
            started.Should().OnlyContain(call => !call.IsCompleted, "others are held");
            await (beforeRelease?.Invoke(started) ?? Task.CompletedTask);
            await LetGoAsync();
            return started;
        }

        /// <summary>Holds a call of each kind, which create nothing.</summary>
        public async Task HoldAsync()
        {
            // On SQLite the second waits for the first.
            Held.HoldNext(_kind == DatabaseKind.Sqlite ? 1 : 2);
            _holding.Add(RecordAsync("nobody@example.com", "held"));
            _holding.Add(CreateAsync($"known-{Known - 1}@example.com", [], "held"));
            await Held.Held;
        }

        public async Task LetGoAsync()
        {
            // The one that creates finds the customer, and records the conversation.
            _commandsWhenLetGo = Held.Commands + _holding.Count + 1;
            Held.LetGo();
            await Task.WhenAll(_holding);
        }

        public Task<long> CountAsync(string rows) => Database.ValueAsync<long>($"select count(*) from {rows}");

        /// <summary>The database refuses conversations with this id.</summary>
        public Task RefuseConversationsAsync(string id) =>
            Database.ExecuteAsync(
                _kind == DatabaseKind.PostgreSql
                    ? $"alter table cp_conversations add constraint no_poison check (conversation_id <> '{id}')"
                    : $"create trigger no_poison before insert on cp_conversations when new.conversation_id = '{id}' "
                        + "begin select raise(abort, 'no_poison'); end"
            );

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }
}
