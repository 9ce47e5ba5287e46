namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The database cannot be used: its tables are missing, older or newer than this version needs, or contain values that
/// only a newer version knows; it cannot be opened; its settings would make the store fail; another process has held
/// the write lock of an SQLite file for longer than <see cref="DatabaseStoreOptions.BusyTimeout"/>; on PostgreSQL,
/// another call has locked the same rows for longer than the <c>lock_timeout</c> of the connection; or every new
/// connection fails in a way that only a connection pooler explains. The message says what to do.
/// </summary>
/// <remarks>
/// Any other failure of the database while profiles are read and written is thrown as the exception of its provider.
/// </remarks>
public sealed class ProfileDatabaseException : Exception
{
    internal ProfileDatabaseException(string message, Exception? cause = null)
        : base(message, cause) { }
}
