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
}
