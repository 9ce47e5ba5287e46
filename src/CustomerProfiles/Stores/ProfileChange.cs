using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// One change of a customer, as the history keeps it: who, what for, and what was there before; and the event that
/// tells of it.
/// </summary>
/// <remarks>
/// Immutable. A store keeps it as the document that <see cref="ChangeSerializer"/> makes of it.
/// <see cref="ToString"/> shows the kind only.
/// </remarks>
public sealed class ProfileChange
{
    /// <summary>What the change was made for.</summary>
    public required HistoryKind Kind { get; init; }

    /// <summary>Who made it, and when.</summary>
    public required Provenance By { get; init; }

    /// <summary>The host's own reference, such as the number of a case; null when there was none.</summary>
    public string? CaseReference { get; init; }

    /// <summary>What was there before, for each entry that the change added, replaced, moved or removed.</summary>
    public required ImmutableArray<PreviousValue> Values { get; init; }

    /// <summary>The identities before the change; <c>default</c> when it left them as they were.</summary>
    public ImmutableArray<Identity> Identities { get; init; }

    /// <summary>
    /// <see cref="CustomerProfile.UpdatedAt"/> before the change; null when it made no new version of the profile.
    /// </summary>
    public Instant? UpdatedAt { get; init; }

    /// <summary>
    /// How many changes of the customer the store keeps, this one included. The oldest ones beyond that number are
    /// removed in the same step. 0 when the host keeps no history: then this change is not kept either, and those that
    /// are there stay. Not part of the document.
    /// </summary>
    public int MostKept { get; init; } = int.MaxValue;

    /// <summary>
    /// The event that tells of the change, for a store that implements <see cref="IEventStore"/>; null for none. Not
    /// part of the document.
    /// </summary>
    public EventWrite? Event { get; init; }

    /// <summary>The kind only.</summary>
    public override string ToString() => Kind.ToString();
}
