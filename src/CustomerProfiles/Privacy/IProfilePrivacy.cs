namespace CustomerProfiles;

/// <summary>What the host owes to its customers: to say what it holds about them, and to keep it no longer than it
/// should.</summary>
/// <remarks>Safe for any number of threads.</remarks>
public interface IProfilePrivacy
{
    /// <summary>
    /// Exports everything that is held about a customer, as of one moment: for a request of access, or to take it to
    /// another system (<see cref="ImportRow.FromExport"/>).
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="options">What else to include; null for the default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The export; null when the tenant has no such customer.</returns>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IExportStore</c>.</exception>
    ValueTask<CustomerExport?> ExportAsync(
        CustomerId id,
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Exports every customer, oldest first, each as of the moment at which it is read. Who is created meanwhile may be
    /// left out.
    /// </summary>
    /// <param name="options">What else to include; null for the default.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The exports; they are read only as fast as they are taken.</returns>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IExportStore</c>.</exception>
    IAsyncEnumerable<CustomerExport> ExportAllAsync(
        ExportOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Removes what is older than the host keeps it: conversation records older than
    /// <c>CustomerProfilesOptions.KeepConversationsFor</c>. To be called from time to time, such as daily, on any host.
    /// It works in small steps that delay no conversation; cancelled or ended, it goes on at the next call.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call; what was removed stays removed.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IRetentionStore</c>.</exception>
    ValueTask<RetentionResult> ApplyRetentionAsync(CancellationToken cancellationToken = default);
}
