namespace CustomerProfiles.Providers;

/// <summary>The outcome of a callback.</summary>
public enum CallbackReceipt
{
    /// <summary>
    /// The check was waiting for it and is recorded. If the provider was disabled or the customer suppressed meanwhile,
    /// it is recorded as dropped.
    /// </summary>
    Accepted,

    /// <summary>The check was completed before, by this result or another one. Nothing was changed.</summary>
    AlreadyCompleted,

    /// <summary>
    /// No check waits for it: the request is being sent again, was given up, or the customer no longer exists. Nothing
    /// was changed.
    /// </summary>
    NotExpected,
}
