using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>Every fault of the database is reported clearly, and nothing is half-written.</summary>
public sealed class DatabaseFaultTests
{
    [Theory]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=file::memory:?cache=shared")]
    [InlineData("Data Source=profiles;Mode=Memory;Cache=Shared")]
    [InlineData("Data Source=file:profiles?mode=memory&cache=shared")]
    [InlineData("Cache=Shared")]
    public void SQLite_needs_a_file(string connectionString) =>
        new ServiceCollection()
            .AddCustomerProfiles()
            .Invoking(builder => builder.UseSqlite(connectionString))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*names no file*");

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_an_error_at_once()
    {
        var builder = new ServiceCollection().AddCustomerProfiles();

        builder.Invoking(one => one.UseSqlite("Date Source=profiles.db")).Should().Throw<ArgumentException>();
        builder.Invoking(one => one.UsePostgreSql("Hots=localhost")).Should().Throw<ArgumentException>();
        builder
            .Invoking(one => one.UsePostgreSql("Database=helpdesk;Password=sesame"))
            .Should()
            .Throw<ArgumentException>()
            .WithMessage("*names no host*")
            .Which.Message.Should()
            .NotContain("sesame");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_an_error_and_stays_as_it_is()
    {
        await using var database = new SqliteTestDatabase();
        var letter = string.Concat(Enumerable.Repeat("This is a letter and not a database. ", 100));
        await File.WriteAllTextAsync(database.File, letter);

        foreach (var upgrade in new[] { false, true })
        {
            await FluentActions
                .Awaiting(() =>
                    database
                        .Host(upgrade: upgrade)
                        .GetRequiredService<ICustomerProfiles>()
                        .ListAsync(new ProfileQuery())
                        .AsTask()
                )
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
                .WithMessage("*profiles.db*cannot be opened or upgraded*");
        }

        SqliteConnection.ClearAllPools();
        (await File.ReadAllTextAsync(database.File)).Should().Be(letter);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_error()
    {
        await using var database = new SqliteTestDatabase();

        await FluentActions
            .Awaiting(() =>
                database
                    .Host(
                        connectionString: $"Data Source={Path.Combine(database.File, "..", "nowhere", "profiles.db")}"
                    )
                    .GetRequiredService<IProfileDatabase>()
                    .UpgradeAsync()
                    .AsTask()
            )
            .Should()
            .ThrowAsync<ProfileDatabaseException>()
            .WithMessage("*cannot be opened*");
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_still_read()
    {
        await using var database = new SqliteTestDatabase();
        var ada = await database.Store().CreateAsync("ada@example.com");
        var readOnly = database
            .Host(upgrade: false, connectionString: $"{database.ConnectionString};Mode=ReadOnly")
            .GetRequiredService<ICustomerProfileStore>();

        (await readOnly.GetAsync(default, ada.Id, default))!.Profile.Version.Should().Be(1);
        await FluentActions
            .Awaiting(() => readOnly.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask())
            .Should()
            .ThrowAsync<SqliteException>()
            .WithMessage("*readonly*");
        (await readOnly.GetAsync(default, ada.Id, default))!.Profile.Notes.Should().BeNull();
    }

    [Fact]
    public async Task On_a_full_disk_an_edit_is_written_completely_or_not_at_all()
    {
        await using var database = new SqliteTestDatabase();
        var disk = new FullDisk();
        var store = database.Store(disk);
        var ada = await store.CreateAsync("ada@example.com");
        var edit = ada.WithNotes(new string('n', 200_000), StoreCalls.IdentityOf("ada@example.org"));
        disk.IsFull = true;

        await FluentActions
            .Awaiting(() => store.UpdateAsync(edit, change: null, default).AsTask())
            .Should()
            .ThrowAsync<SqliteException>()
            .WithMessage("*full*");

        (await store.GetAsync(default, ada.Id, default))!.Profile.Version.Should().Be(1);
        (await store.FindAsync(default, StoreCalls.IdentityOf("ada@example.org"), default)).Should().BeNull();
        disk.IsFull = false;
        (await store.UpdateAsync(edit, change: null, default)).Should().BeOfType<UpdateResult.Updated>();
    }

    [PostgreSqlFact]
    public async Task A_server_that_does_not_answer_is_an_error_without_the_password()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var nowhere = new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Port = 1,
            Password = "sesame",
            Timeout = 2,
        };

        var error = (
            await FluentActions
                .Awaiting(() =>
                    database
                        .Host(upgrade: false, connectionString: nowhere.ConnectionString)
                        .GetRequiredService<IProfileDatabase>()
                        .CheckAsync()
                        .AsTask()
                )
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
                .WithMessage("*127.0.0.1:1*cannot be opened*whether the server runs*")
        ).Which;

        error.ToString().Should().NotContain("sesame");
    }

    [PostgreSqlFact]
    public async Task A_wrong_password_is_an_error_without_the_password()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var wrong = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "sesame" };

        var error = (
            await FluentActions
                .Awaiting(() =>
                    database
                        .Host(upgrade: false, connectionString: wrong.ConnectionString)
                        .GetRequiredService<IProfileDatabase>()
                        .CheckAsync()
                        .AsTask()
                )
                .Should()
                .ThrowAsync<ProfileDatabaseException>()
        ).Which;

        error.ToString().Should().NotContain("sesame");
    }

    [PostgreSqlFact]
    public async Task A_connection_that_dies_in_the_middle_loses_no_edit_and_writes_none_twice()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new KilledBackend(process => database.ExecuteAsync($"select pg_terminate_backend({process})"));
        var store = database.Store(server);
        var ada = await store.CreateAsync("ada@example.com");
        server.KillNext(2);

        var result = await store.UpdateAsync(
            ada.WithNotes("Likes machines.", StoreCalls.IdentityOf("ada@example.org")),
            change: null,
            default
        );

        server.Killed.Should().Be(2);
        result.Should().BeOfType<UpdateResult.Updated>();
        (await database.ValueAsync<long>("select version from cp_customers")).Should().Be(2);
        (await database.ValueAsync<long>("select count(*) from cp_identities")).Should().Be(2);
    }

    [PostgreSqlFact]
    public async Task A_server_that_stays_down_is_an_error_and_nothing_is_written()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var server = new KilledBackend(process => database.ExecuteAsync($"select pg_terminate_backend({process})"));
        var store = database.Store(server);
        var ada = await store.CreateAsync("ada@example.com");
        server.KillNext(int.MaxValue);

        await FluentActions
            .Awaiting(() => store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask())
            .Should()
            .ThrowAsync<Microsoft.EntityFrameworkCore.Storage.RetryLimitExceededException>();

        server.KillNext(0);
        (await store.GetAsync(default, ada.Id, default))!.Profile.Version.Should().Be(1);
    }

    [PostgreSqlFact]
    public async Task A_call_that_is_cancelled_on_a_slow_database_leaves_nothing_half_written()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com");
        using var timeout = new CancellationTokenSource();
        await using var other = new NpgsqlConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();
        await using (var slow = new NpgsqlCommand("select 1 from cp_customers for update", other, transaction))
        {
            await slow.ExecuteNonQueryAsync();
        }

        var update = store
            .UpdateAsync(
                ada.WithNotes("Likes machines.", StoreCalls.IdentityOf("ada@example.org")),
                change: null,
                timeout.Token
            )
            .AsTask();
        while (
            await database.ValueAsync<long>(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
            ) == 0
        ) { }

        await timeout.CancelAsync();
        await FluentActions.Awaiting(() => update).Should().ThrowAsync<OperationCanceledException>();
        await transaction.CommitAsync();

        var stored = (await store.GetAsync(default, ada.Id, default))!.Profile;
        stored.Version.Should().Be(1);
        (await store.FindAsync(default, StoreCalls.IdentityOf("ada@example.org"), default)).Should().BeNull();
        (await store.UpdateAsync(ada.WithNotes("Likes machines."), change: null, default))
            .Should()
            .BeOfType<UpdateResult.Updated>();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Another_tenants_id_finds_and_changes_nothing(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        var other = new TenantId("other");

        (await store.GetAsync(other, ada.Id, default)).Should().BeNull();
        (
            await store.UpdateAsync(
                new CustomerProfile(other, ada.Id, 2, ada.CreatedAt, ada.UpdatedAt, ada.Identities, ada.Values),
                change: null,
                default
            )
        )
            .Should()
            .BeOfType<UpdateResult.NotFound>();
        (await store.SetSuppressedAsync(other, ada.Id, suppressed: true, change: null, default)).Should().BeFalse();
        (await store.RequestCheckAsync(other, ada.Id, "two", null, StoreCalls.Now, default)).Should().BeFalse();
        var stored = (await store.GetAsync(default, ada.Id, default))!;
        (stored.IsSuppressed, stored.Checks.Length, stored.Profile.Version).Should().Be((false, 1, 1L));
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_search_for_text_that_cannot_be_stored_finds_nobody(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        await store.CreateAsync("ada@example.com");

        (
            await ((ISearchStore)store).SearchAsync(
                default,
                new ProfileSearchQuery { Text = "nobody\0here %_\\'" },
                default
            )
        )
            .Profiles.Should()
            .BeEmpty();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Creating_a_customer_twice_finds_them_the_second_time(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var customer = new NewCustomer
        {
            Profile = StoreCalls.NewProfile("ada@example.com"),
            Conversation = StoreCalls.Record("1"),
            Checks = [],
        };
        await store.CreateAsync(customer, default);
        await store.UpdateAsync(customer.Profile.WithNotes("Likes machines."), change: null, default);

        var again = (await store.CreateAsync(customer with { Checks = [StoreCalls.Provider] }, default))!;

        (again.IsNewCustomer, again.IsNewConversation, again.Customer.Profile.Version).Should().Be((false, false, 2L));
        again.Customer.Checks.Should().BeEmpty();
    }

    [Fact]
    public async Task Writers_of_several_processes_wait_for_each_other_on_SQLite()
    {
        await using var database = new SqliteTestDatabase();
        var ada = await database.Store().CreateAsync("ada@example.com");
        await using var other = new SqliteConnection(database.ConnectionString);
        await other.OpenAsync();
        await using var transaction = await other.BeginTransactionAsync();

        var update = Task.Run(() =>
            database.Store().UpdateAsync(ada.WithNotes("Likes machines."), change: null, default).AsTask()
        );
        (await database.Store().GetAsync(default, ada.Id, default))!
            .Profile.Version.Should()
            .Be(1, "who reads does not wait");
        await transaction.CommitAsync();

        (await update).Should().BeOfType<UpdateResult.Updated>();
    }
}
