using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Something that happened to a customer, for the host's own tables and other systems.</summary>
/// <remarks>
/// <para>
/// It says what changed, and never the values: read the customer for those. So nothing need be erased where events are
/// kept. <see cref="By"/> holds the id of the agent, or the name of the provider or system, as the host chose it; of a
/// conversation it holds only the word <c>conversation</c>, and nothing of an imported row but its system.
/// </para>
/// <para>Immutable. <see cref="ToString"/> shows sequence and kind only.</para>
/// </remarks>
public sealed class CustomerEvent
{
    /// <summary>
    /// The id, by which a consumer recognises an event that is delivered again: a UUID of version 8 made of the event's
    /// content, so it is the same at each delivery.
    /// </summary>
    public required Guid Id { get; init; }

    /// <summary>The tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The customer whom it happened to.</summary>
    public required CustomerId CustomerId { get; init; }

    /// <summary>
    /// The number of the event among those of this customer: 1 for the first, each the one before plus 1. A customer
    /// who is merged, separated or erased keeps counting.
    /// </summary>
    public required long Sequence { get; init; }

    /// <summary>What happened.</summary>
    public required CustomerEventKind Kind { get; init; }

    /// <summary>Who did it, and when.</summary>
    public required Provenance By { get; init; }

    /// <summary>
    /// The fields that changed, each once, as <see cref="ProfileField.Code"/>, and <see cref="Identities"/> when the
    /// customer gained or lost one. Empty when only something else changed.
    /// </summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary>The merge, when customers were merged or separated; otherwise null.</summary>
    public MergeId? Merge { get; init; }

    /// <summary>The other customer of the merge; null when there is none.</summary>
    public CustomerId? OtherCustomerId { get; init; }

    /// <summary>The erasure (<see cref="ErasureReceipt.Id"/>) when the customer was erased; otherwise null.</summary>
    public Guid? Erasure { get; init; }

    /// <summary>The text in <see cref="Fields"/> that stands for the customer's identities.</summary>
    public static string Identities => "identities";

    /// <summary>Sequence and kind only.</summary>
    public override string ToString() => $"{Sequence} {Kind}";
}
