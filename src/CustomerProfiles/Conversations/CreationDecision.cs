namespace CustomerProfiles;

/// <summary>The decision of a creation policy.</summary>
/// <remarks><c>default(CreationDecision)</c> creates.</remarks>
public readonly record struct CreationDecision
{
    private CreationDecision(DeclineReason reason, string explanation)
    {
        Reason = reason;
        Explanation = explanation;
    }

    /// <summary>The person becomes a customer.</summary>
    public static CreationDecision Create => default;

    /// <summary>Why not; null when the person becomes a customer.</summary>
    public DeclineReason? Reason { get; }

    /// <summary>Why not, in a sentence without personal data; null when the person becomes a customer.</summary>
    public string? Explanation { get; }

    /// <summary>The person does not become a customer.</summary>
    /// <param name="reason">Why not; a host's own reason is <see cref="DeclineReason.HostPolicy"/>.</param>
    /// <param name="explanation">Why not, in a sentence without personal data.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="ArgumentException"><paramref name="explanation"/> is empty.</exception>
    public static CreationDecision Decline(DeclineReason reason, string explanation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(explanation);
        return new CreationDecision(reason, explanation);
    }
}
