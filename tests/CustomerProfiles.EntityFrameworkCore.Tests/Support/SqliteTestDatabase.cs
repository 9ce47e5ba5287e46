using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>An SQLite file in a folder of its own.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cp-sqlite-");

    public string File => Path.Combine(_folder.FullName, "profiles.db");

    public override string ConnectionString => $"Data Source={File}";

    public override void Use(
        CustomerProfilesBuilder builder,
        string connectionString,
        Action<DatabaseStoreOptions> configure
    ) => builder.UseSqlite(connectionString, configure);

    public override DbContextOptionsBuilder Connect(DbContextOptionsBuilder context) =>
        context.UseSqlite(ConnectionString);

    public override async Task<T> ValueAsync<T>(string sql)
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)
            Convert.ChangeType(
                await command.ExecuteScalarAsync() ?? throw new InvalidOperationException("no row"),
                typeof(T),
                System.Globalization.CultureInfo.InvariantCulture
            );
    }

    public override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    protected override ValueTask RemoveAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return default;
    }
}
