namespace CustomerProfiles;

/// <summary>How events are delivered. Validated when the host starts.</summary>
public sealed class CustomerEventOptions
{
    /// <summary>
    /// How often an event is tried before the customer's events stop: 1 to 100, and 10 unless set.
    /// </summary>
    public int MaxAttempts { get; set; } = 10;

    /// <summary>
    /// How long to wait after the first failure: 1 millisecond to 1 hour; 1 second unless set. Each further failure
    /// doubles it, up to <see cref="MaxRetryDelay"/>.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The longest time to wait after a failure: <see cref="RetryDelay"/> to 1 day; 10 minutes unless set.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a call of the handler may take, which then counts as failed: 1 millisecond to 1 hour; 30 seconds unless
    /// set.
    /// </summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a host holds what it delivers. When a host dies, another delivers it after this time: at least twice
    /// <see cref="HandlerTimeout"/>, at most 1 day; 2 minutes unless set.
    /// </summary>
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a host that found no event waits before it looks again: 10 milliseconds to 1 hour; 1 second unless set.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Of how many customers this host handles events at once: 1 to 100, and 4 unless set. Those of one customer are
    /// always handled one after the other.
    /// </summary>
    public int MaxConcurrentCustomers { get; set; } = 4;
}
