using NodaTime;

namespace CustomerProfiles;

/// <summary>What an <see cref="IRetentionPolicy"/> decides by.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the customer's id only.</remarks>
public readonly struct RetentionRequest
{
    internal RetentionRequest(
        CustomerProfile profile,
        bool isSuppressed,
        Instant? lastConversationAt,
        Instant? lastEditAt,
        Instant now
    )
    {
        Profile = profile;
        IsSuppressed = isSuppressed;
        LastConversationAt = lastConversationAt;
        LastEditAt = lastEditAt;
        Now = now;
    }

    /// <summary>The profile, with the custom properties and the time at which it was created.</summary>
    public CustomerProfile Profile { get; }

    /// <summary>Whether the customer is suppressed.</summary>
    public bool IsSuppressed { get; }

    /// <summary>When the last conversation was recorded, received or composed; null for none.</summary>
    public Instant? LastConversationAt { get; }

    /// <summary>
    /// When a person, or an import, last set or cleared something that is still in the profile; null for never.
    /// </summary>
    public Instant? LastEditAt { get; }

    /// <summary>The current time.</summary>
    public Instant Now { get; }

    /// <summary>The customer's id only.</summary>
    public override string ToString() => $"{nameof(RetentionRequest)} {Profile?.Id}";
}
