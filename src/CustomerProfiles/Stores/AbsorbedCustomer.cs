using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>What a store still holds of a customer who was absorbed by a merge.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class AbsorbedCustomer
{
    /// <summary>
    /// The profile as it was before the merge; without identities and values when the merge can no longer be undone.
    /// </summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The merge that absorbed the customer.</summary>
    public required MergeId Merge { get; init; }

    /// <summary>The changes of their history, newest first; empty where the store keeps none.</summary>
    public required ImmutableArray<StoredChange> Changes { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(AbsorbedCustomer)} {Profile.Id}";
}
