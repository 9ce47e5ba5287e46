using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads the count, compares it, and counts one more in a second statement.</summary>
internal sealed class SpendsOverTheLimit(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<bool> TrySpendAsync(SpendingPeriod period, int most, CancellationToken cancellationToken)
    {
        if (!await Inner.TrySpendAsync(period, most, cancellationToken))
        {
            return false;
        }

        await Inner.GiveBackAsync(period, cancellationToken);
        await RoundTripAsync(cancellationToken);
        return await Inner.TrySpendAsync(period, int.MaxValue, cancellationToken);
    }
}
