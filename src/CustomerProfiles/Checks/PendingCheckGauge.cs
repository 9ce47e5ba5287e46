using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;

namespace CustomerProfiles;

/// <summary>
/// Counts the pending checks, but only while the gauge has a listener. Never throws, so that it cannot stop the checks.
/// </summary>
internal sealed class PendingCheckGauge(
    ICustomerProfileStore store,
    IOptions<CustomerProfilesOptions> options,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
)
{
    // A little less than the sweep interval, because its timer may fire a moment early by this clock.
    private readonly TimeSpan _dueAfter = options.Value.SweepInterval * 0.9;

    /// <summary>The timestamp of the last count; zero before the first.</summary>
    private long _countedAt;

    /// <summary>
    /// Counts, unless that was done within the sweep interval: a loop that wakes for each conversation must not count
    /// each time.
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
            // A listener that is added later must not see an old count.
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
            // When the host stops, cancellation is no fault of the store.
            if (!cancellationToken.IsCancellationRequested)
            {
                telemetry.Logger.SweepFailed(exception.GetType().Name);
            }
        }
    }
}
