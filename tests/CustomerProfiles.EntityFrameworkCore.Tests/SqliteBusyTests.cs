using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A process that is paused while it writes blocks others only for their timeout.</summary>
public sealed class SqliteBusyTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    private static readonly BudgetPeriod Period = new("one", "2026-03");

    /// <summary>Every call of the store that writes.</summary>
    public static TheoryData<string> Writes => [.. Calls.Keys];

    private static Dictionary<string, Func<ICustomerProfileStore, CustomerProfile, CheckClaim, Task>> Calls { get; } =
        new(StringComparer.Ordinal)
        {
            ["a conversation received"] = (store, _, _) =>
                store
                    .RecordConversationAsync(
                        default,
                        StoreCalls.IdentityOf("ada@example.com"),
                        StoreCalls.Record("2"),
                        default
                    )
                    .AsTask(),
            ["a customer created"] = (store, _, _) => store.CreateAsync("charles@example.com"),
            ["customers added"] = (store, _, _) =>
                store
                    .AddAsync(
                        default,
                        [StoreCalls.NewProfile("grace@example.com"), StoreCalls.NewProfile("alan@example.com")],
                        created: null,
                        default
                    )
                    .AsTask(),
            ["an edit"] = (store, ada, _) =>
                store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask(),
            ["a check requested"] = (store, ada, _) =>
                store.RequestCheckAsync(default, ada.Id, "two", null, StoreCalls.Now, default).AsTask(),
            ["a check claimed"] = (store, _, _) => store.ClaimAsync().AsTask(),
            ["a check completed"] = (store, _, claim) => store.CompleteAsync(claim).AsTask(),
            ["a check withheld"] = (store, _, claim) =>
                store.CompleteAsync(claim, outcome: CheckOutcome.Withheld).AsTask(),
            ["a check released"] = (store, _, claim) =>
                store
                    .ReleaseCheckAsync(
                        claim,
                        new CheckRelease
                        {
                            At = StoreCalls.Now,
                            Failure = null,
                            RetryAt = StoreCalls.Now,
                            CountsAsAttempt = true,
                        },
                        default
                    )
                    .AsTask(),
            ["a lease prolonged"] = (store, _, claim) =>
                store.RenewLeaseAsync(claim, Duration.FromHours(1), default).AsTask(),
            ["a paid result counted"] = (store, _, _) => store.TryReserveBudgetAsync(Period, 5, default).AsTask(),
            ["a paid result given back"] = (store, _, _) => store.RefundAsync(Period, default).AsTask(),
            ["a provider switched"] = (store, _, _) =>
                store
                    .SetProviderSettingAsync(default, new ProviderSetting("one", false, StoreCalls.Now, "kim"), default)
                    .AsTask(),
            ["a customer suppressed"] = (store, ada, _) =>
                store.SetSuppressedAsync(default, ada.Id, true, change: null, default).AsTask(),
            ["an address suppressed"] = (store, _, _) =>
                store.SetSuppressedAsync(default, StoreCalls.IdentityOf("bob@example.org"), true, default).AsTask(),
        };

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task While_a_process_is_stopped_writes_of_others_fail_soon_and_succeed_afterwards(string write)
    {
        await using var database = new SqliteTestDatabase();
        var store = StoreOf(database, Soon);
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var claim = (await store.ClaimAsync())!;
        await using var other = await SqliteWriterProcess.StartAsync(database.ConnectionString);
        await other.StopAsync();

        (
            await FluentActions
                .Awaiting(() => Calls[write](store, ada, claim))
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
        )
            .WithMessage("*write lock*profiles.db*BusyTimeout*0.2 s*")
            .And.Message.Should()
            .NotContain("ada@");
        (await store.GetAsync(default, ada.Id, default))!.Profile.Version.Should().Be(1, "who reads does not wait");

        await other.FinishAsync();
        await Calls[write](store, ada, claim);
        (await database.ValueAsync<long>("select used from cp_budget_usage where provider = 'another process'"))
            .Should()
            .Be(1);
    }

    [Fact]
    public async Task A_killed_process_blocks_nobody()
    {
        await using var database = new SqliteTestDatabase();
        var store = StoreOf(database, Soon);
        var ada = await store.CreateAsync("ada@example.com");
        await using var other = await SqliteWriterProcess.StartAsync(database.ConnectionString);
        await other.StopAsync();
        await other.KillAsync();

        (await store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default))
            .Should()
            .BeOfType<UpdateResult.Updated>();
        (await database.ValueAsync<long>("select count(*) from cp_budget_usage")).Should().Be(0);
    }

    [Fact]
    public async Task A_context_of_the_host_waits_no_longer()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        var builder = new ServiceCollection()
            .AddCustomerProfiles()
            .UseEntityFrameworkCore<CustomerProfilesDbContext>(options => options.BusyTimeout = Soon);
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseSqlite($"{database.ConnectionString};Default Timeout=0")
        );
        await using var host = builder.Services.BuildServiceProvider();
        await using var other = await LockAsync(database);

        await FluentActions
            .Awaiting(() => host.GetRequiredService<ICustomerProfileStore>().CreateAsync("bob@example.com"))
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage("*write lock*");
    }

    [Fact]
    public async Task Each_call_in_the_queue_has_its_own_timeout()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await using var other = await LockAsync(database);
        var time = new FakeTimeProvider();
        using var writer = new OneWriter(TimeSpan.FromSeconds(5), time);
        var started = time.GetTimestamp();
        var callers = Enumerable.Range(0, 50).Select(_ => WriteAsync(database, writer, default)).ToArray();

        callers.Should().OnlyContain(caller => !caller.IsCompleted, "a call that waits holds no thread");
        var ended = Task.WhenAll(callers);
        await PassAsync(time, () => ended.IsCompleted);

        foreach (var caller in callers)
        {
            await FluentActions
                .Awaiting(() => caller)
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
                .WithMessage("*5 s here*");
        }

        time.GetElapsedTime(started).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
        await other.DisposeAsync();
        (await WriteAsync(database, writer, default)).Should().BeTrue();
    }

    [Fact]
    public async Task A_call_that_comes_while_a_process_is_stopped_waits_too()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await using var other = await LockAsync(database);
        var time = new PausedTime(TimeSpan.FromSeconds(8));
        using var writer = new OneWriter(TimeSpan.FromSeconds(5), time);
        var started = time.GetTimestamp();
        var callers = new List<Task>();
        foreach (var context in new[] { 0, 3, 6 })
        {
            await PassAsync(time, () => time.GetElapsedTime(started) >= TimeSpan.FromSeconds(context));
            callers.Add(WriteAsync(database, writer, default));
        }

        await PassAsync(time, () => callers[1].IsCompleted);

        // It is first in the queue, its timeout has not passed, and the clock does not move now.
        await time.Paused.WaitAsync(TimeSpan.FromSeconds(30));
        await PassAsync(time, () => callers[2].IsCompleted);
        await FluentActions.Awaiting(() => callers[2]).Should().ThrowAsync<ProfileDatabaseException>();
        time.GetElapsedTime(started).Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(11));
    }

    [Fact]
    public async Task A_cancelled_call_stops_waiting_in_the_queue_or_for_the_lock()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await using var other = await LockAsync(database);
        using var writer = new OneWriter(TimeSpan.FromMinutes(5), new FakeTimeProvider());
        using var timeout = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 3).Select(_ => WriteAsync(database, writer, timeout.Token)).ToArray();

        await timeout.CancelAsync();

        foreach (var caller in callers)
        {
            await FluentActions.Awaiting(() => caller).Should().ThrowAsync<OperationCanceledException>();
        }
    }

    [Fact]
    public async Task A_lock_that_was_held_long_ago_does_not_count()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        var time = new FakeTimeProvider();
        using var writer = new OneWriter(TimeSpan.FromSeconds(5), time);
        await using (await LockAsync(database))
        {
            var first = WriteAsync(database, writer, default);
            await PassAsync(time, () => first.IsCompleted);
            await FluentActions.Awaiting(() => first).Should().ThrowAsync<ProfileDatabaseException>();
        }

        time.Advance(TimeSpan.FromMinutes(1));
        var other = await LockAsync(database);
        var second = WriteAsync(database, writer, default);
        time.Advance(TimeSpan.FromSeconds(1));
        await other.DisposeAsync();
        await PassAsync(time, () => second.IsCompleted);

        (await second).Should().BeTrue();
    }

    [Fact]
    public async Task A_call_that_fails_releases_the_lock()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        var store = StoreOf(database, Soon);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await FluentActions
            .Awaiting(() => store.TryReserveBudgetAsync(Period, 1, cancelled.Token).AsTask())
            .Should()
            .ThrowAsync<OperationCanceledException>();
        await database.ExecuteAsync(
            "create trigger refuse before insert on cp_budget_usage begin select raise(abort, 'refused'); end"
        );
        await FluentActions
            .Awaiting(() => store.TryReserveBudgetAsync(Period, 1, default).AsTask())
            .Should()
            .ThrowAsync<DbException>();
        await database.ExecuteAsync("drop trigger refuse");

        await using var other = await LockAsync(database);
        (await store.GetProviderSettingsAsync(default, default)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(600_001)]
    public void An_invalid_timeout_is_an_error_at_once(int milliseconds) =>
        new ServiceCollection()
            .AddCustomerProfiles()
            .Invoking(builder =>
                builder.UseSqlite(
                    "Data Source=profiles.db",
                    options => options.BusyTimeout = TimeSpan.FromMilliseconds(milliseconds)
                )
            )
            .Should()
            .Throw<ArgumentException>()
            .WithMessage($"*BusyTimeout is {TimeSpan.FromMilliseconds(milliseconds)}*");

    /// <summary>A clock that reports when somebody waits late.</summary>
    private sealed class PausedTime(TimeSpan late) : FakeTimeProvider
    {
        private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Paused => _paused.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (GetUtcNow() - Start >= late)
            {
                _paused.TrySetResult();
            }

            return base.CreateTimer(callback, state, dueTime, period);
        }
    }

    private static ICustomerProfileStore StoreOf(SqliteTestDatabase database, TimeSpan busyTimeout)
    {
        var host = database.Host();
        host.GetRequiredService<DatabaseStoreOptions>().BusyTimeout = busyTimeout;
        return host.GetRequiredService<ICustomerProfileStore>();
    }

    private static async Task<SqliteConnection> LockAsync(SqliteTestDatabase database)
    {
        var connection = new SqliteConnection($"{database.ConnectionString};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "begin immediate";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Begins and rolls back the transaction of a writer.</summary>
    private static async Task<bool> WriteAsync(
        SqliteTestDatabase database,
        OneWriter writer,
        CancellationToken cancellationToken
    ) =>
        await writer.RunAsync(
            async begin =>
            {
                await using var connection = new SqliteConnection($"{database.ConnectionString};Pooling=False");
                await connection.OpenAsync(CancellationToken.None);
                await begin(new DirectConnection(connection, null, false, (_, _) => default) { Generation = 0 });
                return true;
            },
            cancellationToken
        );

    /// <summary>Advances the clock until a condition is true.</summary>
    private static async Task PassAsync(FakeTimeProvider time, Func<bool> isSo)
    {
        while (!isSo())
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }
}
