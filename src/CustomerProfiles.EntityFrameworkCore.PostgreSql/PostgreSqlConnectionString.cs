using System.Globalization;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>Adds the session settings of the store to the connection string of the host.</summary>
internal static class PostgreSqlConnectionString
{
    private const string MaxAutoPrepare = "Max Auto Prepare";

    /// <summary>
    /// More than the store has. The store itself prepares its statements, except where they go through Entity
    /// Framework; there the provider does, and with fewer it would replace one by another, also within a batch.
    /// </summary>
    private const int MostPrepared = 256;

    private const string NoResetOnClose = "No Reset On Close";

    /// <summary>
    /// One plan for each statement except a search, which uses keys only and is good for tables of any size: no scan,
    /// and no join that reads a whole table. An unavoidable scan looks expensive and would trigger compilation, so that
    /// is disabled.
    /// </summary>
    private const string Plans =
        $"-c {PostgreSqlInspection.GenericPlans} -c enable_seqscan=off -c enable_hashjoin=off -c "
        + $"enable_mergejoin=off -c jit=off";

    /// <summary>
    /// Each statement of a batch sees what was committed before it, whatever the default of the database.
    /// </summary>
    private const string Isolation = @"-c default_transaction_isolation=read\ committed";

    private static readonly string?[] ReadingOnly = ["standby", "prefer-standby", "read-only"];

    /// <summary>The store's connection string.</summary>
    /// <param name="connectionString">The connection string of the host.</param>
    /// <param name="transactionPooler">
    /// Whether the connection goes through a pooler without options and sessions.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The connection string is invalid, or has a setting that the store does not support.
    /// </exception>
    public static NpgsqlConnectionStringBuilder For(string connectionString, bool transactionPooler)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            throw new ArgumentException(
                "The connection string names no host. Use Host=...;Database=...;Username=...;Password=...",
                nameof(connectionString)
            );
        }

        if (parts.Multiplexing)
        {
            throw new ArgumentException(
                "The connection string says Multiplexing=true. With it a waiting call blocks others "
                    + "on the same connection. Leave it out.",
                nameof(connectionString)
            );
        }

        if (ReadingOnly.Contains(parts.TargetSessionAttributes, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The connection string says Target Session Attributes={parts.TargetSessionAttributes}, but "
                    + $"the store must write. Use primary, or leave it out.",
                nameof(connectionString)
            );
        }

        // With several servers, the one that can be written. Npgsql rejects the attribute for a single server; whether
        // that can be written is checked at the start.
        parts.TargetSessionAttributes = parts.Host.Contains(',', StringComparison.Ordinal)
            ? parts.TargetSessionAttributes ?? "primary"
            : null;

        // The detail of an error may contain an address.
        parts.IncludeErrorDetail = false;

        // A call of the store is independent, and its text is Unicode, whatever the environment sets.
        parts.Enlist = false;
        parts.Encoding = "UTF8";
        parts.ClientEncoding = "UTF8";
        if (transactionPooler)
        {
            // The pooler resets the connection, and the reset of Npgsql would reach another one.
            parts.MaxAutoPrepare = 0;
            parts.NoResetOnClose = true;
            return parts;
        }

        // The store sets nothing that outlives its transaction. A reset costs as much as a short statement.
        if (!parts.ShouldSerialize(NoResetOnClose))
        {
            parts.NoResetOnClose = true;
        }

        if (!parts.ShouldSerialize(MaxAutoPrepare))
        {
            parts.MaxAutoPrepare = MostPrepared;
        }

        // The last setting wins, so those of the host have precedence. Npgsql reads the environment only when there are
        // no options.
        var own = parts.Options ?? Environment.GetEnvironmentVariable("PGOPTIONS");
        parts.Options = string.Create(
                CultureInfo.InvariantCulture,
                $"{Plans} {Isolation} -c lock_timeout={PostgreSqlInspection.LockTimeout} {own}"
            )
            .TrimEnd();
        return parts;
    }
}
