namespace CustomerProfiles.Stores;

/// <summary>
/// The data of one call cannot be stored, although the store works: nothing of it was written, and repeating the call
/// does not help. A store throws it where it can tell; whoever records many conversations goes on with the next.
/// </summary>
public sealed class StoreDataException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What cannot be stored and what to do, without personal data.</param>
    /// <param name="innerException">The exception of the database; null for none.</param>
    public StoreDataException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
