using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>What <see cref="IProfilePrivacy.ReplayErasuresAsync"/> has done.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ErasureReplay
{
    /// <summary>How many receipts were read.</summary>
    public required int Receipts { get; init; }

    /// <summary>The customers who had been brought back and are erased again.</summary>
    public required ImmutableArray<CustomerId> Erased { get; init; }

    /// <summary>
    /// The ids that could not be erased, because they are merged with somebody whom their receipt does not name, or
    /// because others wrote without pause. Undo the merge or erase the customer by hand, and replay again.
    /// </summary>
    public required ImmutableArray<CustomerId> Left { get; init; }
}
