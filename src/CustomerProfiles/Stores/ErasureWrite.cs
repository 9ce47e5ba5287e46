using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Whom to erase, and how.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the id only.</remarks>
public sealed class ErasureWrite
{
    /// <summary>The tenant.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>The customer.</summary>
    public required CustomerId Id { get; init; }

    /// <summary>The id of the erasure. A call that is repeated with it has the same result.</summary>
    public required Guid Erasure { get; init; }

    /// <summary>The current time.</summary>
    public required Instant At { get; init; }

    /// <summary>The id of whoever erases.</summary>
    public required string By { get; init; }

    /// <summary>The host's own reference; null for none.</summary>
    public string? CaseReference { get; init; }

    /// <summary>
    /// Whether merges that can still be undone, which means those that have a journal, are erased too. If not, a
    /// customer who has one is not erased.
    /// </summary>
    public required bool IncludesAbsorbed { get; init; }

    /// <summary>The version of the profile as the caller read it. Another one is <see
    /// cref="EraseResult.Changed"/>.</summary>
    public required long Version { get; init; }

    /// <summary>Whether the customer was suppressed when the caller read them. If that has changed, it is
    /// <see cref="EraseResult.Changed"/>.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>
    /// Erase only a customer without a later conversation, and without a pending check; whoever has either is
    /// <see cref="EraseResult.Changed"/>. Null to erase anybody.
    /// </summary>
    public Instant? UnlessActiveSince { get; init; }

    /// <summary>
    /// The marks to keep of the identities, one for each; empty for none. The suppression marks of the identities,
    /// which are plain, are removed in any case.
    /// </summary>
    public required ImmutableArray<ErasureMark> Marks { get; init; }

    /// <summary>
    /// Conversations recorded with a time from this one on are guarded: the store keeps
    /// <see cref="ErasureHash.OfConversation"/> of each. Null to guard none.
    /// </summary>
    public Instant? GuardSince { get; init; }

    /// <summary>Until when they are guarded.</summary>
    public Instant GuardUntil { get; init; }

    /// <summary>
    /// The event of each id that is erased, for a store that implements <see cref="IEventStore"/>; null for none.
    /// </summary>
    public EventWrite? Event { get; init; }

    /// <summary>The id only.</summary>
    public override string ToString() => $"{nameof(ErasureWrite)} {Id}";
}
