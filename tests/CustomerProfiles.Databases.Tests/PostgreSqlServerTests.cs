using System.Globalization;
using Npgsql;

namespace CustomerProfiles.Databases.Tests;

/// <summary>The guarantees that tests with PostgreSQL rely on.</summary>
public sealed class PostgreSqlServerTests
{
    [PostgreSqlFact]
    public async Task Each_database_is_empty_and_of_its_own()
    {
        var server = await PostgreSqlServer.SharedAsync();
        await using var first = await server.CreateDatabaseAsync();
        await using var second = await server.CreateDatabaseAsync();

        await first.ExecuteAsync("CREATE TABLE kept (value text)");
        (await first.ExecuteAsync("INSERT INTO kept VALUES ($1), ($2)", "ä", "b")).Should().Be(2);

        (await first.RowsAsync("SELECT value FROM kept ORDER BY value DESC", row => row.GetString(0)))
            .Should()
            .Equal("b", "ä");
        (await second.ValueAsync<long>("SELECT count(*) FROM pg_class WHERE relname = 'kept'")).Should().Be(0);
    }

    [PostgreSqlFact]
    public async Task All_tests_of_a_process_share_one_server() =>
        (await PostgreSqlServer.SharedAsync()).Should().BeSameAs(await PostgreSqlServer.SharedAsync());

    [PostgreSqlFact]
    public async Task A_database_is_dropped_although_somebody_is_connected()
    {
        var server = await PostgreSqlServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var connected = new NpgsqlConnection(database.ConnectionString);
        await connected.OpenAsync();

        await database.DisposeAsync();

        var connecting = async () => await database.ValueAsync<int>("SELECT 1");
        (await connecting.Should().ThrowAsync<PostgresException>())
            .Which.SqlState.Should()
            .Be(PostgresErrorCodes.InvalidCatalogName);
    }

    [PostgreSqlTheory(throwAway: true)]
    [InlineData(PostgreSqlStop.Fast)]
    [InlineData(PostgreSqlStop.Immediate)]
    public async Task A_server_that_is_stopped_and_started_is_reached_as_before_and_has_what_was_committed(
        PostgreSqlStop how
    )
    {
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var database = await server.CreateDatabaseAsync();
        await database.ExecuteAsync("CREATE TABLE kept AS SELECT 7 AS value");

        await server.StopAsync(how);
        await database
            .Awaiting(stopped => stopped.ValueAsync<int>("SELECT value FROM kept"))
            .Should()
            .ThrowAsync<NpgsqlException>();
        await server.StartAsync();

        (await database.ValueAsync<int>("SELECT value FROM kept")).Should().Be(7);
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task A_server_requires_its_password_and_listens_only_on_this_machine()
    {
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var stranger = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guessed" }.ConnectionString
        );

        (await stranger.Awaiting(connection => connection.OpenAsync()).Should().ThrowAsync<PostgresException>())
            .Which.SqlState.Should()
            .Be(PostgresErrorCodes.InvalidPassword);
        (await database.ValueAsync<string>("SHOW listen_addresses")).Should().Be("127.0.0.1");
    }

    [PostgreSqlTheory(throwAway: true)]
    [InlineData(false, "off")]
    [InlineData(true, "on")]
    public async Task The_settings_tell_whether_a_power_failure_may_lose_data(bool survives, string fsync)
    {
        await using var server = await PostgreSqlServer.StartNewAsync(
            new PostgreSqlSettings
            {
                SurvivesPowerFailure = survives,
                MaxConnections = 17,
                Lines = ["lock_timeout = '123ms'"],
            }
        );
        await using var database = await server.CreateDatabaseAsync();

        (await database.ValueAsync<string>("SHOW fsync")).Should().Be(fsync);
        (await database.ValueAsync<string>("SHOW synchronous_commit"))
            .Should()
            .Be("on", because: "else a crash of the server would lose something");
        (await database.ValueAsync<string>("SHOW max_connections"))
            .Should()
            .Be(17.ToString(CultureInfo.InvariantCulture));
        (await database.ValueAsync<string>("SHOW lock_timeout")).Should().Be("123ms");
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task A_server_that_is_disposed_leaves_nothing_behind()
    {
        var server = await PostgreSqlServer.StartNewAsync();
        Directory.Exists(server.Folder).Should().BeTrue();

        await server.DisposeAsync();

        Directory.Exists(server.Folder).Should().BeFalse();
        await server.Awaiting(gone => gone.CreateDatabaseAsync()).Should().ThrowAsync<NpgsqlException>();
    }
}
