using System.Globalization;
using Npgsql;

namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>
/// Makes of the host's connection string the store's own: with what the store wants of every session.
/// </summary>
internal static class PostgreSqlConnectionString
{
    private const string MaxAutoPrepare = "Max Auto Prepare";

    /// <summary>
    /// One plan for each statement but a search, made by its keys alone and good for tables of any size: no scan, and
    /// no join that reads a whole table. A scan that cannot be avoided seems dear and would be compiled, so nothing is
    /// compiled.
    /// </summary>
    private const string Plans =
        $"-c {PostgreSqlInspection.GenericPlans} -c enable_seqscan=off -c enable_hashjoin=off -c "
        + $"enable_mergejoin=off -c jit=off";

    /// <summary>
    /// Each statement of a batch sees what was committed before it, whatever the database's own default.
    /// </summary>
    private const string Isolation = @"-c default_transaction_isolation=read\ committed";

    private static readonly string?[] ReadingOnly = ["standby", "prefer-standby", "read-only"];

    /// <summary>The store's connection string.</summary>
    /// <param name="connectionString">The host's.</param>
    /// <param name="transactionPooler">Whether a pooler stands before the server that takes no options and keeps no
    /// session.</param>
    /// <exception cref="ArgumentException">It cannot be read, or says what the store cannot do with.</exception>
    public static NpgsqlConnectionStringBuilder For(string connectionString, bool transactionPooler)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            throw new ArgumentException(
                "The connection string names no host. Say Host=...;Database=...;Username=...;Password=...",
                nameof(connectionString)
            );
        }

        if (parts.Multiplexing)
        {
            throw new ArgumentException(
                "The connection string says Multiplexing=true. With it one call that waits holds up others "
                    + "on the same connection. Leave it out.",
                nameof(connectionString)
            );
        }

        if (ReadingOnly.Contains(parts.TargetSessionAttributes, StringComparer.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"The connection string says Target Session Attributes={parts.TargetSessionAttributes}, and "
                    + $"customer profiles are written. Say primary, or leave it out.",
                nameof(connectionString)
            );
        }

        // Of several servers, the one that can be written. Npgsql knows no choice of one; whether that can be written
        // is seen at the start.
        parts.TargetSessionAttributes = parts.Host.Contains(',', StringComparison.Ordinal)
            ? parts.TargetSessionAttributes ?? "primary"
            : null;

        // What an error is about in detail is somebody's address.
        parts.IncludeErrorDetail = false;

        // A call of the store stands by itself, and its text is Unicode, whatever the environment says.
        parts.Enlist = false;
        parts.Encoding = "UTF8";
        parts.ClientEncoding = "UTF8";
        if (transactionPooler)
        {
            // The pooler resets what is to be reset, and the reset of Npgsql would reach another connection.
            parts.MaxAutoPrepare = 0;
            parts.NoResetOnClose = true;
            return parts;
        }

        if (!parts.ShouldSerialize(MaxAutoPrepare))
        {
            parts.MaxAutoPrepare = 64;
        }

        // The last one counts, so what the host says itself stands. Npgsql reads the environment only where there are
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
