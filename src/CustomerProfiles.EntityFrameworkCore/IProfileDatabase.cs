namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Checks and upgrades the tables of the database in which profiles are kept.</summary>
/// <remarks>
/// A singleton, safe for any number of threads. A host with a generic host need not call it: the database is checked
/// when the host starts, and otherwise before the first call of the store.
/// </remarks>
public interface IProfileDatabase
{
    /// <summary>Checks that the database exists and its tables have the version that this host needs.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the database can be used.</returns>
    /// <exception cref="ProfileDatabaseException">
    /// The database cannot be used; the message says why and what to do.
    /// </exception>
    ValueTask CheckAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies the missing migrations of the context: all of them or none, even if the process dies meanwhile. Creates
    /// the database where its provider supports that. Does nothing when none is missing. Of several callers, in any
    /// number of processes, one applies them and the others wait.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; nothing is changed then.</param>
    /// <returns>A task that completes when the tables have the version that this host needs.</returns>
    /// <exception cref="ProfileDatabaseException">The database cannot be opened, or a newer version has upgraded it
    /// already.</exception>
    ValueTask UpgradeAsync(CancellationToken cancellationToken = default);
}
