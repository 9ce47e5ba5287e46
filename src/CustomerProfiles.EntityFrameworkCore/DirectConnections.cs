using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The connections of a ready-made store, on which statements run without Entity Framework's pipeline. A context that
/// the host has changed, such as by an interceptor, is not replaced by them.
/// </summary>
internal sealed class DirectConnections : IDisposable
{
    /// <summary>More connections than this are not kept open between calls.</summary>
    private const int MostIdle = 32;

    private readonly ConcurrentStack<DirectConnection> _idle = new();
    private int _generation;
    private bool _isDisposed;

    /// <summary>The connection string of the context as the package has configured it.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Creates a connection; the provider's pool opens it.</summary>
    public required Func<DbConnection> Create { get; init; }

    /// <summary>Prepares a connection that was opened; null when there is nothing to prepare.</summary>
    public Action<DbConnection>? Opened { get; init; }

    /// <summary>The interceptor that the package itself has added for the same; null for none.</summary>
    public IInterceptor? Own { get; init; }

    /// <summary>
    /// Whether connections stay open between calls together with their prepared statements, because the provider keeps
    /// none.
    /// </summary>
    public bool KeepsOpen { get; init; }

    /// <summary>
    /// Whether each statement but a search is prepared at its first use on a connection. The provider then keeps it for
    /// as long as the connection. A statement that it prepares by itself is replaced when there are too many.
    /// </summary>
    public bool Prepares { get; init; }

    /// <summary>Whether a call that failed is repeated, by the execution strategy of the context.</summary>
    public bool Repeats { get; init; }

    /// <summary>Whether these connections do what this context would do.</summary>
    public bool Serve(DbContext context)
    {
        var options = context.GetService<IDbContextOptions>();
        var core = options.FindExtension<CoreOptionsExtension>();
        return RelationalOptionsExtension.Extract(options) is { Connection: null } relational
            && string.Equals(relational.ConnectionString, ConnectionString, StringComparison.Ordinal)
            && core?.DbContextLogger is null
            && core?.Interceptors?.Any(interceptor => interceptor != Own) != true;
    }

    /// <summary>
    /// Whether a failed call is worth repeating: the connection broke or the server was not ready. A call that timed
    /// out is not: it would wait as long again, and its host has a time limit too.
    /// </summary>
    public bool IsWorthRepeating(Exception exception) =>
        Repeats && exception is DbException { IsTransient: true, InnerException: not TimeoutException };

    /// <summary>An open connection. It is released by disposing it.</summary>
    public ValueTask<DirectConnection> OpenAsync(int? commandTimeout, CancellationToken cancellationToken) =>
        KeepsOpen && _idle.TryPop(out var idle) ? new(idle) : OpenNewAsync(commandTimeout, cancellationToken);

    /// <summary>Closes the connections that are not in use now, and the others after their call.</summary>
    public void Clear()
    {
        Interlocked.Increment(ref _generation);
        while (_idle.TryPop(out var idle))
        {
            idle.Close();
        }
    }

    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        Clear();
    }

    private async ValueTask<DirectConnection> OpenNewAsync(int? commandTimeout, CancellationToken cancellationToken)
    {
        var generation = Volatile.Read(ref _generation);
        var connection = Create();
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            Opened?.Invoke(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new DirectConnection(connection, commandTimeout, KeepsOpen, ReleaseAsync)
        {
            Generation = generation,
            Prepares = Prepares,
        };
    }

    private ValueTask ReleaseAsync(DirectConnection connection, bool isGood)
    {
        if (!KeepsOpen)
        {
            return connection.Connection.DisposeAsync();
        }

        if (isGood && _idle.Count < MostIdle && !Volatile.Read(ref _isDisposed))
        {
            _idle.Push(connection);
            if (connection.Generation == Volatile.Read(ref _generation))
            {
                return ValueTask.CompletedTask;
            }

            // Cleared meanwhile, perhaps before it was pushed: whoever pops one closes it.
            Clear();
            return ValueTask.CompletedTask;
        }

        connection.Close();
        return ValueTask.CompletedTask;
    }
}
