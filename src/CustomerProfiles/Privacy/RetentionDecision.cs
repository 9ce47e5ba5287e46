using NodaTime;

namespace CustomerProfiles;

/// <summary>Whether a customer is kept or erased, and why.</summary>
/// <remarks>Immutable.</remarks>
public sealed class RetentionDecision
{
    private RetentionDecision(bool erases, string reason, Instant? dueAt)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Erases = erases;
        Reason = reason;
        DueAt = dueAt;
    }

    /// <summary>Whether the customer is erased.</summary>
    public bool Erases { get; }

    /// <summary>Why, in a few words without personal data.</summary>
    public string Reason { get; }

    /// <summary>When the customer is, or was, to be erased; null for never.</summary>
    public Instant? DueAt { get; }

    /// <summary>The customer is kept.</summary>
    /// <param name="reason">Why, in a few words without personal data.</param>
    /// <param name="dueAt">When they will be erased if nothing happens; null for never.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is empty.</exception>
    public static RetentionDecision Keep(string reason, Instant? dueAt = null) => new(false, reason, dueAt);

    /// <summary>The customer is erased.</summary>
    /// <param name="reason">Why, in a few words without personal data. It becomes the case reference of the
    /// receipt.</param>
    /// <param name="dueAt">Since when.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException"><paramref name="reason"/> is empty, or does not fit a case
    /// reference.</exception>
    public static RetentionDecision Erase(string reason, Instant dueAt) =>
        new(true, ProfileEdit.FittingCaseReference(reason, nameof(reason))!, dueAt);

    /// <summary>The reason.</summary>
    public override string ToString() => Reason;
}
