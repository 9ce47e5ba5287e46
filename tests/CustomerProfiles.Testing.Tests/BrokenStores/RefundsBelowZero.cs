using System.Collections.Concurrent;
using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Refunds below zero.</summary>
internal sealed class RefundsBelowZero(ICustomerProfileStore inner) : PassingStore(inner)
{
    private readonly ConcurrentDictionary<BudgetPeriod, int> _below = [];

    public override async ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken)
    {
        if (await Inner.TryReserveBudgetAsync(period, 1, cancellationToken))
        {
            _below.AddOrUpdate(period, 1, (_, below) => below + 1);
        }

        await Inner.RefundAsync(period, cancellationToken);
    }

    public override ValueTask<bool> TryReserveBudgetAsync(
        BudgetPeriod period,
        int most,
        CancellationToken cancellationToken
    ) => Inner.TryReserveBudgetAsync(period, most + _below.GetValueOrDefault(period), cancellationToken);
}
