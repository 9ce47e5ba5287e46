namespace CustomerProfiles.Stores;

/// <summary>What one call of <see cref="IRetentionStore"/> has removed.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ConversationRemoval
{
    /// <summary>How many conversation records were removed.</summary>
    public required int Removed { get; init; }

    /// <summary>
    /// The customer with whom the next call begins; null when all customers were looked at. It may be the last one of
    /// this call, who has more old records.
    /// </summary>
    public CustomerId? Next { get; init; }
}
