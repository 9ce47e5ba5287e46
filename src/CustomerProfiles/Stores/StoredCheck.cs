using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Everything that a store holds of the checks of one customer with one provider.</summary>
/// <remarks>Immutable.</remarks>
public sealed record StoredCheck
{
    /// <summary>The last check, and whether one is pending, as elsewhere.</summary>
    public required CheckState State { get; init; }

    /// <summary>
    /// The lease of the pending check, which may have expired; null when it is not claimed, or none is pending.
    /// </summary>
    public Guid? LeaseId { get; init; }

    /// <summary>When the lease expires, by the store's clock; no meaning without one.</summary>
    public Instant LeasedUntil { get; init; }

    /// <summary>When the pending check may be claimed at the earliest; no meaning when none is pending.</summary>
    public Instant NotBefore { get; init; }

    /// <summary>How often the pending check was attempted.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// Whether the pending check is wanted: its provider is enabled, its customer is not suppressed, and neither was
    /// changed since it was requested. The result of one that is not wanted is dropped. False when none is pending.
    /// </summary>
    public bool IsWanted { get; init; }

    /// <summary>
    /// The state of the provider's setting in which the check was requested, as a number of the store's own. The caller
    /// passes it back unread.
    /// </summary>
    public long SettingGeneration { get; init; }
}
