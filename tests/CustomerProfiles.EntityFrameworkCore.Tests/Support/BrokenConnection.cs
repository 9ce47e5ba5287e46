using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A connection that breaks just when a command has been carried out, so that the host does not hear of it: once for
/// each time that it is told to.
/// </summary>
internal sealed class BrokenConnection : DbCommandInterceptor
{
    private int _breaks;

    /// <summary>How often it has broken.</summary>
    public int Broke { get; private set; }

    /// <summary>What the commands that break have in common; others pass.</summary>
    public string Concerned { get; set; } = "";

    public void BreakOnce() => _breaks = 1;

    public override ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command,
        CommandExecutedEventData eventData,
        DbDataReader result,
        CancellationToken cancellationToken = default
    )
    {
        if (_breaks == 0 || !command.CommandText.Contains(Concerned, StringComparison.Ordinal))
        {
            return new(result);
        }

        _breaks--;
        Broke++;
        result.Dispose();
        throw new NpgsqlException("The connection broke after the command was carried out.", new IOException());
    }
}
