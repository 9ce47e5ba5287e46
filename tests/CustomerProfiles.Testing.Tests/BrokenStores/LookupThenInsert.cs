using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Checks whether the identity has an owner and then inserts, without a unique index.</summary>
internal sealed class LookupThenInsert(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        var profile = customer.Profile;
        if (
            await Inner.RecordConversationAsync(
                profile.Tenant,
                profile.Identities[0],
                customer.Conversation,
                cancellationToken
            ) is
            { } known
        )
        {
            return known;
        }

        await RoundTripAsync(cancellationToken);
        var result = await Inner.CreateAsync(customer, cancellationToken);
        if (result is { IsNewCustomer: false })
        {
            // The second row with the same identity, which this store allows.
            var twin = Identity.FromStore(profile.Identities[0].Kind, $"{profile.Identities[0].Value} {profile.Id}");
            result = await Inner.CreateAsync(
                customer with
                {
                    Profile = new(
                        profile.Tenant,
                        profile.Id,
                        1,
                        profile.CreatedAt,
                        profile.UpdatedAt,
                        [twin],
                        profile.Values
                    ),
                },
                cancellationToken
            );
        }

        return result;
    }
}
