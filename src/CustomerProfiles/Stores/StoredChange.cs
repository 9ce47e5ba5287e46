namespace CustomerProfiles.Stores;

/// <summary>A change in the history of a customer, with the number that the store gave it.</summary>
/// <remarks>Immutable.</remarks>
public sealed class StoredChange
{
    /// <summary>
    /// The number of the change: the customer's first has 1, each next one the next number. Never given twice.
    /// </summary>
    public required long Number { get; init; }

    /// <summary>The version of the profile that the change made; null when it made none.</summary>
    public required long? Version { get; init; }

    /// <summary>The change.</summary>
    public required ProfileChange Change { get; init; }
}
