using NodaTime;

namespace CustomerProfiles;

/// <summary>A customer whom retention erases.</summary>
/// <remarks>Immutable.</remarks>
public sealed class RetentionFinding
{
    internal RetentionFinding(CustomerId id, RetentionDecision decision)
    {
        Id = id;
        Reason = decision.Reason;
        DueAt = decision.DueAt!.Value;
    }

    /// <summary>The customer.</summary>
    public CustomerId Id { get; }

    /// <summary>Why.</summary>
    public string Reason { get; }

    /// <summary>Since when they are to be erased.</summary>
    public Instant DueAt { get; }
}
