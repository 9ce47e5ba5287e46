using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Changes each profile, as a too small column or a too helpful serializer does.</summary>
internal sealed class ChangedProfiles(ICustomerProfileStore inner, Func<CustomerProfile, CustomerProfile> alter)
    : PassingStore(inner)
{
    public override ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    ) => Inner.CreateAsync(customer with { Profile = alter(customer.Profile) }, cancellationToken);

    public override ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => Inner.UpdateAsync(alter(profile), change, cancellationToken);

    public override ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        Inner.CompleteCheckAsync(
            claim,
            outcome,
            profile is null ? null : alter(profile),
            change,
            now,
            cancellationToken
        );
}
