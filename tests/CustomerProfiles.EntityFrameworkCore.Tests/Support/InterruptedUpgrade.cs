using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>An upgrade whose host dies before the commit.</summary>
internal sealed class InterruptedUpgrade : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction,
        TransactionEventData eventData,
        InterceptionResult result,
        CancellationToken cancellationToken = default
    ) => throw new OperationCanceledException("The host died here.");
}
