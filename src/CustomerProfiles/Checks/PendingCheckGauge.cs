using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>
/// Counts the pending checks for whoever watches. Nobody watches: nothing is counted. It never throws, for no check is
/// to be left because of it.
/// </summary>
internal sealed class PendingCheckGauge(
    ICustomerProfileStore store,
    IOptions<CustomerProfilesOptions> options,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
)
{
    // A little less than the interval of the sweeps, for their timer may ring a moment early by this clock.
    private readonly TimeSpan _dueAfter = options.Value.SweepInterval * 0.9;

    /// <summary>When it was last counted; zero before the first time.</summary>
    private long _countedAt;

    /// <summary>
    /// Counts unless that was done within this interval of the sweeps: a runner that is woken for each conversation
    /// must not count for each.
    /// </summary>
    public Task CountIfDueAsync(CancellationToken cancellationToken)
    {
        var countedAt = Interlocked.Read(ref _countedAt);
        return countedAt == 0 || time.GetElapsedTime(countedAt) >= _dueAfter
            ? CountAsync(cancellationToken)
            : Task.CompletedTask;
    }

    /// <summary>Counts now.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        if (!telemetry.IsPendingWatched)
        {
            // Who begins to watch later is not to be shown how it was once.
            telemetry.ResetPending();
            return;
        }

        Interlocked.Exchange(ref _countedAt, time.GetTimestamp());
        try
        {
            telemetry.Pending(await store.CountPendingChecksAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            // A host that stops is no trouble of the store.
            if (!cancellationToken.IsCancellationRequested)
            {
                telemetry.Logger.SweepFailed(exception.GetType().Name);
            }
        }
    }
}
