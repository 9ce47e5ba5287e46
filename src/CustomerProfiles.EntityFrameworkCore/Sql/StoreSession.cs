using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Runs statements on the connection of a context, through Entity Framework's pipeline, so that interceptors, timeouts
/// and logs of the host apply.
/// </summary>
/// <param name="context">The context.</param>
/// <param name="dialect">The dialect.</param>
/// <param name="isRetry">
/// Whether this call is repeated because its connection broke: the first attempt may have been executed.
/// </param>
/// <param name="before">The settings that each batch must set because the session lacks them; null for none.</param>
internal sealed class StoreSession(
    DbContext context,
    StoreDialect dialect,
    bool isRetry,
    SessionSettings? before = null
)
{
    private readonly IRelationalConnection _connection = context.GetService<IRelationalConnection>();

    public bool IsRetry => isRetry;

    public StoreParameters Parameters => new(DbProviderFactories.GetFactory(_connection.DbConnection)!, dialect);

    /// <summary>Runs a statement, or a batch that is atomic by itself or already in a transaction.</summary>
    /// <returns>The result of <paramref name="read"/> for the one row; <c>default</c> when there is none.</returns>
    public async Task<T?> QueryAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var command = _connection.RentCommand();
        var reader = await ExecuteAsync(statement, command, parameters, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            T? result = default;

            // A statement or batch is complete only when all results are read.
            do
            {
                var isResult = IsResult(reader.DbDataReader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    result = isResult ? read(reader.DbDataReader) : result;
                }
            } while (await reader.DbDataReader.NextResultAsync(cancellationToken).ConfigureAwait(false));

            _connection.ReturnCommand(command);
            return result;
        }
    }

    /// <summary>Runs a statement that reads any number of rows.</summary>
    public async Task<ImmutableArray<T>> QueryAllAsync<T>(
        StoreStatement statement,
        StoreParameters parameters,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken
    )
    {
        var command = _connection.RentCommand();
        var reader = await ExecuteAsync(statement, command, parameters, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            var rows = ImmutableArray.CreateBuilder<T>();
            do
            {
                var isResult = IsResult(reader.DbDataReader);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (isResult)
                    {
                        rows.Add(read(reader.DbDataReader));
                    }
                }
            } while (await reader.DbDataReader.NextResultAsync(cancellationToken).ConfigureAwait(false));

            _connection.ReturnCommand(command);
            return rows.DrainToImmutable();
        }
    }

    /// <summary>Whether a result belongs to the statement, and not to a lock or a setting before it.</summary>
    private static bool IsResult(DbDataReader reader) =>
        reader.FieldCount > 0 && reader.GetName(0) != StoreStatements.Lock;

    /// <summary>
    /// Runs a whole call in a transaction that <paramref name="begin"/> begins. Entity Framework's own method blocks
    /// the thread while another process writes, and cannot be cancelled.
    /// </summary>
    public async Task<T> AsWriterAsync<T>(
        Func<DbConnection, Task> begin,
        Func<Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        await _connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await begin(_connection.DbConnection).ConfigureAwait(false);
            try
            {
                var result = await work().ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                await ExecuteAsync("commit").ConfigureAwait(false);
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
            await _connection.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The connection must not return to its pool with the lock.</summary>
    private async Task RollbackAsync()
    {
        try
        {
            await ExecuteAsync("rollback").ConfigureAwait(false);
        }
        catch (DbException)
        {
            // After some errors, such as a full disk, SQLite has already rolled back.
        }
    }

    /// <summary>Runs a statement that controls the transaction of a writer, which is never cancelled.</summary>
    public async Task ExecuteAsync(string sql)
    {
        var command = _connection.DbConnection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task<RelationalDataReader> ExecuteAsync(
        StoreStatement statement,
        IRelationalCommand command,
        StoreParameters parameters,
        CancellationToken cancellationToken
    )
    {
        command.PopulateFrom(
            statement.Template(context.GetService<IRelationalCommandBuilderFactory>(), before?.For(statement))
        );
        return command.ExecuteReaderAsync(
            new RelationalCommandParameterObject(
                _connection,
                parameters.ByName,
                readerColumns: null,
                context,
                context.GetService<IRelationalCommandDiagnosticsLogger>(),
                CommandSource.FromSqlQuery
            ),
            cancellationToken
        );
    }
}
