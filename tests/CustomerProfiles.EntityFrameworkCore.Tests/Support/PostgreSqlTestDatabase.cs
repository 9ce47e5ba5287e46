using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A database on the temporary server.</summary>
public sealed class PostgreSqlTestDatabase : TestDatabase
{
    private readonly PostgreSqlDatabase _database;

    public PostgreSqlTestDatabase(PostgreSqlDatabase database) => _database = database;

    public override string ConnectionString => _database.ConnectionString;

    public string Name => _database.Name;

    public static async Task<PostgreSqlTestDatabase> CreateAsync(string? encoding = null) =>
        new(await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync(encoding));

    public override void Use(
        CustomerProfilesBuilder builder,
        string connectionString,
        Action<DatabaseStoreOptions> configure
    ) => builder.UsePostgreSql(connectionString, configure);

    public override DbContextOptionsBuilder Connect(DbContextOptionsBuilder context) =>
        context.UseNpgsql(ConnectionString);

    public override Task<T> ValueAsync<T>(string sql) => _database.ValueAsync<T>(sql);

    public override Task ExecuteAsync(string sql) => _database.ExecuteAsync(sql);

    protected override ValueTask RemoveAsync() => _database.DisposeAsync();
}
