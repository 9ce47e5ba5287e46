using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>An event that a store is to write in the step of the change that it tells of.</summary>
/// <remarks>
/// Immutable. A store keeps it as the document that <see cref="EventSerializer"/> makes of it. <see cref="ToString"/>
/// shows the kind only.
/// </remarks>
public sealed class EventWrite
{
    /// <summary>What happened.</summary>
    public required CustomerEventKind Kind { get; init; }

    /// <summary>Who did it, and when.</summary>
    public required Provenance By { get; init; }

    /// <summary><see cref="CustomerEvent.Fields"/>.</summary>
    public ImmutableArray<string> Fields { get; init; } = [];

    /// <summary><see cref="CustomerEvent.Merge"/>.</summary>
    public MergeId? Merge { get; init; }

    /// <summary><see cref="CustomerEvent.OtherCustomerId"/>.</summary>
    public CustomerId? OtherCustomerId { get; init; }

    /// <summary><see cref="CustomerEvent.Erasure"/>.</summary>
    public Guid? Erasure { get; init; }

    /// <summary>The kind only.</summary>
    public override string ToString() => Kind.ToString();
}
