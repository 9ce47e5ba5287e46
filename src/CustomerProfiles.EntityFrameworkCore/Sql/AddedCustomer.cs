using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A new customer as a database with one writer adds them, together with others.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Searchable">The custom properties by which the customer is found.</param>
/// <param name="Conversation">The conversation that they come with; null for none.</param>
internal sealed record AddedCustomer(
    CustomerProfile Profile,
    SearchableProperties Searchable,
    ConversationRecord? Conversation
);
