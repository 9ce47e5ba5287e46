using System.Collections.Immutable;
using CustomerProfiles.Profiles;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>A customer to be created: the profile, the conversation that brought it about, and the checks to be asked for, all in one step.</summary>
/// <param name="Profile">The profile in version 1, with at least one identity.</param>
/// <param name="ConversationId">The conversation to be remembered.</param>
/// <param name="Checks">The names of the providers to be asked; the store leaves out those that are switched off, and all of them when an identity is suppressed.</param>
/// <param name="Now">The present, to the microsecond.</param>
public sealed record NewCustomer(CustomerProfile Profile, string ConversationId, ImmutableArray<string> Checks, Instant Now);
