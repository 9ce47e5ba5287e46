using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// An import whose process is killed leaves whole rows, and the same import again writes the others and no row twice.
/// </summary>
public sealed class KilledImportTests
{
    /// <summary>SQLite counts each statement of a batch, and there are some hundred.</summary>
    private const int StepOnSqlite = 13;

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_import_whose_process_is_killed_leaves_whole_rows_and_is_completed_by_the_same_import(
        DatabaseKind kind
    )
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var clock = new SetClock();
        var place = new Place(database, kind, clock);
        await place.PrepareAsync();
        var now = clock.Now;

        int count;
        using (
            var doomed = await HeldCalls.StartAsync(
                kind,
                KillableImport.Name,
                kind == DatabaseKind.Sqlite ? place.File : place.ConnectionStringOf("killed"),
                clock,
                kind == DatabaseKind.Sqlite ? StepOnSqlite : 1
            )
        )
        {
            count = doomed.Count;
            await doomed.KillAsync();
        }

        await place.ServerHasEndedAsync("killed");
        clock.Now = now;
        var states = new List<string>();
        var codes = await KillableImport.RunAsync(place.Host(number: 0, state => states.Add(state)));
        var after = await place.RowsAsync(number: 0);
        states.Add(after);
        codes.Should().Equal("created", "updated", "created", "updated", "created", "created", "rejected", "created");
        states = [.. states.Distinct()];
        states.Should().HaveCount(6, "two updates and three batches of new customers are written one after the other");

        var reached = new List<int>();
        for (var number = 1; number <= count; number++)
        {
            var rows = await place.RowsAsync(number);
            reached.Add(states.IndexOf(rows));
            rows.Should().BeOneOf(states, $"host {number} of {count} was killed");

            var other = place.Host(number);
            var written = await WrittenAsync(other);
            (await KillableImport.RunAsync(other))
                .Should()
                .Equal(codes.Select((code, row) => written[row] ? "unchanged" : code), "whole rows are unchanged");
            (await place.RowsAsync(number)).Should().Be(after, $"the import was made again after {number}");
        }

        reached.Should().BeInAscendingOrder();
        reached.Distinct().Should().Equal(Enumerable.Range(0, states.Count), "it was killed between any two writes");
        reached.Count(state => state == states.Count - 1).Should().BeGreaterThan(0, "the last one ended its call");
    }

    /// <summary>Which rows have their customer.</summary>
    private static async Task<bool[]> WrittenAsync(ICustomerProfiles profiles)
    {
        var written = new bool[KillableImport.Rows];
        for (var row = 0; row < written.Length; row++)
        {
            written[row] = await profiles.FindAsync(KillableImport.IdentityOf(row)) is not null;
        }

        return written;
    }

    /// <summary>The files or tenants of the hosts; 0 is that of a host that is not killed.</summary>
    private sealed class Place(TestDatabase database, DatabaseKind kind, SetClock clock)
    {
        /// <summary>The SQLite file that is copied for each host.</summary>
        public string File { get; } = (database as SqliteTestDatabase)?.File ?? "";

        public async Task PrepareAsync()
        {
            await KillableWork.PrepareAsync(KillableImport.Name, Host(number: 0), clock);
            if (kind == DatabaseKind.Sqlite)
            {
                await database.StopHostsAsync();
                SqliteConnection.ClearAllPools();
            }
        }

        public string ConnectionStringOf(string application) =>
            new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                ApplicationName = application,
            }.ConnectionString;

        /// <param name="number">The number of the killed host whose data it has.</param>
        /// <param name="onStatement">Is called with the rows before each statement.</param>
        public ICustomerProfiles Host(int number, Action<string>? onStatement = null)
        {
            var hook = HookOf(number, onStatement);
            hook.Start();
            return database
                .Host(
                    builder => KillableWork.Configure(builder, clock),
                    interceptors: onStatement is null ? null : [hook],
                    connectionString: ConnectionStringOf(number)
                )
                .GetRequiredService<ICustomerProfiles>()
                .ForTenant(TenantOf(number));
        }

        public async Task<string> RowsAsync(int number)
        {
            await using DbConnection connection =
                kind == DatabaseKind.Sqlite
                    ? new SqliteConnection($"{ConnectionStringOf(number)};Pooling=False")
                    : new NpgsqlConnection($"{database.ConnectionString};Pooling=false");
            return await TenantRows.ReadAsync(connection, TenantOf(number));
        }

        /// <summary>The server has noticed the end of all connections of a process.</summary>
        public Task ServerHasEndedAsync(string application) =>
            kind == DatabaseKind.Sqlite
                ? Task.CompletedTask
                : Eventually.IsSoAsync(
                    "the server has ended the connections",
                    async () =>
                        await database.ValueAsync<long>(
                            $"select count(*) from pg_stat_activity where application_name = '{application}'"
                        ) == 0
                );

        private IStatementHook HookOf(int number, Action<string>? onStatement) =>
            kind == DatabaseKind.Sqlite
                ? new StatementHook(_ => onStatement!(RowsAsync(number).GetAwaiter().GetResult()))
                : new CommandHook(async _ => onStatement!(await RowsAsync(number)));

        private string ConnectionStringOf(int number) =>
            kind == DatabaseKind.PostgreSql || number == 0
                ? database.ConnectionString
                : $"Data Source={HeldCalls.FileOf(File, number)}";

        private TenantId TenantOf(int number) => kind == DatabaseKind.Sqlite ? default : HeldCalls.TenantOf(number);
    }
}
