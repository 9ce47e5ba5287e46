using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>Everything that a store holds about a customer, read in one step.</summary>
/// <remarks>Immutable. What can be made again from the rest, such as an index, is no part of it.</remarks>
public sealed class StoredRecord
{
    /// <summary>The customer.</summary>
    public required StoredCustomer Customer { get; init; }

    /// <summary>
    /// Whether the customer is marked as suppressed; false for one who is suppressed by an identity alone.
    /// </summary>
    public required bool IsMarked { get; init; }

    /// <summary>
    /// Those of the customer's identities that are marked as suppressed, in the order of the profile.
    /// </summary>
    public required ImmutableArray<Identity> MarkedIdentities { get; init; }

    /// <summary>The conversations that are recorded for the customer, oldest first, then by id.</summary>
    public required ImmutableArray<ConversationRecord> Conversations { get; init; }

    /// <summary>The changes of the history, newest first; empty where the store keeps none.</summary>
    public required ImmutableArray<StoredChange> Changes { get; init; }

    /// <summary>
    /// Those whom the customer has absorbed, in no order; empty where the store cannot merge
    /// (<see cref="IMergingStore"/>). Their conversations are among <see cref="Conversations"/>.
    /// </summary>
    public ImmutableArray<AbsorbedCustomer> Absorbed { get; init; } = [];

    /// <summary>The merges into the customer and into whomever they absorbed that were not undone, newest
    /// first.</summary>
    public ImmutableArray<MergeRecord> Merges { get; init; } = [];
}
