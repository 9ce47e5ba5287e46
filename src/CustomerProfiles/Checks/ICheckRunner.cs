namespace CustomerProfiles;

/// <summary>
/// Runs the checks that conversations have requested. With a generic host, a hosted service runs them. Without one,
/// call <see cref="DrainAsync"/> when you want them to run.
/// </summary>
/// <remarks>Safe for any number of threads; all of a host's runs together keep to <c>MaxConcurrentChecks</c>.</remarks>
public interface ICheckRunner
{
    /// <summary>
    /// Runs every check that may run now, including those that other hosts left behind and those that are requested
    /// meanwhile.
    /// </summary>
    /// <param name="cancellationToken">Cancels the run. Checks under way are released and stay pending; a result that
    /// has arrived is still recorded.</param>
    /// <returns>The number of attempts. Checks that are to be tried again later are not waited for.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the service provider was disposed
    /// meanwhile. Either way the run ends soon, and checks under way are released. <c>DisposeAsync</c> of the service
    /// provider waits for that, 5 seconds at most. After <c>Dispose</c> the store may be gone sooner; a check that
    /// could not be released is available again when its lease expires.</exception>
    /// <exception cref="ObjectDisposedException">The service provider had been disposed before the call.</exception>
    ValueTask<int> DrainAsync(CancellationToken cancellationToken = default);
}
