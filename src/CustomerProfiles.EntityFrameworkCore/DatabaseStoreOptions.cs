namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>How profiles are kept in a database. A package for one database may add options of its own.</summary>
public abstract class DatabaseStoreOptions
{
    private static readonly TimeSpan LongestBusyTimeout = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Whether the tables are made, or brought to the version that this host needs, when the host starts. False unless
    /// set: then a database that is not as it should be is an error at the start, and somebody calls
    /// <see cref="IProfileDatabase.UpgradeAsync"/>, or applies the migrations in another way. Several hosts may start
    /// at once: one upgrades, the others wait for it.
    /// </summary>
    public bool UpgradeAtStart { get; set; }

    /// <summary>
    /// SQLite only: how long a call that writes waits while another process holds the write lock of the file, from 0 to
    /// 10 minutes, 5 seconds unless set. Then it throws a <see cref="ProfileDatabaseException"/>, and nothing is
    /// written. A call that waits holds no thread, and ends at once when it is cancelled. Who only reads never waits.
    /// </summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        if (BusyTimeout < TimeSpan.Zero || BusyTimeout > LongestBusyTimeout)
        {
            throw new ArgumentException(
                $"{nameof(DatabaseStoreOptions)}.{nameof(BusyTimeout)} is {BusyTimeout}, "
                    + $"and has to be from {TimeSpan.Zero} to {LongestBusyTimeout}."
            );
        }
    }
}
