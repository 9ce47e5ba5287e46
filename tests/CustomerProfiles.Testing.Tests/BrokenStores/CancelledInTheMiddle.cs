using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>
/// Creates the customer and then requests the checks, without a transaction: a cancellation in between leaves half of
/// it.
/// </summary>
internal sealed class CancelledInTheMiddle(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<ConversationLookup?> CreateAsync(
        NewCustomer customer,
        CancellationToken cancellationToken
    )
    {
        var result = await Inner.CreateAsync(customer with { Checks = [] }, cancellationToken);
        if (result is not { IsNewCustomer: true })
        {
            return result;
        }

        foreach (var provider in customer.Checks)
        {
            await RoundTripAsync(cancellationToken);
            await Inner.RequestCheckAsync(
                customer.Profile.Tenant,
                customer.Profile.Id,
                provider,
                null,
                customer.Conversation.At,
                cancellationToken
            );
        }

        return result with
        {
            Customer = (await Inner.GetAsync(customer.Profile.Tenant, customer.Profile.Id, CancellationToken.None))!,
        };
    }
}
