using System.Data.Common;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The connection of one call of the store, and how statements are sent on it.</summary>
internal abstract class StoreConnection
{
    /// <summary>The connection itself, open or not.</summary>
    public abstract DbConnection Connection { get; }

    /// <summary>
    /// Opens the connection until <see cref="CloseAsync"/>, for several statements in one transaction.
    /// </summary>
    public abstract Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Ends what <see cref="OpenAsync"/> began.</summary>
    public abstract Task CloseAsync();

    /// <summary>
    /// Whether the database runs in its caller's thread, so that asynchronous methods would only cost more:
    /// <see cref="Run"/> takes their place.
    /// </summary>
    public virtual bool IsSynchronous => false;

    /// <summary>
    /// Runs a statement or batch where that is synchronous. Its results are read before it is disposed.
    /// </summary>
    public virtual RunningCommand Run(StoreStatement statement, StoreParameters parameters) =>
        throw new NotSupportedException();

    /// <summary>Sends a statement or batch and reads its results.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="before">The settings before it, in the same batch; null for none.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="read">Reads all results.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public abstract Task<T> QueryAsync<T>(
        StoreStatement statement,
        string? before,
        StoreParameters parameters,
        Func<DbDataReader, Task<T>> read,
        CancellationToken cancellationToken
    );

    /// <summary>Runs a statement that controls a transaction, which is none of the host's.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="timeout">Its limit as the provider reads it; null for that of the connection.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual async Task ExecuteAsync(StoreStatement statement, int? timeout, CancellationToken cancellationToken)
    {
        var command = Connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = statement.Text;
            command.CommandTimeout = timeout ?? command.CommandTimeout;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
