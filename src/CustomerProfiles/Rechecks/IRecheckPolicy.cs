using NodaTime;

namespace CustomerProfiles;

/// <summary>Decides when a customer is looked up with a provider, and when again.</summary>
/// <remarks>
/// An implementation is a pure function: the same context always gets the same decision, it waits for nothing, and it
/// is safe for any number of threads. Some things no policy can change: no check is requested from a disabled provider,
/// for a suppressed customer, or while a check is pending.
/// </remarks>
public interface IRecheckPolicy
{
    /// <summary>Decides.</summary>
    /// <param name="request">The conversation's direction, the current time, and the last check.</param>
    /// <returns>The decision, with its reason.</returns>
    RecheckDecision Decide(in RecheckContext request);
}

/// <summary>What a recheck policy decides on.</summary>
/// <remarks>Immutable.</remarks>
public readonly record struct RecheckContext
{
    /// <summary>Makes a context.</summary>
    /// <param name="direction">Whether the conversation was received or composed.</param>
    /// <param name="now">The current time, not truncated.</param>
    /// <param name="lastCheckAt">When the last check of this customer was completed; null when none was.</param>
    public RecheckContext(ConversationDirection direction, Instant now, Instant? lastCheckAt)
    {
        Direction = direction;
        Now = now;
        LastCheckAt = lastCheckAt;
    }

    /// <summary>Whether the conversation was received or composed.</summary>
    public ConversationDirection Direction { get; }

    /// <summary>The current time, not truncated.</summary>
    public Instant Now { get; }

    /// <summary>
    /// When the provider's last check of this customer was completed, match or no match; null when none was. A failure
    /// is not a check.
    /// </summary>
    public Instant? LastCheckAt { get; }
}

/// <summary>The decision of a recheck policy, with its reason.</summary>
/// <remarks>Immutable.</remarks>
public readonly record struct RecheckDecision
{
    /// <summary>Makes a decision.</summary>
    /// <param name="isDue">Whether a check is to be requested.</param>
    /// <param name="reason">Why. The policy of this library gives <see cref="CheckReason.FirstCheck"/>,
    /// <see cref="CheckReason.Due"/>, <see cref="CheckReason.NotDueYet"/> or
    /// <see cref="CheckReason.ComposedNeverRechecks"/>.</param>
    /// <param name="dueAfter">The instant after which a received conversation starts a recheck; null when a first check
    /// is due, or when the instant lies beyond the calendar.</param>
    public RecheckDecision(bool isDue, CheckReason reason, Instant? dueAfter)
    {
        IsDue = isDue;
        Reason = reason;
        DueAfter = dueAfter;
    }

    /// <summary>Whether a check is to be requested.</summary>
    public bool IsDue { get; }

    /// <summary>Why.</summary>
    public CheckReason Reason { get; }

    /// <summary>
    /// The instant after which a received conversation starts a recheck; at that very instant it is not due yet. Null
    /// when a first check is due, or when the instant lies beyond the calendar.
    /// </summary>
    public Instant? DueAfter { get; }
}
