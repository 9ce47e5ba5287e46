using System.Buffers.Binary;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A host that is killed at any statement of a call leaves everything as before the call or as after it, and another
/// host goes on.
/// </summary>
public sealed class KilledHostTests
{
    public static TheoryData<string> Calls => KillableWork.Names;

    [PostgreSqlTheory]
    [MemberData(nameof(Calls))]
    public async Task A_host_that_is_killed_while_it_sends_a_call_leaves_all_as_before_or_as_after(string call)
    {
        await using var stage = await Stage.OpenAsync(call);
        await using var proxy = new StallingProxy(stage.Server.Host!, stage.Server.Port);

        // Without automatic preparation, which would make statements shorter than in the recording.
        stage.Server.Port = proxy.Port;
        stage.Server.MaxAutoPrepare = 0;
        stage.Server.ApplicationName = "killed";
        var dyingHost = stage.Services(stage.Server.ConnectionString);
        var killed = dyingHost.GetRequiredService<ICustomerProfiles>();
        var tenant = await stage.NextAsync();
        await KillableWork.WarmUpAsync(killed.ForTenant(tenant));
        var sent = await proxy.RecordAsync(() => KillableWork.CallAsync(call, killed.ForTenant(tenant)));

        var states = new List<string>();
        foreach (var end in EndsOf(sent))
        {
            await Stage.ClearPoolAsync(dyingHost);
            tenant = await stage.NextAsync();
            await KillableWork.WarmUpAsync(killed.ForTenant(tenant));
            var kill = proxy.KillAfter(end);
            using var death = new CancellationTokenSource();
            var dying = KillableWork.CallAsync(call, killed.ForTenant(tenant), death.Token);
            (await Task.WhenAny(kill, dying)).Should().Be(kill, $"{call} has more than {end} of {sent.Length} bytes");

            // A process that was killed repeats nothing.
            await death.CancelAsync();
            (await Record.ExceptionAsync(() => dying)).Should().NotBeNull();
            await stage.ServerHasEndedAsync("killed");
            proxy.Restore();

            states.Add(await stage.StateAsync(tenant, $"{call} was killed after {end} of {sent.Length} bytes"));
            await stage.AnotherHostGoesOnAsync(tenant);
        }

        states.Should().HaveElementAt(0, Stage.Before).And.HaveElementAt(states.Count - 1, Stage.After);
    }

    [PostgreSqlTheory]
    [MemberData(nameof(KillableWork.AllNames), MemberType = typeof(KillableWork))]
    public async Task A_call_whose_back_end_is_killed_at_any_statement_is_made_once(string call)
    {
        await using var stage = await Stage.OpenAsync(call);
        await stage.KillAtStatementsAsync();
        var host = stage.Host(stage.Database.ConnectionString);
        var kills = 0;
        while (true)
        {
            var tenant = await stage.NextAsync();
            await stage.KillAtAsync(kills + 1);
            await KillableWork.CallAsync(call, host.ForTenant(tenant));

            var wasKilled = await stage.WasKilledAsync(kills + 1);
            (await stage.StateAsync(tenant, $"{call} lost its back end at statement {kills + 1}"))
                .Should()
                .Be(Stage.After);
            if (!wasKilled)
            {
                break;
            }

            kills++;
        }

        kills.Should().BeGreaterThan(3);
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_process_that_is_killed_at_any_statement_leaves_the_file_as_before_or_as_after(string call)
    {
        await using var database = new SqliteTestDatabase();
        var clock = new SetClock();
        await KillableWork.PrepareAsync(call, HostOf(database, database.File, clock), clock);
        await database.StopHostsAsync();
        SqliteConnection.ClearAllPools();
        var before = await RowsAsync(database.File);

        int count;
        using (var doomed = await HeldCalls.StartAsync(DatabaseKind.Sqlite, call, database.File, clock))
        {
            count = doomed.Count;
            await doomed.KillAsync();
        }

        count.Should().BeGreaterThan(20, "each host but the last was held at another statement");
        await KillableWork.CallAsync(call, HostOf(database, database.File, clock));
        var after = await RowsAsync(database.File);
        after.Should().NotBe(before);
        for (var number = 1; number <= count; number++)
        {
            var file = HeldCalls.FileOf(database.File, number);
            (await RowsAsync(file))
                .Should()
                .Be(number == count ? after : before, $"{call} was killed at statement {number} of {count - 1}");
            await KillableWork.CallAsync(call, HostOf(database, file, clock));
            (await RowsAsync(file)).Should().Be(after, $"another host made the call that was killed at {number}");
        }
    }

    private static ICustomerProfiles HostOf(SqliteTestDatabase database, string file, SetClock clock) =>
        database
            .Host(builder => KillableWork.Configure(builder, clock), connectionString: $"Data Source={file}")
            .GetRequiredService<ICustomerProfiles>();

    private static async Task<string> RowsAsync(string file)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        return await TenantRows.ReadAsync(connection, default);
    }

    /// <summary>The end of each statement, the middle of the longest message, and all.</summary>
    private static int[] EndsOf(byte[] sent)
    {
        var ends = new List<int>();
        var longest = (Start: 0, Length: 0);
        for (var at = 0; at < sent.Length; )
        {
            var kind = (char)sent[at];
            var length = 1 + BinaryPrimitives.ReadInt32BigEndian(sent.AsSpan(at + 1));
            longest = length > longest.Length ? (at, length) : longest;
            at += length;
            if (kind is 'E' or 'S' or 'Q')
            {
                ends.Add(at);
            }
        }

        return [.. ends.Append(longest.Start + (longest.Length / 2)).Append(sent.Length).Distinct().Order()];
    }

    /// <summary>Tenants with the same customers in a PostgreSQL database.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        public const string Before = "as before";
        public const string After = "as after";

        private readonly string _call;
        private readonly SetClock _clock = new();
        private readonly ICustomerProfiles _others;
        private int _tenants;
        private string _before = "";
        private string _after = "";

        private Stage(string call, PostgreSqlTestDatabase database)
        {
            (_call, Database) = (call, database);
            Server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            _others = Host(database.ConnectionString);
        }

        public PostgreSqlTestDatabase Database { get; }

        public NpgsqlConnectionStringBuilder Server { get; }

        public static async Task<Stage> OpenAsync(string call)
        {
            var stage = new Stage(call, await PostgreSqlTestDatabase.CreateAsync());
            var tenant = await stage.NextAsync();
            stage._before = await stage.RowsAsync(tenant);
            await KillableWork.CallAsync(call, stage._others.ForTenant(tenant));
            stage._after = await stage.RowsAsync(tenant);
            stage._after.Should().NotBe(stage._before);
            return stage;
        }

        public ICustomerProfiles Host(string connectionString) =>
            Services(connectionString).GetRequiredService<ICustomerProfiles>();

        public ServiceProvider Services(string connectionString) =>
            Database.Host(builder => KillableWork.Configure(builder, _clock), connectionString: connectionString);

        /// <summary>Closes the connections of one host. Other tests have theirs in the same process.</summary>
        public static async Task ClearPoolAsync(ServiceProvider host)
        {
            await using var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
                .CreateDbContextAsync();
            NpgsqlConnection.ClearPool((NpgsqlConnection)context.Database.GetDbConnection());
        }

        /// <summary>Another tenant with the customers of the call.</summary>
        public async Task<TenantId> NextAsync()
        {
            var tenant = new TenantId($"killed-{++_tenants:0000}");
            await KillableWork.PrepareAsync(_call, _others.ForTenant(tenant), _clock);
            return tenant;
        }

        /// <summary>Before or after; otherwise the test fails with the rows.</summary>
        public async Task<string> StateAsync(TenantId tenant, string because)
        {
            var rows = await RowsAsync(tenant);
            if (rows == _before)
            {
                return Before;
            }

            rows.Should().Be(_after, because);
            return After;
        }

        /// <summary>Whatever the killed host has left behind, the call is made once.</summary>
        public async Task AnotherHostGoesOnAsync(TenantId tenant)
        {
            await KillableWork.CallAsync(_call, _others.ForTenant(tenant));
            (await StateAsync(tenant, "another host made the call")).Should().Be(After);
        }

        /// <summary>The server has noticed the end of all connections of a host.</summary>
        public Task ServerHasEndedAsync(string application) =>
            Eventually.IsSoAsync(
                "the server has ended the connection",
                async () =>
                    await Database.ValueAsync<long>(
                        $"select count(*) from pg_stat_activity where application_name = '{application}'"
                    ) == 0
            );

        /// <summary>
        /// Each statement of the tables counts, and that with the set number kills its back end. The count outlasts
        /// the transaction.
        /// </summary>
        public Task KillAtStatementsAsync() =>
            Database.ExecuteAsync(
                """
                create sequence test_statements;
                create table test_kill as select 0 as number;
                create function test_kill() returns trigger language plpgsql as $body$
                    begin
                        if nextval('test_statements') = (select number from test_kill) then
                            perform pg_terminate_backend(pg_backend_pid());
                            perform pg_sleep(60);
                        end if;
                        return null;
                    end $body$;
                do $body$
                    declare name text;
                    begin
                        for name in select c.table_name from information_schema.columns c
                            where c.column_name = 'tenant' and c.table_name like 'cp_%'
                        loop
                            execute format('create trigger test_kill after insert or update or delete on %I '
                                'for each statement execute function test_kill()', name);
                        end loop;
                    end $body$
                """
            );

        public Task KillAtAsync(int number) =>
            Database.ExecuteAsync(
                $"update test_kill set number = {number}; select setval('test_statements', 1, false)"
            );

        /// <summary>Whether the call came so far. Others then pass.</summary>
        public async Task<bool> WasKilledAsync(int number)
        {
            await Database.ExecuteAsync("update test_kill set number = 0");
            return await Database.ValueAsync<bool>($"select is_called and last_value >= {number} from test_statements");
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();

        private async Task<string> RowsAsync(TenantId tenant)
        {
            await using var connection = new NpgsqlConnection($"{Database.ConnectionString};Pooling=false");
            return await TenantRows.ReadAsync(connection, tenant);
        }
    }
}
