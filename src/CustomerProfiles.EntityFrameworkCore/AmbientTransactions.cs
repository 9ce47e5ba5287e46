using System.Transactions;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A call of the store is independent: when it returns, its changes are committed and it holds no lock. So it does not
/// join a <see cref="TransactionScope"/> of its caller.
/// </summary>
internal static class AmbientTransactions
{
    /// <summary>Suppresses the caller's transaction until the result is disposed; null when there is none.</summary>
    public static IDisposable? Suppress() =>
        Transaction.Current is null
            ? null
            : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
}
