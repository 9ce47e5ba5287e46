using System.Diagnostics;
using System.Globalization;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// What a database with many conversation records costs: the size of a record, a message in a known thread, a new
/// conversation, and a new conversation while old records are removed. The number of records is an argument; half of
/// them are old.
/// </summary>
internal static class ConversationRecords
{
    private const int Customers = 100_000;
    private const int Calls = 4_000;

    /// <summary>As in the library.</summary>
    private const int Step = 200;

    private static readonly Instant Old = Population.Now - Duration.FromDays(800);
    private static readonly Instant Before = Population.Now - Duration.FromDays(400);

    public static async Task MeasureAsync(string[] args)
    {
        var most = args.Where(arg => char.IsDigit(arg[0]))
            .Select(arg => int.Parse(arg, CultureInfo.InvariantCulture))
            .DefaultIfEmpty(50_000_000)
            .First();
        foreach (var database in args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("postgresql"))
        {
            await MeasureAsync(database == "postgresql", most);
        }
    }

    private static async Task MeasureAsync(bool isPostgreSql, int most)
    {
        var folder = Directory.CreateTempSubdirectory("cp-records-");
        await using var server = isPostgreSql
            ? await PostgreSqlServer.StartNewAsync(
                new PostgreSqlSettings
                {
                    SurvivesPowerFailure = true,
                    Lines = ["shared_buffers = '1GB'", "max_wal_size = '8GB'"],
                }
            )
            : null;
        await using var database = server is null ? null : await server.CreateDatabaseAsync();
        var builder = new ServiceCollection().AddCustomerProfiles();
        builder = database is null
            ? builder.UseSqlite($"Data Source={Path.Combine(folder.FullName, "p.db")}", o => o.UpgradeAtStart = true)
            : builder.UsePostgreSql(database.ConnectionString, options => options.UpgradeAtStart = true);
        await using (var services = builder.Services.BuildServiceProvider())
        {
            var store = services.GetRequiredService<ICustomerProfileStore>();
            await store.GetProviderSettingsAsync(default, default);
            await using var context = await services
                .GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
                .CreateDbContextAsync();
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            foreach (var statement in Population.Statements(isPostgreSql, Customers))
            {
                await ExecuteAsync(context, statement);
            }

            var name = isPostgreSql ? "PostgreSQL" : "SQLite";
            await PrintAsync(name, store, records: Customers, turn: 0);
            var before = await SizeAsync(context, isPostgreSql);
            await ExecuteAsync(context, Records(isPostgreSql, most / Customers));
            if (isPostgreSql)
            {
                await ExecuteAsync(context, "vacuum analyze");
            }

            var size = (await SizeAsync(context, isPostgreSql) - before) / (double)(most - Customers);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {size:N0} bytes a record"));
            await PrintAsync(name, store, most, turn: 1);
            await RemoveAsync(name, store);
        }

        folder.Delete(recursive: true);
    }

    private static async Task PrintAsync(string name, ICustomerProfileStore store, int records, int turn)
    {
        await TimesAsync(store, call => ("conversation-1", call + 1));
        var known = await TimesAsync(store, call => ("conversation-1", call + 1));
        var @new = await TimesAsync(store, call => ($"new-{turn}-{call}", call + 1));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {records:N0} records: known thread {Text(known)}; new conversation {Text(@new)}"
            )
        );
    }

    /// <summary>The bytes of the table with its index, or of the whole file.</summary>
    private static Task<long> SizeAsync(DbContext context, bool isPostgreSql) =>
        context
            .Database.SqlQueryRaw<long>(
                isPostgreSql
                    ? "select pg_total_relation_size('cp_conversations') as \"Value\""
                    : "select page_count * page_size as \"Value\" from pragma_page_count(), pragma_page_size()"
            )
            .SingleAsync();

    /// <summary>All old records, in steps as the library does, while another caller records conversations.</summary>
    private static async Task RemoveAsync(string name, ICustomerProfileStore store)
    {
        var begun = Stopwatch.GetTimestamp();
        var removed = 0L;
        var removing = Task.Run(async () =>
        {
            CustomerId? from = null;
            do
            {
                var step = await ((IRetentionStore)store).RemoveConversationsAsync(
                    default,
                    Before,
                    from,
                    Step,
                    default
                );
                removed += step.Removed;
                from = step.Next;
            } while (from is not null && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(30));
        });
        var beside = new List<double>();
        for (var round = 0; !removing.IsCompleted; round++)
        {
            beside.AddRange(await TimesAsync(store, call => ($"beside-{round}-{call}", call + 1), calls: 100));
        }

        await removing;
        beside.Sort();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {removed / Stopwatch.GetElapsedTime(begun).TotalSeconds:N0} old records removed a second; "
                    + $"new conversation beside it {Text(beside)}"
            )
        );
    }

    /// <summary>Milliseconds of each call, in order of size.</summary>
    private static async Task<List<double>> TimesAsync(
        ICustomerProfileStore store,
        Func<int, (string Conversation, int Minutes)> of,
        int calls = Calls
    )
    {
        var times = new List<double>(calls);
        for (var call = 0; call < calls; call++)
        {
            var (conversation, minutes) = of(call);
            var begun = Stopwatch.GetTimestamp();
            var found = await store.RecordConversationAsync(
                default,
                Population.IdentityOf((int)(call * 7_919L % Customers)),
                new ConversationRecord(
                    conversation,
                    ConversationDirection.Received,
                    Population.Now + Duration.FromMinutes(minutes)
                ),
                default
            );
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            if (found is null)
            {
                throw new InvalidOperationException("Nobody was found.");
            }
        }

        times.Sort();
        return times;
    }

    private static string Text(List<double> times) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"p50 {times[times.Count / 2]:N2}, p99 {times[times.Count * 99 / 100]:N2}, slowest {times[^1]:N1} ms"
        );

    private static string Records(bool isPostgreSql, int ofEach) =>
        isPostgreSql
            ? "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                + "select 'default', c.id, 'record-' || n, 'received', "
                + $"timestamptz '{Old}' + (n % 2) * interval '700 days' "
                + $"from cp_customers c cross join generate_series(2, {ofEach}) n"
            : "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                + $"with recursive s (n) as (values (2) union all select n + 1 from s where n < {ofEach}) "
                + "select 'default', c.id, 'record-' || n, 'received', "
                + $"{Old.ToUnixTimeTicks() / 10} + (n % 2) * {Duration.FromDays(700).TotalMilliseconds:F0}000 "
                + "from cp_customers c cross join s";

    private static Task ExecuteAsync(DbContext context, string statement) =>
        context.Database.ExecuteSqlRawAsync(
            statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
        );
}
