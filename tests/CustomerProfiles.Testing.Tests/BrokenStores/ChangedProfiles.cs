using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Changes each profile, as a too small column or a too helpful serializer does.</summary>
internal sealed class ChangedProfiles(ICustomerProfileStore inner, Func<CustomerProfile, CustomerProfile> change)
    : PassingStore(inner)
{
    public override ValueTask<ConversationLookup> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    ) => Inner.CreateAsync(customer with { Profile = change(customer.Profile) }, cancellationToken);

    public override ValueTask<UpdateResult> UpdateAsync(CustomerProfile profile, CancellationToken cancellationToken) =>
        Inner.UpdateAsync(change(profile), cancellationToken);

    public override ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        Instant now,
        CancellationToken cancellationToken
    ) => Inner.CompleteCheckAsync(claim, outcome, profile is null ? null : change(profile), now, cancellationToken);
}
