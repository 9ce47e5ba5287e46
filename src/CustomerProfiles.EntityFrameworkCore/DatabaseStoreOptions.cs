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

    /// <summary>
    /// Whether conversations that are recorded at the same moment are written together, in one transaction, up to 64 of
    /// one tenant. True unless set. A conversation that finds no other being written is written at once. Each call has
    /// its own outcome, its own exception when its data is to blame, and its own cancellation. Calls within a
    /// transaction of the caller, and those of a host's own context that has interceptors, are written one by one in
    /// any case.
    /// </summary>
    public bool GatherWrites { get; set; } = true;

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
