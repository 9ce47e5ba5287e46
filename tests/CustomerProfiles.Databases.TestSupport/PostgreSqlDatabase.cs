using Npgsql;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>An empty database for one test. Disposing it drops it, even with open connections.</summary>
/// <remarks>Its own statements use unpooled connections, so they work as soon as the server runs.</remarks>
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
        _unpooled = PostgreSqlServer.Patient(ConnectionString);
    }

    /// <summary>The database's name.</summary>
    public string Name { get; }

    /// <summary>The connection string.</summary>
    public string ConnectionString { get; }

    /// <summary>Runs a statement.</summary>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    /// <returns>The number of changed rows.</returns>
    public async Task<int> ExecuteAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(_unpooled);
        await using var command = await CommandAsync(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value.</summary>
    /// <typeparam name="T">The type of the value; nullable when the value can be null.</typeparam>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="parameters">The parameters.</param>
    public async Task<T> ValueAsync<T>(string sql, params object[] parameters) =>
        (await RowsAsync(sql, row => row.IsDBNull(0) ? default! : row.GetFieldValue<T>(0), parameters)).Single();

    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">The type of a row.</typeparam>
    /// <param name="sql">The statement, with <c>$1</c> and so on for the parameters.</param>
    /// <param name="read">Reads a row.</param>
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
