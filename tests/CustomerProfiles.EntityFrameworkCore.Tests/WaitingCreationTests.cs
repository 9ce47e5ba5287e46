using System.Transactions;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A new customer on PostgreSQL waits for whoever has locked their identity. Suppressing it and erasing its owner lock
/// it, and are seen by the one who waited.
/// </summary>
public sealed class WaitingCreationTests
{
    private const string Address = "ada@example.com";

    private static readonly string Locked =
        $"insert into cp_identities (tenant, kind, value) values ('{TenantId.Default}', 'email', '{Address}')";

    private static readonly string Suppressed =
        $"insert into cp_suppressions (tenant, kind, value) values ('{TenantId.Default}', 'email', '{Address}')";

    private static readonly string Forgotten = Mark("suppress");

    private static readonly string Forbidden = Mark("do-not-keep");

    private static readonly string Guarded =
        "insert into cp_erasure_guards (tenant, hash, guarded_until) "
        + $"values ('{TenantId.Default}', '{ErasureCalls.HashOf(Address)}', '2100-01-01')";

    public static TheoryData<string, bool, bool> Others =>
        new()
        {
            { Suppressed, true, false },
            { Suppressed, true, true },
            { Forgotten, true, false },
            { Forgotten, true, true },
            { Forbidden, false, false },
            { Forbidden, false, true },
            { Guarded, false, false },
            { Guarded, false, true },
        };

    [PostgreSqlTheory]
    [MemberData(nameof(Others))]
    public async Task A_new_customer_who_waited_is_decided_by_what_another_call_wrote(
        string other,
        bool isKept,
        bool isGathered
    )
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var held = new HeldCommand();
        var store = database
            .Host(interceptors: [held], connectionString: $"{database.ConnectionString};Options=-c lock_timeout=60s")
            .GetRequiredService<ICustomerProfileStore>();
        await store.GetProviderSettingsAsync(default, default);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(Locked);

        if (isGathered)
        {
            held.HoldNext(1);
        }

        var first = isGathered ? CreateAsync(store, "eve@example.com") : Task.FromResult<ConversationLookup?>(null);
        await (isGathered ? held.Held : Task.CompletedTask);
        var creating = CreateAsync(store, Address);
        var others = isGathered ? CreateAsync(store, "grace@example.com") : first;
        held.LetGo();
        await first;
        await database.WaitingAsync(1, creating);
        await ExecuteAsync(other);
        await ExecuteAsync($"delete from cp_identities where value = '{Address}'");
        await transaction.CommitAsync();

        var lookup = await creating;
        (lookup is not null).Should().Be(isKept);
        (lookup?.Customer.IsSuppressed ?? true).Should().BeTrue();
        (await database.ValueAsync<long>($"select count(*) from cp_identities where value = '{Address}'"))
            .Should()
            .Be(isKept ? 1 : 0);
        (await database.ValueAsync<long>($"select count(*) from cp_suppressions where value = '{Address}'"))
            .Should()
            .Be(isKept ? 1 : 0);
        (await others is { IsNewCustomer: true }).Should().Be(isGathered);
        (await database.ValueAsync<long>("select count(*) from cp_customers"))
            .Should()
            .Be((isKept ? 1 : 0) + (isGathered ? 2 : 0));
        (await database.ValueAsync<long>("select count(*) from cp_checks"))
            .Should()
            .Be(isGathered ? 2 : 0, "nobody who is suppressed is looked up");

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }

    [PostgreSqlFact]
    public async Task A_transaction_of_the_caller_goes_on_when_an_identity_was_suppressed_meanwhile()
    {
        await using var database = await PostgreSqlTestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        var store = database.Store();
        await store.GetProviderSettingsAsync(default, default);
        await connection.OpenAsync();
        await using var suppressing = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"{Locked}; {Suppressed}", connection);
        await command.ExecuteNonQueryAsync();

        using (var transaction = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            var creating = CreateAsync(store, Address);
            await database.WaitingAsync(1, creating);
            command.CommandText = $"delete from cp_identities where value = '{Address}'";
            await command.ExecuteNonQueryAsync();
            await suppressing.CommitAsync();
            (await creating)!.Customer.IsSuppressed.Should().BeTrue();
            transaction.Complete();
        }

        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(1);
        (await database.ValueAsync<long>("select count(*) from cp_checks")).Should().Be(0);
    }

    private static string Mark(string kind) =>
        "insert into cp_erasure_marks (tenant, hash, key_id, kind) "
        + $"values ('{TenantId.Default}', '{ErasureCalls.HashOf(Address)}', 'key', '{kind}')";

    private static Task<ConversationLookup?> CreateAsync(ICustomerProfileStore store, string address) =>
        store
            .CreateAsync(
                new NewCustomer
                {
                    Profile = StoreCalls.NewProfile(address),
                    Conversation = StoreCalls.Record("first"),
                    Checks = [StoreCalls.Provider],
                    ErasureHashes = [ErasureCalls.HashOf(address)],
                },
                default
            )
            .AsTask();
}
