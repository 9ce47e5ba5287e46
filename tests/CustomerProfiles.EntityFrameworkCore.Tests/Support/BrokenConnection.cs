using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A connection that breaks after a command was executed, so that the host does not get the response: as often as
/// requested.
/// </summary>
internal sealed class BrokenConnection : DbCommandInterceptor
{
    private int _breaks;

    /// <summary>The number of breaks.</summary>
    public int Broke { get; private set; }

    /// <summary>The text that the breaking commands contain; others pass.</summary>
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
