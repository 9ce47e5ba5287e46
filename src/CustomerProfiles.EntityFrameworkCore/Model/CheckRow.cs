namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The checks of one customer with one provider: the state of the last one, and the lease of the pending one. Separate
/// from the customer, so that a lease never conflicts with an edit.
/// </summary>
internal sealed class CheckRow
{
    public required string Tenant { get; set; }

    public Guid CustomerId { get; set; }

    public required string Provider { get; set; }

    public DateTime? LastCheckAt { get; set; }

    public string? LastOutcome { get; set; }

    public DateTime? RequestedAt { get; set; }

    public DateTime? LastFailureAt { get; set; }

    public string? LastFailure { get; set; }

    /// <summary>Whether a check is waiting or running. These rows are the queue.</summary>
    public bool IsPending { get; set; }

    /// <summary>
    /// The generation of the provider's setting when the check was requested. The check is dropped when the setting has
    /// another generation.
    /// </summary>
    public long SettingGeneration { get; set; }

    /// <summary>
    /// The generation of the customer's suppression when the check was requested. The check is dropped when the
    /// suppression has another generation.
    /// </summary>
    public long SuppressionGeneration { get; set; }

    /// <summary>When the check may be claimed, by the clocks of the hosts.</summary>
    public DateTime NotBefore { get; set; }

    /// <summary>When the lease ends, by the clock of the store; 1970 without a lease.</summary>
    public DateTime LeasedUntil { get; set; }

    /// <summary>The later of the two times above: the order of the queue.</summary>
    public DateTime AvailableFrom { get; set; }

    /// <summary>
    /// The current or last lease. It remains when the check has ended, so that a host whose connection broke can
    /// recognize its own result.
    /// </summary>
    public Guid? LeaseId { get; set; }

    public int Attempt { get; set; }
}
