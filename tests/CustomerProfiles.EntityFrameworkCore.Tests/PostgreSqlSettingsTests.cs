using System.Diagnostics;
using System.Transactions;
using CustomerProfiles.EntityFrameworkCore.PostgreSql;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A setting of a host, a role or a server makes no difference, or is refused at once with advice.</summary>
public sealed class PostgreSqlSettingsTests
{
    [PostgreSqlTheory]
    [InlineData("LATIN1")]
    [InlineData("LATIN9")]
    [InlineData("SQL_ASCII")]
    [InlineData("WIN1252")]
    [InlineData("KOI8R")]
    [InlineData("EUC_JP")]
    public async Task A_database_with_another_encoding_is_refused_before_anything_is_created(string encoding)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync(encoding);

        await RefusedAsync(database.Host(), $"*encoded in {encoding}*encoding 'UTF8'*");

        (await database.ValueAsync<long>("select count(*) from pg_class where relname like 'cp!_%' escape '!'"))
            .Should()
            .Be(0);
    }

    [PostgreSqlTheory]
    [InlineData("default_transaction_read_only = on", "*only reads*default_transaction_read_only*")]
    [InlineData("statement_timeout = 999", "*statement_timeout=999ms*at least 1s*")]
    [InlineData("idle_in_transaction_session_timeout = 999", "*idle_in_transaction_session_timeout=999ms*")]
    public async Task A_setting_with_which_calls_would_fail_is_refused(string setting, string message)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync($"alter database {database.Name} set {setting}");

        await RefusedAsync(database.Host(connectionString: Anew(database)), message);
    }

    [PostgreSqlTheory]
    [InlineData("default_transaction_isolation = 'serializable'", "*serializable*need read committed*")]
    [InlineData("default_transaction_isolation = 'repeatable read'", "*repeatable read*need read committed*")]
    [InlineData("lock_timeout = 5", "*lock_timeout=5ms*")]
    public async Task A_context_of_the_host_needs_the_settings_that_UsePostgreSql_makes_itself(
        string setting,
        string message
    )
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync($"alter database {database.Name} set {setting}");

        await RefusedAsync(OwnHost(Anew(database)), message);
        await database.Host(connectionString: Anew(database)).GetRequiredService<ICustomerProfileStore>().LiveAsync();
    }

    [PostgreSqlTheory]
    [InlineData("standard_conforming_strings = off")]
    [InlineData("backslash_quote = off")]
    [InlineData("client_encoding = 'LATIN1'")]
    [InlineData("DateStyle = 'German'")]
    [InlineData("IntervalStyle = 'sql_standard'")]
    [InlineData("TimeZone = 'Asia/Kathmandu'")]
    [InlineData("bytea_output = 'escape'")]
    [InlineData("extra_float_digits = -15")]
    [InlineData("array_nulls = off")]
    [InlineData("transform_null_equals = on")]
    [InlineData("quote_all_identifiers = on")]
    [InlineData("row_security = off")]
    [InlineData("synchronous_commit = off")]
    [InlineData("plan_cache_mode = 'force_custom_plan'")]
    [InlineData("enable_indexscan = off")]
    [InlineData("enable_nestloop = off")]
    [InlineData("jit_above_cost = 0")]
    [InlineData("default_transaction_deferrable = on")]
    [InlineData("session_replication_role = 'replica'")]
    [InlineData("default_toast_compression = 'pglz'")]
    [InlineData("statement_timeout = '5s'")]
    [InlineData("work_mem = '64kB'")]
    [InlineData("log_statement = 'all'")]
    [InlineData("lc_messages = 'C'")]
    public async Task A_setting_of_the_database_makes_no_difference(string setting)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await database.ExecuteAsync($"alter database {database.Name} set {setting}");

        await FluentActions.Awaiting(() => database.Store().LiveAsync()).Should().NotThrowAsync();
    }

    [PostgreSqlTheory]
    [InlineData("No Reset On Close=true")]
    [InlineData("Max Auto Prepare=0")]
    [InlineData("Max Auto Prepare=2;Auto Prepare Min Usages=1")]
    [InlineData("Enlist=true")]
    [InlineData("Command Timeout=0")]
    [InlineData("Timezone=America/St_Johns")]
    [InlineData(
        "Options=-c geqo=off -c default_transaction_isolation=serializable -c "
            + "default_transaction_isolation=read\\ committed"
    )]
    [InlineData("Target Session Attributes=primary")]
    [InlineData("Target Session Attributes=read-write")]
    [InlineData("Client Encoding=LATIN1")]
    [InlineData("Pooling=false")]
    [InlineData("Maximum Pool Size=1")]
    [InlineData("Include Error Detail=true")]
    [InlineData("Server Compatibility Mode=NoTypeLoading")]
    [InlineData("Array Nullability Mode=PerInstance")]
    [InlineData("Read Buffer Size=4096;Write Buffer Size=4096")]
    [InlineData("Search Path=nowhere,public")]
    public async Task A_part_of_the_connection_string_makes_no_difference(string part)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database
            .Host(connectionString: $"{database.ConnectionString};{part}")
            .GetRequiredService<ICustomerProfileStore>();

        await FluentActions.Awaiting(() => store.LiveAsync()).Should().NotThrowAsync();
    }

    [Theory]
    [InlineData("Multiplexing=true", "*Multiplexing=true*")]
    [InlineData("Target Session Attributes=standby", "*Target Session Attributes=standby*")]
    [InlineData("Target Session Attributes=prefer-standby", "*Target Session Attributes=prefer-standby*")]
    [InlineData("Target Session Attributes=read-only", "*Target Session Attributes=read-only*")]
    public void A_part_of_the_connection_string_that_cannot_work_is_refused_at_once(string part, string message) =>
        new ServiceCollection()
            .AddCustomerProfiles()
            .Invoking(builder => builder.UsePostgreSql($"Host=db.example.com;{part}"))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage(message);

    [Fact]
    public void The_hosts_own_options_have_precedence()
    {
        var parts = PostgreSqlConnectionString.For(
            "Host=db.example.com;Options=-c lock_timeout=1234 -c geqo=off",
            transactionPooler: false
        );

        parts
            .Options.Should()
            .Contain("-c plan_cache_mode=force_generic_plan")
            .And.Contain("-c lock_timeout=5000")
            .And.EndWith(" -c lock_timeout=1234 -c geqo=off");
    }

    [Fact]
    public void Details_of_errors_are_left_out_because_they_contain_addresses() =>
        PostgreSqlConnectionString
            .For("Host=db.example.com;Include Error Detail=true", transactionPooler: false)
            .IncludeErrorDetail.Should()
            .BeFalse();

    [Theory]
    [InlineData("Host=one.example.com,two.example.com", "primary")]
    [InlineData("Host=one.example.com,two.example.com;Target Session Attributes=any", "any")]
    [InlineData("Host=one.example.com", null)]
    [InlineData("Host=one.example.com;Target Session Attributes=primary", null)]
    public void Of_several_servers_the_primary_is_used_by_default(string connectionString, string? expected) =>
        PostgreSqlConnectionString
            .For(connectionString, transactionPooler: false)
            .TargetSessionAttributes.Should()
            .Be(expected);

    [PostgreSqlTheory]
    [InlineData("", "*lacks rights: select on cp_customers*")]
    [InlineData("grant select on all tables in schema public to {0}", "*lacks rights: insert on cp_customers*")]
    [InlineData(
        "grant select, insert, update, delete on all tables in schema public to {0}; revoke delete on "
            + "cp_suppressions from {0}",
        "*lacks rights: delete on cp_suppressions*"
    )]
    [InlineData(
        "grant all on all tables in schema public to {0}; revoke all on cp_schema from {0}",
        "*lacks rights: select on cp_schema*"
    )]
    [InlineData(
        "grant all on all tables in schema public to {0}; alter table cp_customers enable row level security",
        "*Row-level security*cp_customers*"
    )]
    [InlineData(
        "grant all on all tables in schema public to {0}; alter role {0} set search_path = nowhere",
        "*has no tables*There is a table cp_schema in the schema public*Search Path*"
    )]
    public async Task A_role_without_rights_is_refused_with_those_it_lacks(string grants, string message)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync("create schema nowhere");
        var role = $"cp_role_{Guid.NewGuid():N}";
        await database.ExecuteAsync($"create role {role} login password 'sesame'");
        try
        {
            await database.ExecuteAsync(
                $"{string.Format(System.Globalization.CultureInfo.InvariantCulture, grants, role)};"
            );
            var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Username = role,
                Password = "sesame",
                Pooling = false,
            };

            await FluentActions
                .Awaiting(() =>
                    database
                        .Host(upgrade: false, connectionString: connection.ConnectionString)
                        .GetRequiredService<IProfileDatabase>()
                        .CheckAsync()
                        .AsTask()
                )
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
                .WithMessage(message);
        }
        finally
        {
            await database.ExecuteAsync($"drop owned by {role}; drop role {role}");
        }
    }

    [PostgreSqlTheory]
    [InlineData("locale_provider libc")]
    [InlineData("locale_provider icu icu_locale 'en-US'")]
    public async Task Without_the_letters_of_all_scripts_a_search_goes_without_an_index(string provider)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var name = $"{database.Name}_c";
        await database.ExecuteAsync(
            $"create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C' {provider}"
        );
        try
        {
            var connection = new NpgsqlConnectionStringBuilder(database.ConnectionString)
            {
                Database = name,
                Pooling = false,
            };
            var host = database.Host(connectionString: connection.ConnectionString);
            await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();
            await host.GetRequiredService<ICustomerProfileStore>().CreateAsync("дима@example.com");

            var page = await ((ISearchStore)host.GetRequiredService<ICustomerProfileStore>()).SearchAsync(
                default,
                new ProfileSearchQuery { Text = "дима" },
                default
            );

            page.Profiles.Should().ContainSingle();
            await using var opened = new NpgsqlConnection(connection.ConnectionString);
            await opened.OpenAsync();
            await using var command = new NpgsqlCommand("select to_regclass('ix_cp_search_text') is null", opened);
            (await command.ExecuteScalarAsync()).Should().Be(true);
        }
        finally
        {
            await database.ExecuteAsync($"drop database {name} with (force)");
        }
    }

    [PostgreSqlFact(throwAway: true)]
    public async Task A_standby_is_refused()
    {
        await using var server = await PostgreSqlServer.StartNewAsync();
        await using var database = new PostgreSqlTestDatabase(await server.CreateDatabaseAsync());
        await database.Store().CreateAsync("ada@example.com");
        await server.StopAsync();
        var signal = Path.Combine(server.Folder!, "data", "standby.signal");
        await File.WriteAllTextAsync(signal, "");
        await server.StartAsync();

        await RefusedAsync(database.Host(connectionString: Anew(database)), "*is a standby*Connect to the primary*");

        File.Delete(signal);
        await server.RestartAsync();
    }

    [PostgreSqlTheory]
    [InlineData("Npgsql.EnableLegacyTimestampBehavior=true", "well")]
    [InlineData("Npgsql.DisableDateTimeInfinityConversions=true", "well")]
    [InlineData("Npgsql.EnableStoredProcedureCompatMode=true", "well")]
    [InlineData("Npgsql.EnableLegacyCaseInsensitiveDbParameters=true", "well")]
    [InlineData("Npgsql.EnableSqlRewriting=false", "*ProfileDatabaseException*Npgsql.EnableSqlRewriting*")]
    public async Task A_runtime_switch_makes_no_difference_or_is_refused(string appContextSwitch, string expected)
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        using var host = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [typeof(Program).Assembly.Location, database.ConnectionString, appContextSwitch]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;

        var said = await host.StandardOutput.ReadToEndAsync();
        await host.WaitForExitAsync();

        said.Trim().Should().Match(expected);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_transaction_of_the_caller_is_not_joined(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await store.LiveAsync();
        }

        (await database.ValueAsync<long>("select count(*) from cp_customers"))
            .Should()
            .Be(StoreLife.Customers, "what a call has reported is committed, though the scope was not completed");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task The_first_start_logs_no_error_or_warning(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var application = new HostApplicationBuilder();
        application.Logging.ClearProviders().AddFakeLogging().SetMinimumLevel(LogLevel.Trace);
        database.Use(
            application.Services.AddCustomerProfiles(),
            database.ConnectionString,
            options => options.UpgradeAtStart = true
        );
        using var host = application.Build();

        await host.StartAsync();
        await host.Services.GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery());
        await host.StopAsync();

        host.Services.GetFakeLogCollector()
            .GetSnapshot()
            .Where(line => line.Level >= LogLevel.Warning)
            .Select(line => line.Message)
            .Should()
            .BeEmpty();
    }

    /// <summary>New sessions, which get the changed settings.</summary>
    private static string Anew(PostgreSqlTestDatabase database) => $"{database.ConnectionString};Application Name=anew";

    private static ServiceProvider OwnHost(string connectionString)
    {
        var builder = new ServiceCollection().AddCustomerProfiles().UseEntityFrameworkCore<CustomerProfilesDbContext>();
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseNpgsql(
                connectionString,
                npgsql =>
                    npgsql
                        .MigrationsHistoryTable("cp_migrations")
                        .MigrationsAssembly(typeof(PostgreSqlStoreOptions).Assembly)
            )
        );
        return builder.Services.BuildServiceProvider();
    }

    private static async Task RefusedAsync(ServiceProvider host, string message)
    {
        var database = host.GetRequiredService<IProfileDatabase>();
        await FluentActions
            .Awaiting(() => database.UpgradeAsync().AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(message);
        await FluentActions
            .Awaiting(() => database.CheckAsync().AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(message);
    }
}
