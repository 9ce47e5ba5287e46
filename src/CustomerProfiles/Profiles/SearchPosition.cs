using NodaTime;

namespace CustomerProfiles;

/// <summary>The place of a profile in the order of a search: where the next page starts, behind it.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the name.</remarks>
public sealed class SearchPosition
{
    /// <summary>
    /// The look-up that found the profile; <see cref="SearchStep.Rest"/> where the order has one only.
    /// </summary>
    public SearchStep Step { get; init; } = SearchStep.Rest;

    /// <summary>
    /// <see cref="SearchKeys.Name"/>, when the step or the order is by name; null otherwise.
    /// </summary>
    public string? Name { get; init; }

    /// <summary>
    /// The time that stands for the last conversation of a customer who never had one: the beginning of 1970.
    /// </summary>
    public static Instant NoConversation => NodaConstants.UnixEpoch;

    /// <summary>
    /// The last change or the last conversation (else <see cref="NoConversation"/>), when the order is by that; null
    /// otherwise.
    /// </summary>
    public Instant? At { get; init; }

    /// <summary>The customer.</summary>
    public required CustomerId Id { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchPosition);
}
