namespace CustomerProfiles.Providers;

/// <summary>What became of an answer that came from outside.</summary>
public enum CallbackReceipt
{
    /// <summary>
    /// The check waited for it and is recorded. If the provider was switched off or the customer suppressed meanwhile,
    /// it is recorded as dropped.
    /// </summary>
    Accepted,

    /// <summary>The check has been answered before, by this answer or by another one. Nothing was changed.</summary>
    AlreadyCompleted,

    /// <summary>
    /// Nobody waits for it: the question is being put anew, has been given up, or the customer is gone. Nothing was
    /// changed.
    /// </summary>
    NotExpected,
}
