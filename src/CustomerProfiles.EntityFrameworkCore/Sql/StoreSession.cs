using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Runs the statements of one attempt at a call of the store, whatever its connection is.</summary>
/// <param name="connection">The connection.</param>
/// <param name="dialect">The dialect.</param>
/// <param name="isRetry">
/// Whether this call is repeated because its connection broke: the first attempt may have been executed.
/// </param>
/// <param name="before">The settings that each batch must set because the session lacks them; null for none.</param>
internal sealed class StoreSession(
    StoreConnection connection,
    StoreDialect dialect,
    bool isRetry,
    SessionSettings? before = null
)
{
    private static readonly StoreStatement Commit = "commit";

    private static readonly StoreStatement Rollback = "rollback";

    /// <summary>A session on the connection of a context, through Entity Framework's pipeline.</summary>
    public StoreSession(DbContext context, StoreDialect dialect, bool isRetry, SessionSettings? before = null)
        : this(new ContextConnection(context), dialect, isRetry, before) { }

    public bool IsRetry => isRetry;

    public StoreParameters Parameters => new(dialect);

    /// <summary>Runs a statement, or a batch that is atomic by itself or already in a transaction.</summary>
    /// <returns>The result of <paramref name="read"/> for the one row; <c>default</c> when there is none.</returns>
    public Task<T?> QueryAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        if (!connection.IsSynchronous)
        {
            return ReadLastAsync(statement, parameters, read, cancellationToken);
        }

        using var running = Run(statement, parameters);
        T? result = default;
        while (running.ReadRow(cancellationToken))
        {
            result = read(running.Reader);
        }

        return Task.FromResult(result);
    }

    /// <summary>Runs a statement that reads any number of rows.</summary>
    public Task<ImmutableArray<T>> QueryAllAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        if (!connection.IsSynchronous)
        {
            return ReadAllAsync(statement, parameters, read, cancellationToken);
        }

        using var running = Run(statement, parameters);
        var rows = ImmutableArray.CreateBuilder<T>();
        while (running.ReadRow(cancellationToken))
        {
            rows.Add(read(running.Reader));
        }

        return Task.FromResult(rows.DrainToImmutable());
    }

    /// <summary>There no statement reports a lock, so every row is a result.</summary>
    private RunningCommand Run(StoreStatement statement, StoreParameters parameters) =>
        connection.Run(statement.After(before?.For(statement)), parameters);

    private async Task<T?> ReadLastAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        T? result = default;
        await EachRowAsync(statement, parameters, reader => result = read(reader), cancellationToken)
            .ConfigureAwait(false);
        return result;
    }

    private async Task<ImmutableArray<T>> ReadAllAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var rows = ImmutableArray.CreateBuilder<T>();
        await EachRowAsync(statement, parameters, reader => rows.Add(read(reader)), cancellationToken)
            .ConfigureAwait(false);
        return rows.DrainToImmutable();
    }

    private Task<bool> EachRowAsync(
        StoreStatement statement,
        StoreParameters parameters,
        Action<DbDataReader> row,
        CancellationToken cancellationToken
    ) =>
        connection.QueryAsync(
            statement,
            before?.For(statement),
            parameters,
            reader => EachRowAsync(reader, row, cancellationToken),
            cancellationToken
        );

    /// <summary>A statement or batch is complete only when all results are read.</summary>
    private static async Task<bool> EachRowAsync(
        DbDataReader reader,
        Action<DbDataReader> row,
        CancellationToken cancellationToken
    )
    {
        do
        {
            var isResult = IsResult(reader);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (isResult)
                {
                    row(reader);
                }
            }
        } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

        return true;
    }

    /// <summary>Whether a result belongs to the statement, and not to a lock or a setting before it.</summary>
    private static bool IsResult(DbDataReader reader) =>
        reader.FieldCount > 0 && reader.GetName(0) != StoreStatements.Lock;

    /// <summary>
    /// Runs a whole call in a transaction that <paramref name="begin"/> begins. Entity Framework's own method blocks
    /// the thread while another process writes, and cannot be cancelled.
    /// </summary>
    public async Task<T> AsWriterAsync<T>(
        Func<StoreConnection, Task> begin,
        Func<Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await begin(connection).ConfigureAwait(false);
            try
            {
                var result = await work().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                await ExecuteAsync(Commit).ConfigureAwait(false);
                return result;
            }
            catch
            {
                await RollbackAsync().ConfigureAwait(false);
                throw;
            }
        }
        finally
        {
            await connection.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The connection must not return to its pool with the lock.</summary>
    private async Task RollbackAsync()
    {
        try
        {
            await ExecuteAsync(Rollback).ConfigureAwait(false);
        }
        catch (DbException)
        {
            // After some errors, such as a full disk, SQLite has already rolled back.
        }
    }

    /// <summary>Runs a statement that controls the transaction of a writer, which is never cancelled.</summary>
    public Task ExecuteAsync(StoreStatement statement) =>
        connection.ExecuteAsync(statement, timeout: null, CancellationToken.None);
}
