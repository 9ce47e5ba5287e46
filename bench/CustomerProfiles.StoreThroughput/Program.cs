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
using Npgsql;

if (args.Contains("gather"))
{
    await GatherRate.MeasureAsync(args);
    return;
}

if (args.Contains("round-trip"))
{
    await RoundTrip.MeasureAsync(args);
    return;
}

if (args.Contains("records"))
{
    await ConversationRecords.MeasureAsync(args);
    return;
}

if (args.Contains("search-writes"))
{
    await SearchWrites.MeasureAsync(args);
    return;
}

if (args.Contains("lifecycle"))
{
    await LifecycleRate.MeasureAsync(args);
    return;
}

// Operations per second of the stores, compared with the limit of the database and with the store's own statements by
// hand, in short turns on the same database; and messages per second of a mailbox import.
var seconds = args.FirstOrDefault(arg => arg.StartsWith("seconds=", StringComparison.Ordinal)) is { } length
    ? double.Parse(length["seconds=".Length..], CultureInfo.InvariantCulture)
    : 0.3;
var slicesOfEach = args.FirstOrDefault(arg => arg.StartsWith("slices=", StringComparison.Ordinal)) is { } wanted
    ? int.Parse(wanted["slices=".Length..], CultureInfo.InvariantCulture)
    : 7;

// Only the operations whose names hold this text.
var only = args.FirstOrDefault(arg => arg.StartsWith("only=", StringComparison.Ordinal))?["only=".Length..] ?? "";
if (args.Contains("search"))
{
    await SearchMeasurement.MeasureAsync(
        [.. args.Where(arg => arg is "sqlite" or "postgresql" or "memory")],
        [.. args.Where(arg => char.IsDigit(arg[0])).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))],
        args.Contains("page")
    );
    return;
}

var isPage = args.Contains("page");
string[] databases = isPage
    ? ["sqlite", "postgresql"]
    : [.. args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("sqlite")];
int[] given = [.. args.Where(arg => char.IsDigit(arg[0])).Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))];
int[] sizes =
    given.Length > 0 ? given
    : isPage ? [1_000, 1_000_000, 10_000_000]
    : [1_000];
var rates = new List<OperationRate>();
foreach (var database in databases)
{
    // SQLite is one file on one machine; nobody keeps ten million customers there.
    foreach (var size in sizes.Where(size => database == "postgresql" || size <= 1_000_000))
    {
        await MeasureAsync(database, size, TimeSpan.FromSeconds(seconds), slicesOfEach, only, rates);
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

static async Task MeasureAsync(
    string database,
    int size,
    TimeSpan time,
    int slicesOfEach,
    string only,
    List<OperationRate> rates
)
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
    context.Database.SetCommandTimeout(TimeSpan.FromHours(1));

    // SQLite does not analyse a file by itself. A PostgreSQL server does within a minute, so it is done here at once.
    foreach (var statement in Population.Statements(isPostgreSql, size).Concat(isPostgreSql ? ["vacuum analyze"] : []))
    {
        await context.Database.ExecuteSqlRawAsync(
            statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
        );
    }

    var dialect = StoreDialect.Of(context.Database.ProviderName);
    var sql = dialect.StatementsFor(new StoreTables(context), keepsMatchKeys: false);
    DbProviderFactory factory = isPostgreSql ? NpgsqlFactory.Instance : SqliteFactory.Instance;
    await using var source = isPostgreSql
        ? NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 256 })
        : factory.CreateDataSource(connectionString);
    var hand = new ByHand(source, dialect);
    await using var limits = Limits.Of(isPostgreSql, connectionString);
    var operations = new Operations(store, hand, limits, dialect, sql, context, size)
        .All.Where(operation => operation.Name.Contains(only, StringComparison.Ordinal))
        .ToArray();

    // The runtime recompiles hot code in the background, which would be measured with the first operation.
    foreach (var operation in operations)
    {
        await SliceAsync(operation, callers: 4, TimeSpan.FromSeconds(1));
    }

    foreach (var callers in new[] { 1, 16 })
    {
        foreach (var operation in operations)
        {
            await SliceAsync(operation, callers, time / 2);
            var slices = new List<OperationRate.Slice>();
            for (var slice = 0; slice < slicesOfEach; slice++)
            {
                slices.Add(await SliceAsync(operation, callers, time));
            }

            rates.Add(
                new OperationRate
                {
                    Database = database,
                    Profiles = size,
                    Operation = operation.Name,
                    IsWrite = operation.IsWrite,
                    Callers = callers,
                    Slices = slices,
                }
            );
            Console.Error.WriteLine(rates[^1]);
        }
    }

    folder.Delete(recursive: true);
}

// The three one after the other, so that whatever else the machine does meanwhile concerns them alike.
static async Task<OperationRate.Slice> SliceAsync(Operation operation, int callers, TimeSpan time)
{
    return new OperationRate.Slice
    {
        Store = await OfAsync(operation.Store),
        ByHand = await OfAsync(operation.ByHand),
        Limit = await OfAsync(operation.Limit),
    };

    async Task<double> OfAsync(Func<int, int, Task> one) =>
        await RateAsync(one, callers, time, operation.Provide is { } provide ? await provide() : int.MaxValue);
}

static async Task<double> RateAsync(Func<int, int, Task> operation, int callers, TimeSpan time, int most)
{
    var turn = Turns.Next;
    var started = Stopwatch.GetTimestamp();
    var left = most;
    var counts = await Task.WhenAll(
        Enumerable
            .Range(0, callers)
            .Select(caller =>
                Task.Run(async () =>
                {
                    var count = 0;
                    while (Stopwatch.GetElapsedTime(started) < time && Interlocked.Decrement(ref left) >= 0)
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
