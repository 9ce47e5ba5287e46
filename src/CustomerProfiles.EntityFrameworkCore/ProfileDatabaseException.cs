namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The database is there, but not as this version needs it: its tables are missing, older or newer, or hold what only a
/// newer version knows; or it cannot be opened at all; or it is set so that the store would fail; or another process
/// has held the write lock of an SQLite file for longer than <see cref="DatabaseStoreOptions.BusyTimeout"/>; or, on
/// PostgreSQL, another call has held the same rows for longer than the <c>lock_timeout</c> of the connection; or each
/// new connection fails in a way that only a connection pooler before the server explains. The message says what to do.
/// </summary>
/// <remarks>
/// Anything else that goes wrong in the database while profiles are read and written comes through as the exception of
/// its provider.
/// </remarks>
public sealed class ProfileDatabaseException : Exception
{
    internal ProfileDatabaseException(string message, Exception? cause = null)
        : base(message, cause) { }
}
