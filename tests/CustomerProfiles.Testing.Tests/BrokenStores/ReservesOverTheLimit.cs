using CustomerProfiles.Stores;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Reads the count, compares it, and increments it in a second statement.</summary>
internal sealed class ReservesOverTheLimit(ICustomerProfileStore inner) : PassingStore(inner)
{
    public override async ValueTask<bool> TryReserveBudgetAsync(
        BudgetPeriod period,
        int most,
        CancellationToken cancellationToken
    )
    {
        if (!await Inner.TryReserveBudgetAsync(period, most, cancellationToken))
        {
            return false;
        }

        await Inner.RefundAsync(period, cancellationToken);
        await RoundTripAsync(cancellationToken);
        return await Inner.TryReserveBudgetAsync(period, int.MaxValue, cancellationToken);
    }
}
