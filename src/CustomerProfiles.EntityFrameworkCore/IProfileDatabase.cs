namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The database in which profiles are kept, as far as its tables are concerned.</summary>
/// <remarks>
/// A singleton, safe for any number of threads. A host with a generic host need not call it: the database is looked at
/// when the host starts, and otherwise before the first call of the store.
/// </remarks>
public interface IProfileDatabase
{
    /// <summary>Looks whether the database is there and its tables are of the version that this host needs.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when all is well.</returns>
    /// <exception cref="ProfileDatabaseException">It is not; the message says what is wrong and what to do.</exception>
    ValueTask CheckAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Applies the migrations of the context that are missing: all of them or none, also when the process dies
    /// meanwhile. Makes the database's file where that is how the database is made. Does nothing when none is missing.
    /// Of several callers, in however many processes, one applies them and the others wait.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; nothing is changed then.</param>
    /// <returns>A task that ends when the tables are of the version that this host needs.</returns>
    /// <exception cref="ProfileDatabaseException">The database cannot be opened, or a newer version has upgraded it
    /// already.</exception>
    ValueTask UpgradeAsync(CancellationToken cancellationToken = default);
}
