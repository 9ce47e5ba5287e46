namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Another call that writes to the same rows did not end in time, such as one of a host that stands still. Nothing was written. The same
/// call can be made again.
/// </summary>
/// <remarks>On PostgreSQL only calls about the same customer wait for each other, and no longer than five seconds.</remarks>
public sealed class ProfileDatabaseBusyException : Exception
{
    internal ProfileDatabaseBusyException(Exception cause)
        : base("Another call that writes to the same rows did not end in time. Nothing was written; the call can be made again.", cause)
    {
    }
}
