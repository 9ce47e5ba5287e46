using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>An empty database that is nobody else's. Disposing it drops it, whoever is still connected.</summary>
/// <remarks>
/// Its own statements go through connections that are not kept, so they work as soon as the server does.
/// </remarks>
public sealed class PostgreSqlDatabase : IAsyncDisposable
{
    private readonly string _serverConnectionString;
    private readonly string _unpooled;

    internal PostgreSqlDatabase(string serverConnectionString, string name)
    {
        Name = name;
        _serverConnectionString = serverConnectionString;
        ConnectionString = new NpgsqlConnectionStringBuilder(serverConnectionString)
        {
            Database = name,
            Pooling = true,
        }.ConnectionString;
        _unpooled = new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString;
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>How to connect to it.</summary>
    public string ConnectionString { get; }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    /// <returns>How many rows it changed.</returns>
    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(_unpooled);
        await using var command = await CommandAsync(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value.</summary>
    /// <typeparam name="T">Its type; one that can be null when the value can.</typeparam>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    public async Task<T> ValueAsync<T>(string sql, params object[] parameters) =>
        (await RowsAsync(sql, row => row.IsDBNull(0) ? default! : row.GetFieldValue<T>(0), parameters)).Single();

    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">What is made of each.</typeparam>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="read">Makes it.</param>
    /// <param name="parameters">The parameters.</param>
    public async Task<IReadOnlyList<T>> RowsAsync<T>(
        string sql,
        Func<NpgsqlDataReader, T> read,
        params object[] parameters
    )
    {
        await using var connection = new NpgsqlConnection(_unpooled);
        await using var command = await CommandAsync(connection, sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (var pooled = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(pooled);
        }

        await PostgreSqlServer.ExecuteAsync(
            _serverConnectionString,
            $"DROP DATABASE IF EXISTS \"{Name}\" WITH (FORCE)"
        );
    }

    private static async Task<NpgsqlCommand> CommandAsync(NpgsqlConnection connection, string sql, object[] parameters)
    {
        await connection.OpenAsync();
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
