using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore.Sqlite;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SQLitePCL;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A setting of a file or connection that breaks the store is an error at the start; anything else works.
/// </summary>
public sealed class SqliteSettingsTests
{
    /// <summary><c>SQLITE_STMTSTATUS_REPREPARE</c>.</summary>
    private const int TimesPlannedAnew = 5;

    [Theory]
    [InlineData("Cache=Shared", "*shared cache*Cache=Shared*")]
    [InlineData("Foreign Keys=False", "*foreign keys are disabled*")]
    [InlineData("Password=sesame", "*cannot be opened*encryption*")]
    public async Task A_connection_string_that_breaks_the_store_is_an_error_at_the_start(string setting, string message)
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");

        foreach (var upgrade in new[] { false, true })
        {
            var error = await StartErrorAsync(
                database.Host(upgrade: upgrade, connectionString: $"{database.ConnectionString};{setting}")
            );
            error.Message.Should().Match(message);
            error.ToString().Should().NotContain("sesame");
        }
    }

    [Theory]
    [InlineData("cache=shared", "*shared cache*")]
    [InlineData("mode=ro", "*cannot be written*")]
    [InlineData("mode=ro&cache=private", "*cannot be written*")]
    public async Task A_file_name_that_breaks_the_store_is_an_error_at_the_start(string query, string message)
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");

        (await StartErrorAsync(database.Host(connectionString: $"Data Source=file:{database.File}?{query}")))
            .Message.Should()
            .Match(message);
    }

    [Theory]
    [InlineData("pragma locking_mode = exclusive", "*locking mode is exclusive*")]
    [InlineData("pragma synchronous = off", "*synchronous is OFF*")]
    [InlineData("pragma foreign_keys = off", "*foreign keys are disabled*")]
    [InlineData("pragma query_only = on", "*cannot be written*")]
    public async Task A_connection_that_breaks_the_store_is_an_error_at_the_start(string pragma, string message)
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await database.StopHostsAsync();

        (await StartErrorAsync(database.Host(upgrade: false, interceptors: [new Opened(pragma)])))
            .Message.Should()
            .Match(message);
    }

    [Fact]
    public async Task A_context_in_memory_is_an_error_at_the_start()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        var builder = new ServiceCollection()
            .AddCustomerProfiles()
            .UseEntityFrameworkCore<CustomerProfilesDbContext>(options => options.UpgradeAtStart = true);
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseSqlite(
                connection,
                sqlite => sqlite.MigrationsAssembly(typeof(SqliteCustomerProfilesBuilderExtensions).Assembly)
            )
        );
        await using var host = builder.Services.BuildServiceProvider();

        (await StartErrorAsync(host)).Message.Should().Match("*in memory*");
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("truncate")]
    [InlineData("persist")]
    [InlineData("memory")]
    [InlineData("off")]
    public async Task The_journal_mode_is_set_at_each_start(string mode)
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await database.StopHostsAsync();
        SqliteConnection.ClearAllPools();
        await database.ExecuteAsync($"pragma journal_mode = {mode}");
        SqliteConnection.ClearAllPools();

        await database.Host(upgrade: false).GetRequiredService<IProfileDatabase>().CheckAsync();

        (await database.ValueAsync<string>("pragma journal_mode")).Should().Be("wal");
    }

    [Fact]
    public async Task A_journal_mode_that_cannot_be_set_is_an_error_at_the_start()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await database.StopHostsAsync();
        SqliteConnection.ClearAllPools();
        await database.ExecuteAsync("pragma journal_mode = delete");
        SqliteConnection.ClearAllPools();
        await using var other = new SqliteConnection($"{database.ConnectionString};Pooling=False");
        await other.OpenAsync();
        await using var reading = other.CreateCommand();
        reading.CommandText = "begin; select 1 from cp_schema";
        await reading.ExecuteScalarAsync();

        (await StartErrorAsync(database.Host(upgrade: false)))
            .Message.Should()
            .Match("*journal mode is delete*others have the file open*");
    }

    [Theory]
    [InlineData("drop index ix_cp_identities_customer", "ix_cp_identities_customer")]
    [InlineData("drop index ix_cp_checks_pending", "ix_cp_checks_pending")]
    [InlineData("drop index ix_cp_customers_suppressed", "ix_cp_customers_suppressed")]
    public async Task A_missing_index_is_an_error_at_the_start(string statement, string index)
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        await database.ExecuteAsync(statement);

        (await StartErrorAsync(database.Host())).Message.Should().Match($"*index {index} is missing*");
    }

    [Fact]
    public async Task A_file_that_was_deleted_under_a_running_host_is_noticed_at_the_next_start()
    {
        await using var database = new SqliteTestDatabase();
        await database.Store().CreateAsync("ada@example.com");
        Delete(database);

        (await StartErrorAsync(database.Host(upgrade: false))).Message.Should().Match("*does not exist*");

        var store = database.Store();
        (await store.FindAsync(default, StoreCalls.IdentityOf("ada@example.com"), default))
            .Should()
            .BeNull("it is a new file");
        await store.CreateAsync("bob@example.com");
        SqliteConnection.ClearAllPools();
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(1);
    }

    [Fact]
    public async Task A_file_that_was_replaced_under_a_running_host_is_used_at_the_next_start()
    {
        await using var database = new SqliteTestDatabase();
        await using var backup = new SqliteTestDatabase();
        await backup.Store().CreateAsync("bob@example.com");
        await backup.ExecuteAsync("pragma wal_checkpoint(truncate)");
        await database.Store().CreateAsync("ada@example.com");
        Delete(database);
        File.Copy(backup.File, database.File);

        var store = database.Host(upgrade: false).GetRequiredService<ICustomerProfileStore>();

        (await store.FindAsync(default, StoreCalls.IdentityOf("bob@example.com"), default)).Should().NotBeNull();
        (await store.FindAsync(default, StoreCalls.IdentityOf("ada@example.com"), default)).Should().BeNull();
    }

    [Theory]
    [InlineData("Pooling=False", "")]
    [InlineData("Default Timeout=0", "")]
    [InlineData("Recursive Triggers=True", "")]
    [InlineData("Cache=Private", "")]
    [InlineData("Foreign Keys=True", "")]
    [InlineData("", "pragma encoding = 'UTF-16le'")]
    [InlineData("", "pragma encoding = 'UTF-16be'")]
    [InlineData("", "pragma page_size = 512")]
    [InlineData("", "pragma page_size = 65536")]
    [InlineData("", "pragma auto_vacuum = full")]
    public async Task Other_settings_are_accepted(string setting, string pragma)
    {
        await using var database = new SqliteTestDatabase();
        if (pragma.Length > 0)
        {
            await database.ExecuteAsync($"{pragma}; create table first (one); drop table first");
            SqliteConnection.ClearAllPools();
        }

        var store = database
            .Host(connectionString: $"{database.ConnectionString};{setting}")
            .GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("zoë@example.com", StoreCalls.Provider);
        var claim = (await store.ClaimAsync())!;
        await store.CompleteAsync(claim, ada.WithNotes("Łódź, naïve 😀"));

        (await store.FindAsync(default, StoreCalls.IdentityOf("zoë@example.com"), default))!
            .Profile.Notes.Should()
            .Be("Łódź, naïve 😀");
        (await ((ISearchStore)store).SearchAsync(default, new ProfileSearchQuery { Text = "zoë" }, default))
            .Profiles.Should()
            .ContainSingle();
        (await store.SetSuppressedAsync(default, ada.Id, true, change: null, default)).Should().BeTrue();
        (await store.SetSuppressedAsync(default, ada.Id, false, change: null, default)).Should().BeTrue();
        (await database.ValueAsync<long>("select count(*) from cp_suppressions")).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_prepared_statement_keeps_its_plan_whatever_its_values_are(bool isOfTheStore)
    {
        await using var database = new SqliteTestDatabase();
        await database.ExecuteAsync("create table one (a)");
        await using var connection = new SqliteConnection(database.ConnectionString);
        await connection.OpenAsync();
        if (isOfTheStore)
        {
            SessionInterceptor.Apply(connection);
        }

        raw.sqlite3_prepare_v2(connection.Handle, "select a from one limit ?", out var statement);
        using (statement)
        {
            foreach (var limit in new[] { 1, 2, 3 })
            {
                raw.sqlite3_bind_int(statement, 1, limit);
                raw.sqlite3_step(statement).Should().Be(raw.SQLITE_DONE);
                raw.sqlite3_reset(statement);
            }

            raw.sqlite3_stmt_status(statement, TimesPlannedAnew, 0).Should().Be(isOfTheStore ? 0 : 3);
        }
    }

    private static async Task<ProfileDatabaseException> StartErrorAsync(ServiceProvider host) =>
        (
            await FluentActions
                .Awaiting(() =>
                    host.GetRequiredService<ICustomerProfileStore>().GetProviderSettingsAsync(default, default).AsTask()
                )
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
        ).Which;

    private static void Delete(SqliteTestDatabase database)
    {
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            File.Delete(database.File + ending);
        }
    }

    /// <summary>A host that configures each connection.</summary>
    private sealed class Opened(string sql) : DbConnectionInterceptor
    {
        public override async Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
