namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The checks of one customer with one provider: what is known of the last one, and the lease of the one that is
/// pending. Apart from the customer, so that no lease meets an edit.
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

    /// <summary>Whether a check waits or is under way: the rows that are the queue.</summary>
    public bool IsPending { get; set; }

    /// <summary>
    /// The generation of the provider's setting when the check was requested. The check is wanted while it is still
    /// that.
    /// </summary>
    public long SettingGeneration { get; set; }

    /// <summary>
    /// The generation of the customer's suppression when the check was requested. The check is wanted while it is still
    /// that.
    /// </summary>
    public long SuppressionGeneration { get; set; }

    /// <summary>From when on the check may be claimed, by the hosts.</summary>
    public DateTime NotBefore { get; set; }

    /// <summary>When the lease ends, by the clock of the store; 1970 when there is none.</summary>
    public DateTime LeasedUntil { get; set; }

    /// <summary>The later of the two before: what the queue is sorted by.</summary>
    public DateTime AvailableFrom { get; set; }

    /// <summary>
    /// The lease that holds the check, or held it last. It stays when the check has ended, by which a host whose
    /// connection broke learns that it was its own answer.
    /// </summary>
    public Guid? LeaseId { get; set; }

    public int Attempt { get; set; }
}
