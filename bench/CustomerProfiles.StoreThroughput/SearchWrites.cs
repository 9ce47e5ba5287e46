using System.Diagnostics;
using System.Globalization;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// What the index of search texts costs those who write: new customers and edits by 16 callers, with the index and
/// without it, and on PostgreSQL without its list of pending entries too.
/// </summary>
internal static class SearchWrites
{
    private const int Callers = 16;
    private const int Rounds = 3;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    private static int _made;
    private static int _edited;

    public static async Task MeasureAsync(string[] args)
    {
        var size = args.Where(arg => char.IsDigit(arg[0])).Select(Number).FirstOrDefault(1_000_000);
        _made = size;
        foreach (var database in args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("postgresql"))
        {
            await (database == "postgresql" ? OnPostgreSqlAsync(size) : OnSqliteAsync(size));
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static async Task OnPostgreSqlAsync(int size)
    {
        await using var server = await PostgreSqlServer.StartNewAsync(
            new PostgreSqlSettings
            {
                SurvivesPowerFailure = true,
                Lines = ["shared_buffers = '2GB'", "max_wal_size = '8GB'", "maintenance_work_mem = '1GB'"],
            }
        );
        await using var database = await server.CreateDatabaseAsync();
        await using var host = new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(database.ConnectionString, options => options.UpgradeAtStart = true)
            .Services.BuildServiceProvider();
        await host.GetRequiredService<ICustomerProfileStore>().GetProviderSettingsAsync(default, default);
        await using (
            var source = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0 }
            )
        )
        {
            await SearchMeasurement.FillAsync(source, size);
        }

        await MeasureAsync(host, "postgresql, as it is", []);
        await MeasureAsync(
            host,
            "postgresql, fastupdate = off",
            ["alter index ix_cp_search_text set (fastupdate = off)", "vacuum cp_search"]
        );
        await MeasureAsync(host, "postgresql, no index", ["drop index ix_cp_search_text"]);
    }

    private static async Task OnSqliteAsync(int size)
    {
        var folder = Directory.CreateTempSubdirectory("cp-search-writes-");
        var file = Path.Combine(folder.FullName, "profiles.db");
        await using (
            var host = new ServiceCollection()
                .AddCustomerProfiles()
                .UseSqlite($"Data Source={file}", options => options.UpgradeAtStart = true)
                .Services.BuildServiceProvider()
        )
        {
            await host.GetRequiredService<ICustomerProfileStore>().GetProviderSettingsAsync(default, default);
            SearchMeasurement.Fill(file, size);
            await MeasureAsync(host, "sqlite, as it is", []);
            await MeasureAsync(
                host,
                "sqlite, no index",
                [.. new[] { "insert", "delete", "update" }.Select(name => $"drop trigger cp_search_text_{name}")]
            );
        }

        folder.Delete(recursive: true);
    }

    private static async Task MeasureAsync(IServiceProvider host, string name, string[] before)
    {
        await using (
            var context = await host.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
                .CreateDbContextAsync()
        )
        {
            context.Database.SetCommandTimeout(TimeSpan.FromHours(1));
            foreach (var statement in before)
            {
                await context.Database.ExecuteSqlRawAsync(statement);
            }
        }

        var store = host.GetRequiredService<ICustomerProfileStore>();
        for (var round = 0; round < Rounds; round++)
        {
            var made = await RateAsync(() => CreateAsync(store));
            var renamed = await RateAsync(() => EditAsync(store, ProfileField.Name));
            var noted = await RateAsync(() => EditAsync(store, ProfileField.Notes));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: new customers {made:N0}/s, another name {renamed:N0}/s, another note {noted:N0}/s"
                )
            );
        }
    }

    private static async Task CreateAsync(ICustomerProfileStore store)
    {
        var profile = SearchPopulation.ProfileOf(Interlocked.Increment(ref _made));
        await store.CreateAsync(
            new NewCustomer
            {
                Profile = profile,
                Conversation = new ConversationRecord("1", ConversationDirection.Received, profile.UpdatedAt),
                Checks = [],
            },
            default
        );
    }

    /// <summary>Each customer is edited once, so that the version is known.</summary>
    private static async Task EditAsync(ICustomerProfileStore store, ProfileField field)
    {
        var number = Interlocked.Increment(ref _edited);
        var profile = SearchPopulation.ProfileOf(number);
        var by = new Provenance(ProvenanceSource.Agent, "kim", Population.Now);
        var value = ProfileField.Name.Equals(field)
            ? (object)new PersonName(SearchPopulation.RareNameOf(number + 1))
            : "Called twice, and wants to be called again.";
        var result = await store.UpdateAsync(
            new CustomerProfile(
                profile.Tenant,
                profile.Id,
                2,
                profile.CreatedAt,
                Population.Now,
                profile.Identities,
                [.. profile.Values.Where(one => !field.Equals(one.Field)), new FieldValue(field, "", value, by)]
            ),
            change: null,
            default
        );
        if (result is not UpdateResult.Updated)
        {
            throw new InvalidOperationException("The store did not do what is measured.");
        }
    }

    private static async Task<double> RateAsync(Func<Task> call)
    {
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var count = 0;
                        for (; Stopwatch.GetElapsedTime(begun) < Time; count++)
                        {
                            await call();
                        }

                        return count;
                    })
                )
        );
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
