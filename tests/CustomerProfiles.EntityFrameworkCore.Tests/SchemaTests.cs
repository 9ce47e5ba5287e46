using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>The tables are created on request, all or none, and checked before anything is read or written.</summary>
public sealed class SchemaTests
{
    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_database_without_the_tables_is_an_error_that_says_what_to_do(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host(upgrade: false);

        await CheckOf(host)
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(
                "*Set UpgradeAtStart, call IProfileDatabase.UpgradeAsync, or apply the migrations of "
                    + "CustomerProfilesDbContext."
            );
        await FluentActions
            .Awaiting(() => host.GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery()).AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>();
        if (database is SqliteTestDatabase { File: var file })
        {
            File.Exists(file).Should().BeFalse("looking makes nothing");
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_host_without_UpgradeAtStart_starts_only_with_the_right_tables(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var application = new HostApplicationBuilder();
        database.Use(application.Services.AddCustomerProfiles(), database.ConnectionString, _ => { });
        using var host = application.Build();

        await FluentActions.Awaiting(() => host.StartAsync()).Should().ThrowAsync<ProfileDatabaseException>();
        await host.Services.GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await host.StartAsync();

        (await host.Services.GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery()))
            .Profiles.Should()
            .BeEmpty();
        await host.StopAsync();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Tables_of_an_earlier_build_are_refused_and_nothing_is_created(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ExecuteAsync("create table cp_customers (tenant text, id text, search text)");
        await database.ExecuteAsync("create table cp_schema (version integer)");
        await database.ExecuteAsync("insert into cp_schema (version) values (1)");

        foreach (var upgrade in new[] { true, false })
        {
            var call = FluentActions.Awaiting(() =>
                database
                    .Host(upgrade: upgrade)
                    .GetRequiredService<ICustomerProfiles>()
                    .ListAsync(new ProfileQuery())
                    .AsTask()
            );

            await call.Should()
                .ThrowAsync<ProfileDatabaseException>()
                .WithMessage(
                    "*cp_customers and not cp_erasure_guards*before the first release*Use a new database, or drop*"
                );
        }

        await database.ExecuteAsync("create table cp_erasure_guards (only_if_missing integer)");
        await database.ExecuteAsync("create table cp_checks (only_if_missing integer)");
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task The_migrations_create_the_tables_of_the_model(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host();
        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();

        await using var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContextAsync();

        context
            .Database.HasPendingModelChanges()
            .Should()
            .BeFalse("a change of the model wants a migration, and another SchemaVersion");
        (await context.Database.GetAppliedMigrationsAsync()).Should().Equal(context.Database.GetMigrations());
        if (kind == DatabaseKind.Sqlite)
        {
            (await database.ValueAsync<string>("pragma journal_mode")).Should().Be("wal");
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task One_of_many_concurrent_upgrades_creates_the_tables_and_the_others_wait(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var hosts = Enumerable.Range(0, 8).Select(_ => database.Host()).ToArray();

        await Task.WhenAll(
            hosts.Select(host => Task.Run(() => host.GetRequiredService<IProfileDatabase>().UpgradeAsync().AsTask()))
        );

        (await database.ValueAsync<long>("select count(*) from cp_schema")).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_migrations")).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_interrupted_upgrade_leaves_nothing_and_blocks_nobody(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var dying = database.Host(interceptors: [new InterruptedUpgrade()]);

        await FluentActions
            .Awaiting(() => dying.GetRequiredService<IProfileDatabase>().UpgradeAsync().AsTask())
            .Should()
            .ThrowAsync<OperationCanceledException>();

        await CheckOf(database.Host(upgrade: false)).Should().ThrowAsync<ProfileDatabaseException>();
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await CheckOf(database.Host(upgrade: false)).Should().NotThrowAsync();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_cancelled_upgrade_changes_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);

        await FluentActions
            .Awaiting(() =>
                database
                    .Host()
                    .GetRequiredService<IProfileDatabase>()
                    .UpgradeAsync(new CancellationToken(canceled: true))
                    .AsTask()
            )
            .Should()
            .ThrowAsync<OperationCanceledException>();

        await CheckOf(database.Host(upgrade: false)).Should().ThrowAsync<ProfileDatabaseException>();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Older_tables_are_an_error_that_says_what_to_do(DatabaseKind kind)
    {
        await using var database = await WithVersionAsync(kind, 0);

        await CheckOf(database.Host(upgrade: false))
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage($"*of version 0, and this host needs version {StoreModel.SchemaVersion}. Set UpgradeAtStart*");
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Newer_tables_are_left_alone(DatabaseKind kind)
    {
        await using var database = await WithVersionAsync(kind, StoreModel.SchemaVersion + 1);

        await CheckOf(database.Host(upgrade: false))
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage(
                $"*of version {StoreModel.SchemaVersion + 1}, and this host knows only version "
                    + $"{StoreModel.SchemaVersion}. Update the packages*"
            );
        await FluentActions
            .Awaiting(() =>
                database.Host().GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery()).AsTask()
            )
            .Should()
            .ThrowAsync<ProfileDatabaseException>();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_upgrade_ignores_the_migrations_of_another_context_in_the_same_database(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await database.ExecuteAsync(
            "create table \"__EFMigrationsHistory\" (\"MigrationId\" varchar(150) primary key, "
                + "\"ProductVersion\" varchar(32) not null)"
        );
        await database.ExecuteAsync(
            "insert into \"__EFMigrationsHistory\" values ('20250101000000_Tickets', '10.0.0')"
        );

        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();

        await CheckOf(database.Host(upgrade: false)).Should().NotThrowAsync();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_migration_that_recreates_a_table_deletes_no_rows(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var host = HostOfUpgradedContext(database);

        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();

        (await database.ValueAsync<long>("select count(*) from child")).Should().Be(1);
        if (kind == DatabaseKind.Sqlite)
        {
            await using var context = await host.GetRequiredService<IDbContextFactory<UpgradedContext>>()
                .CreateDbContextAsync();
            (
                await context
                    .Database.SqlQueryRaw<long>("select foreign_keys as \"Value\" from pragma_foreign_keys")
                    .SingleAsync()
            )
                .Should()
                .Be(1, "the connection goes back to the pool as it was");
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_migration_that_was_merged_late_is_applied(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        await using var host = HostOfUpgradedContext(database);
        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync("drop table late");
        await database.ExecuteAsync("delete from \"__EFMigrationsHistory\" where \"MigrationId\" like '%Late'");

        await host.GetRequiredService<IProfileDatabase>().UpgradeAsync();

        (await database.ValueAsync<long>("select count(*) from late")).Should().Be(0);
    }

    [Fact]
    public async Task The_database_of_a_store_that_was_replaced_is_left_alone()
    {
        await using var database = new SqliteTestDatabase();
        var application = new HostApplicationBuilder();
        var memory = new InMemoryCustomerProfileStore(TimeProvider.System);
        application
            .Services.AddCustomerProfiles()
            .UseSqlite(database.ConnectionString, options => options.UpgradeAtStart = true)
            .UseStore(memory);
        using var host = application.Build();

        await host.StartAsync();
        await host.StopAsync();

        host.Services.GetRequiredService<ICustomerProfileStore>().Should().BeSameAs(memory);
        File.Exists(database.File).Should().BeFalse();
    }

    [Fact]
    public async Task The_options_of_a_replaced_store_do_not_apply_to_the_next()
    {
        await using var database = new SqliteTestDatabase();
        var builder = new ServiceCollection()
            .AddCustomerProfiles()
            .UseSqlite("Data Source=unused.db", options => options.UpgradeAtStart = true)
            .UseEntityFrameworkCore<UpgradedContext>();
        builder.Services.AddPooledDbContextFactory<UpgradedContext>(context => database.Connect(context));
        await using var host = builder.Services.BuildServiceProvider();

        await FluentActions
            .Awaiting(() => host.GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery()).AsTask())
            .Should()
            .ThrowAsync<ProfileDatabaseException>("nobody asked for an upgrade");
    }

    [Theory]
    [InlineData("Host=localhost", 256)]
    [InlineData("Host=localhost;Max Auto Prepare=0", 0)]
    public void Statements_are_prepared_unless_the_host_says_otherwise(string connectionString, int prepared)
    {
        using var host = new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(connectionString)
            .Services.BuildServiceProvider();
        using var context = host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>().CreateDbContext();

        new Npgsql.NpgsqlConnectionStringBuilder(context.Database.GetConnectionString())
            .MaxAutoPrepare.Should()
            .Be(prepared);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_host_keeps_profiles_in_its_own_context_under_whatever_names(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var builder = new ServiceCollection().AddCustomerProfiles().UseEntityFrameworkCore<OwnContext>();
        builder.Services.AddPooledDbContextFactory<OwnContext>(context => database.Connect(context));
        await using var host = builder.Services.BuildServiceProvider();
        await using (
            var context = await host.GetRequiredService<IDbContextFactory<OwnContext>>().CreateDbContextAsync()
        )
        {
            await context.Database.EnsureCreatedAsync();
        }

        var store = host.GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        (
            await store.UpdateAsync(
                ada.WithNotes("Likes machines.", StoreCalls.IdentityOf("ada@example.org")),
                change: null,
                default
            )
        )
            .Should()
            .BeOfType<UpdateResult.Updated>();
        var claim = (await store.ClaimAsync())!;
        (await store.CompleteAsync(claim)).Should().BeOfType<CompleteResult.Completed>();

        (await store.FindAsync(default, StoreCalls.IdentityOf("ada@example.org"), default))!
            .Profile.Notes.Should()
            .Be("Likes machines.");
        var table =
            kind == DatabaseKind.PostgreSql
                ? "\"help-desk\".\"Crm \"\"Kunden\"\" customers\""
                : "\"Crm \"\"Kunden\"\" customers\"";
        (await database.ValueAsync<long>($"select count(*) from {table}")).Should().Be(1);
    }

    [Fact]
    public async Task A_context_without_the_tables_is_an_error_that_says_what_to_do()
    {
        await using var database = new SqliteTestDatabase();
        var builder = new ServiceCollection().AddCustomerProfiles().UseEntityFrameworkCore<ContextWithoutTables>();
        builder.Services.AddPooledDbContextFactory<ContextWithoutTables>(context => database.Connect(context));
        await using var host = builder.Services.BuildServiceProvider();

        await FluentActions
            .Awaiting(() => host.GetRequiredService<ICustomerProfiles>().ListAsync(new ProfileQuery()).AsTask())
            .Should()
            .ThrowAsync<InvalidOperationException>()
            .WithMessage("*ContextWithoutTables*Call modelBuilder.AddCustomerProfiles(Database)*");
    }

    [Fact]
    public void A_context_without_a_factory_is_an_error_that_says_what_to_do()
    {
        using var host = new ServiceCollection()
            .AddCustomerProfiles()
            .UseEntityFrameworkCore<OwnContext>()
            .Services.BuildServiceProvider();

        host.Invoking(services => services.GetRequiredService<ICustomerProfileStore>())
            .Should()
            .Throw<InvalidOperationException>()
            .WithMessage("*AddPooledDbContextFactory<OwnContext>*");
    }

    [Fact]
    public void The_last_of_several_stores_is_used()
    {
        using var host = new ServiceCollection()
            .AddCustomerProfiles()
            .UseSqlite("Data Source=one.db")
            .UsePostgreSql("Host=localhost")
            .UseSqlite("Data Source=two.db")
            .Services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        using var context = host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>().CreateDbContext();

        context.Database.GetConnectionString().Should().Be("Data Source=two.db");
        host.GetServices<ICustomerProfileStore>().Should().ContainSingle();
    }

    private static Func<Task> CheckOf(ServiceProvider host) =>
        () => host.GetRequiredService<IProfileDatabase>().CheckAsync().AsTask();

    private static ServiceProvider HostOfUpgradedContext(TestDatabase database)
    {
        var builder = new ServiceCollection().AddCustomerProfiles().UseEntityFrameworkCore<UpgradedContext>();
        builder.Services.AddPooledDbContextFactory<UpgradedContext>(context => database.Connect(context));
        return builder.Services.BuildServiceProvider();
    }

    private static async Task<TestDatabase> WithVersionAsync(DatabaseKind kind, int version)
    {
        var database = await TestDatabase.CreateAsync(kind);
        await database.Host().GetRequiredService<IProfileDatabase>().UpgradeAsync();
        await database.ExecuteAsync($"update cp_schema set version = {version}");
        return database;
    }
}
