using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using CustomerProfiles;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using CustomerProfiles.StoreThroughput;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Npgsql;

if (args.Contains("gather"))
{
    await GatherRate.MeasureAsync(args);
    return;
}

// Operations per second of the stores, compared with hand-written commands with the same statements on the same
// database, in turns; and messages per second of a mailbox import.
var seconds = args.FirstOrDefault(arg => arg.StartsWith("seconds=", StringComparison.Ordinal)) is { } given
    ? double.Parse(given["seconds=".Length..], CultureInfo.InvariantCulture)
    : 0.6;
var isPage = args.Contains("page");
string[] databases = isPage
    ? ["sqlite", "postgresql"]
    : [.. args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("sqlite")];
int[] sizes = isPage
    ? [1_000, 1_000_000]
    :
    [
        .. args.Where(arg => char.IsDigit(arg[0]))
            .Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))
            .DefaultIfEmpty(1_000),
    ];
var rates = new List<OperationRate>();
foreach (var database in databases)
{
    foreach (var size in sizes)
    {
        await MeasureAsync(database, size, TimeSpan.FromSeconds(seconds), rates);
    }
}

var imports = isPage || args.Contains("mailbox") ? await MailboxImport.MeasureAsync(databases) : [];
if (isPage)
{
    DatabasePage.Write(rates, imports);
}
else
{
    Console.WriteLine(DatabasePage.Text(rates, imports));
}

static async Task MeasureAsync(string database, int size, TimeSpan time, List<OperationRate> rates)
{
    var isPostgreSql = database == "postgresql";
    var folder = Directory.CreateTempSubdirectory("cp-throughput-");
    await using var server = isPostgreSql
        ? await PostgreSqlServer.StartNewAsync(
            new PostgreSqlSettings
            {
                SurvivesPowerFailure = true,
                Lines = ["shared_buffers = '1GB'", "max_wal_size = '8GB'"],
            }
        )
        : null;
    await using var postgreSql = server is null ? null : await server.CreateDatabaseAsync();
    var connectionString = postgreSql is null
        ? $"Data Source={Path.Combine(folder.FullName, "profiles.db")}"
        : postgreSql.ConnectionString;
    var builder = new ServiceCollection().AddCustomerProfiles();
    builder = isPostgreSql
        ? builder.UsePostgreSql(connectionString, options => options.UpgradeAtStart = true)
        : builder.UseSqlite(connectionString, options => options.UpgradeAtStart = true);
    await using var services = builder.Services.BuildServiceProvider();
    var store = services.GetRequiredService<ICustomerProfileStore>();
    await store.GetProviderSettingsAsync(default, default);

    await using var context = await services
        .GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
        .CreateDbContextAsync();
    context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));

    // SQLite does not analyse a file by itself. A PostgreSQL server does within a minute, so it is done here at once.
    foreach (var statement in Population.Statements(isPostgreSql, size).Concat(isPostgreSql ? ["vacuum analyze"] : []))
    {
        await context.Database.ExecuteSqlRawAsync(
            statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
        );
    }

    var dialect = StoreDialect.Of(context.Database.ProviderName);
    var sql = dialect.StatementsFor(new StoreTables(context));
    DbProviderFactory factory = isPostgreSql ? NpgsqlFactory.Instance : SqliteFactory.Instance;
    await using var source = isPostgreSql
        ? NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64 })
        : factory.CreateDataSource(connectionString);
    var hand = new ByHand(source, dialect, factory);
    var versions = new ConcurrentDictionary<int, long>();
    var made = size;

    ConversationRecord Record(int caller, int turn, string way) =>
        new($"{way}-{caller}-{turn}", ConversationDirection.Received, Population.Now);
    int Somebody(int caller, int turn) => (int)(((caller * 7919L) + (turn * 104_729L)) % size);
    StoreParameters Conversation(StoreParameters parameters, ConversationRecord recorded) =>
        parameters
            .Text("conversation", recorded.Id)
            .Text("direction", StoredNames.Of(recorded.Direction))
            .Time("occurred_at", recorded.At);

    // Each caller edits a customer of its own, so that no edit is stale.
    CustomerProfile Next(int caller) =>
        Population.ProfileOf(
            Population.IdOf(caller),
            Population.AddressOf(caller),
            versions.AddOrUpdate(caller, 2, (_, version) => version + 1)
        );
    var operations = new Operation[]
    {
        new(
            "sidebar",
            async (caller, turn) =>
                Check(await store.GetAsync(default, Population.IdOf(Somebody(caller, turn)), default) is not null),
            (caller, turn) =>
                hand.RunAsync(
                    sql.Get,
                    hand.Parameters.Customer(default, Population.IdOf(Somebody(caller, turn))),
                    inTransaction: false
                )
        ),
        new(
            "conversation redelivered",
            async (caller, turn) =>
                Check(
                    await store.RecordConversationAsync(
                        default,
                        Population.IdentityOf(Somebody(caller, turn)),
                        new ConversationRecord("conversation-1", ConversationDirection.Received, Population.Now),
                        default
                    )
                        is { IsNewConversation: false }
                ),
            (caller, turn) =>
                hand.RunAsync(
                    sql.RecordConversation,
                    Conversation(
                        hand.Parameters.Identity(default, Population.IdentityOf(Somebody(caller, turn))),
                        new ConversationRecord("conversation-1", ConversationDirection.Received, Population.Now)
                    ),
                    dialect.HasOneWriter
                )
        ),
        new(
            "new conversation, known customer",
            async (caller, turn) =>
                Check(
                    await store.RecordConversationAsync(
                        default,
                        Population.IdentityOf(Somebody(caller, turn)),
                        Record(caller, turn, "store"),
                        default
                    )
                        is { IsNewConversation: true }
                ),
            (caller, turn) =>
                hand.RunAsync(
                    sql.RecordConversation,
                    Conversation(
                        hand.Parameters.Identity(default, Population.IdentityOf(Somebody(caller, turn))),
                        Record(caller, turn, "hand")
                    ),
                    dialect.HasOneWriter
                )
        ),
        new(
            "edit saved",
            async (caller, _) => Check(await store.UpdateAsync(Next(caller), default) is UpdateResult.Updated),
            (caller, _) => hand.RunAsync(sql.Update, hand.Update(Next(caller)), dialect.HasOneWriter)
        ),
        new(
            "new customer",
            async (caller, turn) =>
            {
                var number = Interlocked.Increment(ref made);
                var profile = Population.ProfileOf(Population.IdOf(number), Population.AddressOf(number));
                Check(
                    (
                        await store.CreateAsync(
                            new NewCustomer
                            {
                                Profile = profile,
                                Conversation = Record(caller, turn, "made"),
                                Checks = ["fullcontact"],
                            },
                            default
                        )
                    ).IsNewCustomer
                );
            },
            (caller, turn) =>
            {
                var number = Interlocked.Increment(ref made);
                var profile = Population.ProfileOf(Population.IdOf(number), Population.AddressOf(number));
                return hand.RunAsync(
                    sql.Create,
                    Conversation(hand.Parameters.Identity(default, profile.Identities[0]), Record(caller, turn, "made"))
                        .Id("id", profile.Id.Value)
                        .Time("created_at", profile.CreatedAt)
                        .Profile(profile)
                        .Texts("providers", ["fullcontact"]),
                    dialect.HasOneWriter
                );
            }
        ),
        new(
            "check claimed",
            async (_, _) =>
                Check(
                    await store.ClaimNextCheckAsync(["fullcontact"], Population.Now, Duration.FromDays(1), default)
                        is not null
                ),
            (_, _) =>
                hand.RunAsync(
                    sql.Claim,
                    hand.Parameters.Texts("providers", ["fullcontact"])
                        .Time("now", Population.Now)
                        .Id("lease", Guid.NewGuid())
                        .Duration("lease_for", Duration.FromDays(1))
                        .Time("clock", Instant.FromDateTimeUtc(TimeProvider.System.GetUtcNow().UtcDateTime)),
                    inTransaction: false
                )
        ),
    };

    // The runtime recompiles hot code in the background, which would be measured with the first operation.
    foreach (var operation in operations)
    {
        await PrepareAsync(operation);
        await RateAsync(operation.Store, callers: 4, TimeSpan.FromSeconds(1));
        await RateAsync(operation.ByHand, callers: 4, TimeSpan.FromSeconds(1));
    }

    foreach (var callers in new[] { 1, 16 })
    {
        foreach (var operation in operations)
        {
            await PrepareAsync(operation);
            await RateAsync(operation.Store, callers, time / 2);
            await RateAsync(operation.ByHand, callers, time / 2);
            var (byStore, byHand) = (0d, 0d);
            for (var round = 0; round < 3; round++)
            {
                await PrepareAsync(operation);
                byStore = Math.Max(byStore, await RateAsync(operation.Store, callers, time));
                await PrepareAsync(operation);
                byHand = Math.Max(byHand, await RateAsync(operation.ByHand, callers, time));
            }

            rates.Add(new OperationRate(database, size, operation.Name, callers, byStore, byHand));
            Console.Error.WriteLine(rates[^1]);
        }
    }

    folder.Delete(recursive: true);

    // There are always more checks to claim than a round claims.
    async Task PrepareAsync(Operation operation)
    {
        if (operation.Name == "check claimed")
        {
            await context.Database.ExecuteSqlRawAsync(
                isPostgreSql
                    ? "insert into cp_checks (tenant, customer_id, provider, requested_at, is_pending, "
                        + "setting_generation, suppression_generation, not_before, leased_until, "
                        + "available_from, attempt) select tenant, id, 'fullcontact', created_at, true, 0, "
                        + "0, created_at, timestamptz '1970-01-01', created_at, 0 from cp_customers limit "
                        + "30000 on conflict (tenant, customer_id, provider) do update set is_pending = true, "
                        + "available_from = excluded.available_from, leased_until = excluded.leased_until"
                    : "insert into cp_checks (tenant, customer_id, provider, requested_at, is_pending, "
                        + "setting_generation, suppression_generation, not_before, leased_until, "
                        + "available_from, attempt) select tenant, id, 'fullcontact', created_at, 1, 0, 0, "
                        + "created_at, 0, created_at, 0 from cp_customers where true limit 30000 on "
                        + "conflict (tenant, customer_id, provider) do update set is_pending = 1, "
                        + "available_from = excluded.available_from, leased_until = excluded.leased_until"
            );
        }
    }
}

static async Task<double> RateAsync(Func<int, int, Task> operation, int callers, TimeSpan time)
{
    var turn = Turns.Next;
    var started = Stopwatch.GetTimestamp();
    var counts = await Task.WhenAll(
        Enumerable
            .Range(0, callers)
            .Select(caller =>
                Task.Run(async () =>
                {
                    var count = 0;
                    while (Stopwatch.GetElapsedTime(started) < time)
                    {
                        await operation(caller, turn + count);
                        count++;
                    }

                    return count;
                })
            )
    );
    return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
}

static void Check(bool asItShould)
{
    if (!asItShould)
    {
        throw new InvalidOperationException("The store did not do what is measured.");
    }
}
