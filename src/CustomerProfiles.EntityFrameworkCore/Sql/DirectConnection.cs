using System.Collections.Immutable;
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
    /// <summary>A search has a text for each number of words, so the texts are not limited by themselves.</summary>
    private const int MostCommands = 64;

    private readonly Dictionary<string, DbCommand>? _commands = keepsCommands ? new(StringComparer.Ordinal) : null;

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
            return await QueryPreparedAsync(statement.NumberedAfter(before), parameters, read, cancellationToken)
                .ConfigureAwait(false);
        }

        var (command, isKept) = CommandOf(statement.TextAfter(before));
        try
        {
            foreach (var parameter in parameters.All)
            {
                command.Parameters.Add(parameter);
            }

            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await read(reader).ConfigureAwait(false);
            }
        }
        finally
        {
            if (isKept)
            {
                command.Parameters.Clear();
            }
            else
            {
                await command.DisposeAsync().ConfigureAwait(false);
            }
        }
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
        foreach (var command in _commands?.Values ?? Enumerable.Empty<DbCommand>())
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private async Task<T> QueryPreparedAsync<T>(
        ImmutableArray<NumberedStatement> statements,
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
                foreach (var name in statement.Parameters)
                {
                    command.Parameters.Add(parameters.Numbered(name));
                }

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

    private (DbCommand Command, bool IsKept) CommandOf(string text)
    {
        if (_commands is not null && _commands.TryGetValue(text, out var kept))
        {
            return (kept, true);
        }

        var command = connection.CreateCommand();
        command.CommandText = text;
        if (commandTimeout is { } seconds)
        {
            command.CommandTimeout = seconds;
        }

        var isKept = _commands is not null && _commands.Count < MostCommands && _commands.TryAdd(text, command);
        return (command, isKept);
    }
}
