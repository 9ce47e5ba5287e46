using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A customer with what a retention policy decides by.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class RetainedCustomer
{
    /// <summary>The profile.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>Whether the customer is suppressed.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>Whether a check is pending.</summary>
    public required bool HasPendingCheck { get; init; }

    /// <summary>
    /// The time of the last recorded conversation, also of one with somebody whom the customer has absorbed; null for
    /// none.
    /// </summary>
    public Instant? LastConversationAt { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(RetainedCustomer)} {Profile.Id}";
}
