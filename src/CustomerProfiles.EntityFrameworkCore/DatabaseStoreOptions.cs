namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The settings of a database store. A package for one database may have more.</summary>
public abstract class DatabaseStoreOptions
{
    private static readonly TimeSpan LongestBusyTimeout = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether the tables are created or upgraded when the host starts. False unless set: then a missing or outdated
    /// database is an error at the start, until somebody calls <see cref="IProfileDatabase.UpgradeAsync"/> or applies
    /// the migrations in another way. Several hosts may start at once: one upgrades, the others wait for it.
    /// </summary>
    public bool UpgradeAtStart { get; set; }

    /// <summary>
    /// SQLite only: how long a call that writes waits while another process holds the write lock of the file, from 0 to
    /// 10 minutes, 5 seconds unless set. After that it throws a <see cref="ProfileDatabaseException"/>, and nothing is
    /// written. A waiting call holds no thread, and ends at once when it is cancelled. Calls that only read never wait.
    /// </summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > LongestBusyTimeout)
        {
            throw new ArgumentException(
                $"{nameof(DatabaseStoreOptions)}.{nameof(BusyTimeout)} is {BusyTimeout}, "
                    + $"and must be from {TimeSpan.Zero} to {LongestBusyTimeout}."
            );
        }
    }
}
