using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Gives back below zero.</summary>
internal sealed class GivesBackBelowZero(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<SpendingPeriod, int> _below = [];

    public override async ValueTask GiveBackAsync(SpendingPeriod period, CancellationToken cancellationToken)
    {
        if (await Inner.TrySpendAsync(period, 1, cancellationToken))
        {
            _below.AddOrUpdate(period, 1, (_, below) => below + 1);
        }

        await Inner.GiveBackAsync(period, cancellationToken);
    }

    public override ValueTask<bool> TrySpendAsync(SpendingPeriod period, int most, CancellationToken cancellationToken) =>
        Inner.TrySpendAsync(period, most + _below.GetValueOrDefault(period), cancellationToken);
}
