namespace CustomerProfiles;

/// <summary>
/// Runs the checks that conversations have asked for. A host with a generic host need not do anything: a hosted service
/// runs them. One without calls <see cref="DrainAsync"/> when it sees fit.
/// </summary>
/// <remarks>Safe for any number of threads; all of a host's runs together keep to <c>MaxConcurrentChecks</c>.</remarks>
public interface ICheckRunner
{
    /// <summary>
    /// Runs every check that may be run now, those that other hosts have left behind among them, and those that come up
    /// meanwhile.
    /// </summary>
    /// <param name="cancellationToken"> Cancels the run. Checks under way are given back and stay pending; an answer
    /// that is in hand already is still recorded.
    /// </param>
    /// <returns>How many attempts were made. Checks that are to be asked again later are not waited for.</returns>
    /// <exception cref="OperationCanceledException"> The token was cancelled, or the service provider was disposed
    /// meanwhile. Either way the run ends soon, and checks under way are given back. A provider that is disposed with
    /// <c>DisposeAsync</c> waits for that, 5 seconds at most; after <c>Dispose</c> the store may be gone sooner, and
    /// what it did not take is free when its lease ends.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The service provider had been disposed before the call.</exception>
    ValueTask<int> DrainAsync(CancellationToken cancellationToken = default);
}
