using System.Collections.Immutable;

namespace CustomerProfiles.Stores;

/// <summary>
/// A customer to be created: the profile, the conversation that brought it about, and the checks to be asked for, all
/// in one step.
/// </summary>
/// <param name="Profile">The profile in version 1, with exactly one identity.</param>
/// <param name="Conversation">The conversation to be remembered. Its time is the time at which the checks are asked
/// for.</param>
/// <param name="Checks">The names of the providers to be asked; the store leaves out those that are switched off, and
/// all of them when an identity is suppressed.</param>
public sealed record NewCustomer(
    CustomerProfile Profile,
    ConversationRecord Conversation,
    ImmutableArray<string> Checks
);
