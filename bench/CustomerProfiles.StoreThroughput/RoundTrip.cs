using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Sample.Csv;
using CustomerProfiles.Sample.Customers;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// 100,000 customers from a CSV file into a store, from there into an empty one, and compared: what an import takes is
/// equal in the exports of both. Prints rows a second and the most memory that was in use. With <c>thin</c> a row is
/// id, name and e-mail address; <c>batch=</c> is how many are written together.
/// </summary>
internal static class RoundTrip
{
    private const int Customers = 100_000;

    public static async Task MeasureAsync(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("cp-round-trip-");
        var file = Path.Combine(folder.FullName, "customers.csv");
        await WriteAsync(file, isThin: args.Contains("thin"));
        var batch = args.FirstOrDefault(arg => arg.StartsWith("batch=", StringComparison.Ordinal)) is { } given
            ? int.Parse(given["batch=".Length..], CultureInfo.InvariantCulture)
            : new ImportOptions { System = "any" }.BatchSize;
        foreach (var database in args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("sqlite"))
        {
            await MeasureAsync(database, file, batch);
        }

        folder.Delete(recursive: true);
    }

    private static async Task MeasureAsync(string database, string file, int batch)
    {
        await using var first = await Host.StartAsync(database);
        var memory = new MemoryWatch();
        Print(database, "CSV into an empty store", await ImportAsync(first.Profiles, file, batch, memory));
        Print(database, "the same CSV again", await ImportAsync(first.Profiles, file, batch, memory));

        var (exported, seconds) = await ExportsAsync(first.Profiles, memory);
        Print(database, "export of everybody", (exported.Count, seconds, ""));

        await using var second = await Host.StartAsync(database);
        var begun = Stopwatch.GetTimestamp();
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (
            var result in second.Profiles.ImportAsync(
                RowsOf(first.Profiles),
                new ImportOptions { System = "other-host", BatchSize = batch }
            )
        )
        {
            memory.Look();
            outcomes[result.Outcome.Code] = outcomes.GetValueOrDefault(result.Outcome.Code) + 1;
        }

        Print(
            database,
            "export into an empty store",
            (outcomes.Values.Sum(), Stopwatch.GetElapsedTime(begun).TotalSeconds, Text(outcomes))
        );
        var (again, _) = await ExportsAsync(second.Profiles, memory);
        var different = exported.Count(one => again.GetValueOrDefault(one.Key) != one.Value);
        Console.WriteLine(
            $"{database}: {again.Count} customers in the second store, {different} different; at most "
                + $"{memory.Most / 1_048_576.0:N0} MB in use"
        );
    }

    private static async Task<(long Rows, double Seconds, string Outcomes)> ImportAsync(
        ICustomerProfiles profiles,
        string file,
        int batch,
        MemoryWatch memory
    )
    {
        await using var stream = File.OpenRead(file);
        var rows = await CsvRows.OpenAsync(new TextLines(stream, encoding: null), CancellationToken.None);
        var columns = CustomerColumns.Of(rows.Header.Fields, ColumnMap.None);
        var begun = Stopwatch.GetTimestamp();
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        await new CustomerImport(profiles, rows, columns).RunAsync(
            new ImportOptions { System = "old-crm", BatchSize = batch },
            row =>
            {
                memory.Look();
                outcomes[row.Outcome] = outcomes.GetValueOrDefault(row.Outcome) + 1;
            },
            CancellationToken.None
        );
        return (outcomes.Values.Sum(), Stopwatch.GetElapsedTime(begun).TotalSeconds, Text(outcomes));
    }

    /// <summary>Of each customer a hash of what an import takes.</summary>
    private static async Task<(Dictionary<CustomerId, string> Hashes, double Seconds)> ExportsAsync(
        ICustomerProfiles profiles,
        MemoryWatch memory
    )
    {
        var begun = Stopwatch.GetTimestamp();
        var hashes = new Dictionary<CustomerId, string>(Customers);
        await foreach (var export in profiles.Privacy.ExportAllAsync(new ExportOptions { IncludeAgentIds = true }))
        {
            memory.Look();
            using var json = JsonDocument.Parse(export.Json);
            var customer = json.RootElement.GetProperty("customer");
            // The identities are a set: an import records e-mail addresses first.
            var identities = customer.GetProperty("identities").EnumerateArray().Select(one => $"{one}");
            var taken =
                $"{string.Join(' ', identities.Order(StringComparer.Ordinal))} {customer.GetProperty("createdAt")} "
                + $"{json.RootElement.GetProperty("values")}";
            hashes[export.Id] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(taken)));
        }

        return (hashes, Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }

    private static async IAsyncEnumerable<ImportRow> RowsOf(ICustomerProfiles profiles)
    {
        await foreach (var export in profiles.Privacy.ExportAllAsync(new ExportOptions { IncludeAgentIds = true }))
        {
            yield return ImportRow.FromExport(export.ToJson());
        }
    }

    private static async Task WriteAsync(string file, bool isThin)
    {
        await using var writer = new StreamWriter(file);
        if (isThin)
        {
            await writer.WriteLineAsync("Id,Name,E-mail");
            for (var number = 0; number < Customers; number++)
            {
                await writer.WriteLineAsync(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{number},First{number} Last{number},person{number}@example.com"
                    )
                );
            }

            return;
        }

        await writer.WriteLineAsync("Id,First name,Last name,E-mail,Phone,Company,Title,City,Country,Plan,Notes");
        for (var number = 0; number < Customers; number++)
        {
            await writer.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{number},First{number},Last{number},person{number}@example.com,+4930{1_000_000 + number},"
                        + $"Company {number / 7},Clerk,City {number % 100},Germany,gold,\"Note, {number}\""
                )
            );
        }
    }

    private static string Text(Dictionary<string, int> outcomes) =>
        string.Join(", ", outcomes.Select(outcome => $"{outcome.Value} {outcome.Key}"));

    private static void Print(string database, string what, (long Rows, double Seconds, string Outcomes) run) =>
        Console.WriteLine($"{database}, {what}: {run.Rows / run.Seconds:N0} customers/s {run.Outcomes}");

    /// <summary>The most memory that the process has used for objects.</summary>
    private sealed class MemoryWatch
    {
        private int _looks;

        public long Most { get; private set; }

        public void Look()
        {
            if (++_looks % 1_000 == 0)
            {
                Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: false));
            }
        }
    }

    private sealed class Host : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cp-round-trip-");
        private PostgreSqlServer? _server;
        private PostgreSqlDatabase? _database;
        private ServiceProvider? _services;

        public ICustomerProfiles Profiles => _services!.GetRequiredService<ICustomerProfiles>();

        public static async Task<Host> StartAsync(string database)
        {
            var host = new Host();
            var builder = new ServiceCollection().AddCustomerProfiles();
            void Configure(DatabaseStoreOptions options) => options.UpgradeAtStart = true;
            if (database == "postgresql")
            {
                host._server = await PostgreSqlServer.StartNewAsync(
                    new PostgreSqlSettings { SurvivesPowerFailure = true }
                );
                host._database = await host._server.CreateDatabaseAsync();
                builder.UsePostgreSql(host._database.ConnectionString, Configure);
            }
            else
            {
                builder.UseSqlite($"Data Source={Path.Combine(host._folder.FullName, "profiles.db")}", Configure);
            }

            host._services = builder.Services.BuildServiceProvider();
            await host.Profiles.ListAsync(new ProfileQuery());
            return host;
        }

        public async ValueTask DisposeAsync()
        {
            await _services!.DisposeAsync();
            await (_database?.DisposeAsync() ?? default);
            await (_server?.DisposeAsync() ?? default);
            _folder.Delete(recursive: true);
        }
    }
}
