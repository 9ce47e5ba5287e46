namespace CustomerProfiles.Stores;

/// <summary>What came of completing a check: a closed hierarchy.</summary>
public abstract record CompleteResult
{
    private CompleteResult() { }

    /// <summary>The check is recorded, and the profile written if there was one to write.</summary>
    public sealed record Completed : CompleteResult;

    /// <summary>
    /// The check is recorded as <see cref="CheckOutcome.Dropped"/> and the profile was not written, for the provider
    /// was switched off, or the customer suppressed, after the check was claimed.
    /// </summary>
    public sealed record Dropped : CompleteResult;

    /// <summary>The profile had another version by then. Nothing was written, and the lease still stands.</summary>
    /// <param name="Current">The profile as it is now.</param>
    public sealed record Stale(CustomerProfile Current) : CompleteResult;

    /// <summary>The lease ran out and another holds the check, or the customer is gone. Nothing was written.</summary>
    public sealed record LeaseLost : CompleteResult;
}
