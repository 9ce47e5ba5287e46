using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>
/// A customer to create: the profile, the conversation that it is created for, and the checks to request, all in one
/// step.
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed record NewCustomer
{
    /// <summary>The profile in version 1, with exactly one identity.</summary>
    public required CustomerProfile Profile { get; init; }

    /// <summary>The conversation to record. Its time is also the time at which the checks are requested.</summary>
    public required ConversationRecord Conversation { get; init; }

    /// <summary>
    /// The names of the providers to look the customer up at. The store leaves out those that are disabled, and all of
    /// them when the identity is suppressed.
    /// </summary>
    public required ImmutableArray<string> Checks { get; init; }

    /// <summary>
    /// The hashes by which an erased person is recognised, for a store that implements <see cref="IErasureStore"/>: of
    /// the conversation (<see cref="ErasureHash.OfConversation"/>) and of the identity. Empty for none.
    /// </summary>
    /// <remarks>
    /// In its own step the store creates nobody when one of them is a guarded conversation, until
    /// <see cref="ErasureWrite.GuardUntil"/>, or a mark <see cref="ErasureMarkKind.DoNotKeep"/>. With a mark
    /// <see cref="ErasureMarkKind.DoNotLookUp"/> it marks the identity as suppressed, requests no check, and creates
    /// the customer.
    /// </remarks>
    public ImmutableArray<string> ErasureHashes { get; init; } = [];

    /// <summary>The event of the customer's creation, for a store that implements <see cref="IEventStore"/>; null for
    /// none.</summary>
    public EventWrite? Event { get; init; }
}
