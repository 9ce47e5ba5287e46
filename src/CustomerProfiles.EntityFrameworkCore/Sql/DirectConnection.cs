using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// An open connection of a ready-made store, without Entity Framework's pipeline, which takes as long as a short
/// statement.
/// </summary>
/// <param name="connection">The open connection.</param>
/// <param name="commandTimeout">The limit for each statement, in seconds; null for the provider's own.</param>
/// <param name="keepsCommands">
/// Whether the connection stays open between calls with its prepared commands. Otherwise the provider keeps both.
/// </param>
/// <param name="release">What becomes of the connection after a call, given whether it may be used again.</param>
internal sealed class DirectConnection(
    DbConnection connection,
    int? commandTimeout,
    bool keepsCommands,
    Func<DirectConnection, bool, ValueTask> release
) : StoreConnection, IAsyncDisposable
{
    /// <summary>
    /// A search has a text for each number of words, filter and order, so those are not limited by themselves. The
    /// others are about a hundred.
    /// </summary>
    private const int MostSearches = 64;

    private readonly Dictionary<StoreStatement, KeptCommand> _commands = [];
    private readonly Dictionary<StoreStatement, KeptCommand> _searches = [];

    private bool _isGood;

    public override DbConnection Connection => connection;

    /// <summary>When this connection was opened, by the number of times that all were closed before.</summary>
    public required int Generation { get; init; }

    /// <summary>Whether each statement but a search is prepared at its first use.</summary>
    public bool Prepares { get; init; }

    /// <summary>Says that the call has succeeded, so the connection can be used for others.</summary>
    public void Succeeded() => _isGood = true;

    public override Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task CloseAsync() => Task.CompletedTask;

    public override bool IsSynchronous => keepsCommands;

    public override RunningCommand Run(StoreStatement statement, StoreParameters parameters) =>
        KeptFor(statement).Run(parameters);

    public override async Task<T> QueryAsync<T>(
        StoreStatement statement,
        string? before,
        StoreParameters parameters,
        Func<DbDataReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        if (Prepares && !statement.IsSearch)
        {
            return await QueryPreparedAsync(statement.After(before).Numbered, parameters, read, cancellationToken)
                .ConfigureAwait(false);
        }

        var command = CommandOf(statement.After(before));
        await using (command.ConfigureAwait(false))
        {
            parameters.AddTo(command);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await read(reader).ConfigureAwait(false);
            }
        }
    }

    public override Task ExecuteAsync(StoreStatement statement, int? timeout, CancellationToken cancellationToken)
    {
        if (!keepsCommands)
        {
            return base.ExecuteAsync(statement, timeout, cancellationToken);
        }

        var command = KeptFor(statement).Command;
        command.CommandTimeout = timeout ?? command.CommandTimeout;
        command.ExecuteNonQuery();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        var isGood = _isGood;
        _isGood = false;
        return release(this, isGood);
    }

    /// <summary>Closes the connection with its commands.</summary>
    public void Close()
    {
        Forget(_commands);
        Forget(_searches);
        connection.Dispose();
    }

    private async Task<T> QueryPreparedAsync<T>(
        IReadOnlyList<NumberedStatement> statements,
        StoreParameters parameters,
        Func<DbDataReader, Task<T>> read,
        CancellationToken cancellationToken
    )
    {
        var batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Timeout = commandTimeout ?? batch.Timeout;
            foreach (var statement in statements)
            {
                var command = batch.CreateBatchCommand();
                command.CommandText = statement.Text;
                parameters.AddTo(command, statement.Parameters);
                batch.BatchCommands.Add(command);
            }

            await batch.PrepareAsync(cancellationToken).ConfigureAwait(false);
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await read(reader).ConfigureAwait(false);
            }
        }
    }

    private KeptCommand KeptFor(StoreStatement statement)
    {
        var commands = statement.IsSearch ? _searches : _commands;
        if (commands.TryGetValue(statement, out var known))
        {
            return known;
        }

        if (statement.IsSearch && _searches.Count == MostSearches)
        {
            Forget(_searches);
        }

        var command = new KeptCommand(CommandOf(statement));
        commands.Add(statement, command);
        return command;
    }

    private static void Forget(Dictionary<StoreStatement, KeptCommand> commands)
    {
        foreach (var command in commands.Values)
        {
            command.Dispose();
        }

        commands.Clear();
    }

    private DbCommand CommandOf(StoreStatement statement)
    {
        var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        command.CommandTimeout = commandTimeout ?? command.CommandTimeout;
        return command;
    }
}
