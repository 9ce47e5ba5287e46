namespace CustomerProfiles;

/// <summary>What was removed because it was older than the host keeps it.</summary>
/// <remarks>Immutable.</remarks>
public sealed class RetentionResult
{
    /// <summary>How many conversation records were removed.</summary>
    public required long ConversationsRemoved { get; init; }
}
