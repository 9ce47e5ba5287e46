using CustomerProfiles.Databases.TestSupport;
using Microsoft.Data.Sqlite;

// A process in the middle of a write to an SQLite file, for tests of what becomes of the others when it stands still.
if (args is ["write-sqlite", var connectionString])
{
    await using var connection = new SqliteConnection(connectionString);
    await connection.OpenAsync();
    await using var transaction = await connection.BeginTransactionAsync();
    await using var command = connection.CreateCommand();
    command.CommandText =
        "insert into cp_spending (provider, period, shard, spent) values ('another process', 'today', 0, 1)";
    await command.ExecuteNonQueryAsync();
    Console.WriteLine("writing");
    await Console.In.ReadLineAsync();
    await transaction.CommitAsync();
    Console.WriteLine("written");
    return;
}

// A server for trying things out, and for the test of what becomes of it when its process is killed: it lives until the
// input ends, as it does when Ctrl+D is pressed.
await using var server = await PostgreSqlServer.StartNewAsync();
Console.WriteLine(server.Folder);
Console.WriteLine(server.ConnectionString);
await Console.In.ReadToEndAsync();
