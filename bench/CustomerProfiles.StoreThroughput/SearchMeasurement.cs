using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace CustomerProfiles.StoreThroughput;

/// <summary>How long a page of a search takes among many customers, and how large its tables and indexes are.</summary>
internal static class SearchMeasurement
{
    private const int Runs = 40;

    private static readonly PagePart Part = new(
        "<!-- search: written by the benchmarks, not by hand -->",
        "<!-- end of search -->"
    );

    /// <summary>
    /// Measures each database with each number of profiles, or those that the page shows when it is to be written.
    /// </summary>
    public static async Task MeasureAsync(string[] databases, int[] sizes, bool isPage)
    {
        var text = new StringBuilder();
        (string Database, int Size)[] all = isPage
            ? [("postgresql", 1_000_000), ("sqlite", 1_000_000), ("memory", 10_000), ("memory", 100_000)]
            : [.. databases.SelectMany(_ => sizes, (database, size) => (database, size))];
        foreach (var (database, size) in all)
        {
            text.Append(await MeasureAsync(database, size)).Append('\n');
        }

        if (isPage)
        {
            Part.Write(
                $"Measured on {TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} "
                    + $"cores.\n\n{text}"
            );
        }
        else
        {
            Console.WriteLine(text);
        }
    }

    private static async Task<string> MeasureAsync(string database, int size)
    {
        var folder = Directory.CreateTempSubdirectory("cp-search-");
        try
        {
            return database switch
            {
                "postgresql" => await OnPostgreSqlAsync(size),
                "sqlite" => await OnSqliteAsync(Path.Combine(folder.FullName, "profiles.db"), size),
                _ => await InMemoryAsync(size),
            };
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> OnPostgreSqlAsync(int size)
    {
        await using var server = await PostgreSqlServer.StartNewAsync(
            new PostgreSqlSettings
            {
                Lines = ["shared_buffers = '2GB'", "max_wal_size = '8GB'", "maintenance_work_mem = '1GB'"],
            }
        );
        await using var database = await server.CreateDatabaseAsync();
        await using var services = new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(database.ConnectionString, options => options.UpgradeAtStart = true)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<ICustomerProfileStore>();
        await store.GetProviderSettingsAsync(default, default);
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 0 }
        );
        await FillAsync(source, size);
        return await TableAsync(
            "postgresql",
            size,
            (ISearchStore)store,
            await ListAsync(
                source,
                """
                select relname, pg_relation_size(oid) / 1048576 from pg_class
                where (relname like '%cp\_search%' or relname like '%cp\_activity%' or relname like '%cp\_customers')
                    and pg_relation_size(oid) > 0
                order by 2 desc
                """
            )
        );
    }

    private static async Task<string> OnSqliteAsync(string file, int size)
    {
        await using var services = new ServiceCollection()
            .AddCustomerProfiles()
            .UseSqlite($"Data Source={file}", options => options.UpgradeAtStart = true)
            .Services.BuildServiceProvider();
        var store = services.GetRequiredService<ICustomerProfileStore>();
        await store.GetProviderSettingsAsync(default, default);
        Fill(file, size);
        return await TableAsync(
            "sqlite",
            size,
            (ISearchStore)store,
            $"the file {new FileInfo(file).Length / 1_048_576:N0} MB"
        );
    }

    private static async Task<string> InMemoryAsync(int size)
    {
        await using var services = new ServiceCollection().AddCustomerProfiles().Services.BuildServiceProvider();
        var store = services.GetRequiredService<ICustomerProfileStore>();
        for (var number = 0; number < size; number++)
        {
            var profile = SearchPopulation.ProfileOf(number);
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

        return await TableAsync("in memory", size, (ISearchStore)store, "no index");
    }

    private static async Task<string> TableAsync(string database, int size, ISearchStore store, string sizes)
    {
        var text = new StringBuilder();
        await AppendAsync(text, $"{database}, {size:N0} profiles", store, SearchQueries.All(size));
        text.Append('\n');
        await AppendAsync(text, $"{database}, letters typed of a name", store, SearchQueries.Typed(size));
        text.Append(CultureInfo.InvariantCulture, $"\nSizes: {sizes}.\n");
        return text.ToString();
    }

    private static async Task AppendAsync(
        StringBuilder text,
        string title,
        ISearchStore store,
        IEnumerable<(string Name, Func<int, ProfileSearchQuery> Of)> queries
    )
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"| {title} | found | p50 ms | p95 ms | slowest ms |\n|---|---|---|---|---|\n"
        );
        foreach (var (name, queryOf) in queries)
        {
            await store.SearchAsync(default, queryOf(Runs), default);
            var times = new List<double>();
            var found = 0;
            for (var run = 0; run < Runs; run++)
            {
                var query = queryOf(run);
                var begun = Stopwatch.GetTimestamp();
                var page = await store.SearchAsync(default, query, default);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                found = Math.Max(found, page.Profiles.Length);
            }

            times.Sort();
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {found} | {times[Runs / 2]:F1} | {times[Runs * 95 / 100]:F1} | {times[^1]:F1} |\n"
            );
            Console.Error.WriteLine($"{name}: {times[Runs / 2]:F1} {times[Runs * 95 / 100]:F1}");
        }
    }

    public static async Task FillAsync(NpgsqlDataSource source, int size)
    {
        // The rows are copied in order of their tables; the large index is made at the end, as for a restored backup.
        await using (var drop = source.CreateCommand("drop index if exists ix_cp_search_text"))
        {
            await drop.ExecuteNonQueryAsync();
        }

        await CopyAsync(
            source,
            "cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed, "
                + "suppression_generation)",
            size,
            async (row, profile) =>
            {
                await row.WriteAsync(profile.Id.Value);
                await row.WriteAsync(profile.Version);
                await row.WriteAsync(profile.CreatedAt.ToDateTimeUtc());
                await row.WriteAsync(profile.UpdatedAt.ToDateTimeUtc());
                await row.WriteAsync(ProfileDocument.Write(profile), NpgsqlDbType.Json);
                await row.WriteAsync(false);
                await row.WriteAsync(0L);
            }
        );
        await CopyAsync(
            source,
            "cp_identities (tenant, kind, value, customer_id)",
            size,
            async (row, profile) =>
            {
                await row.WriteAsync("email");
                await row.WriteAsync(profile.Identities[0].Value);
                await row.WriteAsync(profile.Id.Value);
            }
        );
        await CopyAsync(
            source,
            "cp_activity (tenant, customer_id, changed_at, conversation_at)",
            size,
            async (row, profile) =>
            {
                await row.WriteAsync(profile.Id.Value);
                await row.WriteAsync(profile.UpdatedAt.ToDateTimeUtc());
                await row.WriteAsync(profile.UpdatedAt.ToDateTimeUtc());
            }
        );
        await CopyAsync(
            source,
            "cp_search (tenant, customer_id, name, company, has_photo, text, prefixes, properties)",
            size,
            async (row, profile) =>
            {
                var keys = ProfileSearch.KeysOf(profile, SearchableProperties.None);
                await row.WriteAsync(profile.Id.Value);
                await row.WriteAsync(keys.Name);
                await row.WriteAsync(keys.Company);
                await row.WriteAsync(keys.HasPhoto);
                await row.WriteAsync(keys.Text);
                await row.WriteAsync(PostgreSqlDialect.Instance.Prefixes(keys.Prefixes));
                await row.WriteAsync("[]");
            }
        );
        foreach (var statement in new[] { PostgreSqlSearchIndex.Script("cp_search", null), "vacuum analyze" })
        {
            await using var command = source.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task CopyAsync(
        NpgsqlDataSource source,
        string columns,
        int size,
        Func<NpgsqlBinaryImporter, CustomerProfile, Task> write
    )
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var copy = await connection.BeginBinaryImportAsync($"copy {columns} from stdin (format binary)");
        copy.Timeout = TimeSpan.FromHours(1);
        for (var number = 0; number < size; number++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(TenantId.Default.Value);
            await write(copy, SearchPopulation.ProfileOf(number));
        }

        await copy.CompleteAsync();
    }

    private static async Task<string> ListAsync(NpgsqlDataSource source, string sql)
    {
        var text = new StringBuilder();
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : ", ")}{reader.GetString(0)} ")
                .Append(CultureInfo.InvariantCulture, $"{reader.GetInt64(1):N0} MB");
        }

        return text.ToString();
    }

    public static void Fill(string file, int size)
    {
        using var connection = new SqliteConnection($"Data Source={file};Foreign Keys=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var tenant = connection.CreateCommand();
        tenant.CommandText = "insert into cp_tenants (number, tenant, last_row) values (1, @tenant, @rows)";
        tenant.Parameters.AddWithValue("@rows", size);
        tenant.Parameters.AddWithValue("@tenant", TenantId.Default.Value);
        tenant.ExecuteNonQuery();
        using var insert = connection.CreateCommand();
        insert.CommandText = """
            insert into cp_customers (tenant, id, version, created_at, updated_at, profile, is_suppressed,
                suppression_generation)
            values (@tenant, @id, 1, @at, @at, @profile, 0, 0);
            insert into cp_identities (tenant, kind, value, customer_id) values (@tenant, 'email', @value, @id);
            insert into cp_activity (tenant, customer_id, changed_at, conversation_at) values (@tenant, @id, @at, @at);
            insert into cp_search (row_id, tenant, customer_id, name, company, has_photo, text, prefixes, properties)
            values ((1 << 40) + @number, @tenant, @id, @name, @company, 0, @text, @prefixes, '[]')
            """;
        for (var number = 0; number < size; number++)
        {
            var profile = SearchPopulation.ProfileOf(number);
            var keys = ProfileSearch.KeysOf(profile, SearchableProperties.None);
            insert.Parameters.Clear();
            insert.Parameters.AddWithValue("@tenant", TenantId.Default.Value);
            insert.Parameters.AddWithValue("@number", number);
            insert.Parameters.AddWithValue("@id", SqliteDialect.Instance.IdParameter(profile.Id.Value));
            insert.Parameters.AddWithValue("@at", SqliteDialect.Instance.TimeParameter(profile.UpdatedAt));
            insert.Parameters.AddWithValue("@profile", ProfileDocument.Write(profile));
            insert.Parameters.AddWithValue("@value", profile.Identities[0].Value);
            insert.Parameters.AddWithValue("@name", keys.Name);
            insert.Parameters.AddWithValue("@company", keys.Company);
            insert.Parameters.AddWithValue("@text", keys.Text);
            insert.Parameters.AddWithValue("@prefixes", SqliteDialect.Instance.Prefixes(keys.Prefixes));
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
