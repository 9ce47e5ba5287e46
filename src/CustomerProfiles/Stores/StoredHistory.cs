using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>The current profile of a customer and every change that is kept, read in one step.</summary>
/// <remarks>Immutable.</remarks>
public sealed class StoredHistory
{
    /// <summary>The profile as it is now.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The changes, newest first.</summary>
    public required ImmutableArray<StoredChange> Changes { get; init; }

    /// <summary>
    /// Those whom the customer has absorbed, in no order, each with a history of their own; empty where the store
    /// cannot merge (<see cref="IMergingStore"/>).
    /// </summary>
    public ImmutableArray<AbsorbedCustomer> Absorbed { get; init; } = [];
}
