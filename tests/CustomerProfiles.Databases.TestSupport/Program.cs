using CustomerProfiles.Databases.TestSupport;
using Microsoft.Data.Sqlite;

// A process in the middle of a write to an SQLite file, for tests in which it is paused or killed.
if (args is ["write-sqlite", var connectionString])
{
    await using var connection = new SqliteConnection(connectionString);
    await connection.OpenAsync();
    await using var transaction = await connection.BeginTransactionAsync();
    await using var command = connection.CreateCommand();
    command.CommandText =
        "insert into cp_budget_usage (provider, period, shard, used) values ('another process', 'today', 0, 1)";
    await command.ExecuteNonQueryAsync();
    Console.WriteLine("writing");
    await Console.In.ReadLineAsync();
    await transaction.CommitAsync();
    Console.WriteLine("written");
    return;
}

// A server for manual experiments, and for the test that kills its process: it runs until its input ends, as with
// Ctrl+D.
await using var server = await PostgreSqlServer.StartNewAsync();
Console.WriteLine(server.Folder);
Console.WriteLine(server.ConnectionString);
await Console.In.ReadToEndAsync();
