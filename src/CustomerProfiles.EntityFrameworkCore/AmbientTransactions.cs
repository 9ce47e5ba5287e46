using System.Transactions;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A call of the store stands by itself: what it has reported is committed, and it holds no lock any longer. So it does
/// not join a <see cref="TransactionScope"/> of its caller.
/// </summary>
internal static class AmbientTransactions
{
    /// <summary>Leaves the caller's transaction until the result is disposed; null when there is none.</summary>
    public static IDisposable? Leave() =>
        Transaction.Current is null
            ? null
            : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
}
