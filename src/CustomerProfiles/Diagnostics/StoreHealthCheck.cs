using CustomerProfiles.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace CustomerProfiles;

/// <summary>
/// Reports whether the store returns a read in time. It reads a customer who does not exist, by id, which is the
/// cheapest call of every store.
/// </summary>
/// <remarks>
/// Of an exception only the type is reported: its message may hold anything, such as a connection string, and health
/// reports are logged and shown.
/// </remarks>
internal sealed class StoreHealthCheck(ICustomerProfileStore store, TimeProvider time, TimeSpan limit) : IHealthCheck
{
    private static readonly CustomerId Nobody = CustomerId.From(Guid.AllBitsSet);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // On a thread of its own and with a wait that ends by itself, so that a store that blocks or ignores its
            // token delays no other health check.
            await Task.Run(
                    () => store.GetAsync(TenantId.Default, Nobody, either.Token).AsTask(),
                    CancellationToken.None
                )
                .WaitAsync(either.Token)
                .ConfigureAwait(false);
            return HealthCheckResult.Healthy("The store responds.");
        }
        catch (Exception) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Unhealthy(
                context,
                $"The store did not respond to a read within {limit}. Conversations and edits wait for it. See "
                    + $"whether its database is up, reachable and not overloaded, and whether connections are left."
            );
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Unhealthy(
                context,
                $"The store failed a read ({exception.GetType().Name}). Conversations and edits fail. See "
                    + $"whether its database is up, whether the host may log in to it, and whether the "
                    + $"tables are there."
            );
        }
    }

    private static HealthCheckResult Unhealthy(HealthCheckContext context, string description) =>
        new(context.Registration.FailureStatus, description);
}
