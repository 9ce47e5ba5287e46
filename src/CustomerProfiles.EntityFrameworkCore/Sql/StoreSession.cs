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
        return connection.IsSynchronous
            ? Task.FromResult(connection.Query(statement.After(before?.For(statement)), parameters, Read))
            : connection.QueryAsync(statement, before?.For(statement), parameters, ReadAsync, cancellationToken);

        // There no statement reports a lock, so every row is a result.
        T? Read(DbDataReader reader)
        {
            T? result = default;
            do
            {
                while (IsRow(reader, cancellationToken))
                {
                    result = read(reader);
                }
            } while (reader.NextResult());

            return result;
        }

        async Task<T?> ReadAsync(DbDataReader reader)
        {
            T? result = default;

            // A statement or batch is complete only when all results are read.
            do
            {
                var isResult = IsResult(reader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    result = isResult ? read(reader) : result;
                }
            } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

            return result;
        }
    }

    /// <summary>Runs a statement that reads any number of rows.</summary>
    public Task<ImmutableArray<T>> QueryAllAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        return connection.IsSynchronous
            ? Task.FromResult(connection.Query(statement.After(before?.For(statement)), parameters, Read))
            : connection.QueryAsync(statement, before?.For(statement), parameters, ReadAsync, cancellationToken);

        ImmutableArray<T> Read(DbDataReader reader)
        {
            var rows = ImmutableArray.CreateBuilder<T>();
            do
            {
                while (IsRow(reader, cancellationToken))
                {
                    rows.Add(read(reader));
                }
            } while (reader.NextResult());

            return rows.DrainToImmutable();
        }

        async Task<ImmutableArray<T>> ReadAsync(DbDataReader reader)
        {
            var rows = ImmutableArray.CreateBuilder<T>();
            do
            {
                var isResult = IsResult(reader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (isResult)
                    {
                        rows.Add(read(reader));
                    }
                }
            } while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false));

            return rows.DrainToImmutable();
        }
    }

    /// <summary>Whether a result belongs to the statement, and not to a lock or a setting before it.</summary>
    private static bool IsResult(DbDataReader reader) =>
        reader.FieldCount > 0 && reader.GetName(0) != StoreStatements.Lock;

    private static bool IsRow(DbDataReader reader, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return reader.Read();
    }

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
