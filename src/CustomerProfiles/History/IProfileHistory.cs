namespace CustomerProfiles;

/// <summary>
/// The history of a tenant's customers: who changed what, and the way back. <see cref="ICustomerProfiles.History"/>.
/// </summary>
/// <remarks>
/// <para>
/// Each change leaves one entry, in the same step: an edit, a result of a check, a name from a conversation, removed
/// provider data, suppressing a customer. Creating a customer leaves none, and neither does suppressing an identity,
/// which belongs to whoever has it. <see cref="CustomerProfilesOptions.HistoryEntries"/> says how many are kept.
/// </para>
/// <para>
/// Safe for any number of threads. Each method throws <see cref="NotSupportedException"/> when the host's store keeps
/// no history.
/// </para>
/// </remarks>
public interface IProfileHistory
{
    /// <summary>Reads the history of a customer, newest first, in one read of the store.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="query">Which changes; null for the newest.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page, empty when nothing has changed since the customer was created; null when the tenant has no such
    /// customer.</returns>
    ValueTask<HistoryPage?> GetAsync(
        CustomerId id,
        HistoryQuery? query = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>Reads an earlier version of a profile.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="version">The version, from 1 to the current one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile exactly as it was. Null when the tenant has no such customer, the version is no longer kept
    /// or does not exist, or part of it was taken out of the history.</returns>
    ValueTask<CustomerProfile?> GetVersionAsync(
        CustomerId id,
        long version,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Drafts an edit that takes a change back. What was changed again since is a conflict, and stays; what agents may
    /// not set is refused. An entry that the change added to a list is cleared, so that nobody but a person adds it
    /// again. Suppressing is not taken back so: call <see cref="ICustomerProfiles.UnsuppressAsync(CustomerId, Actor,
    /// CancellationToken)"/>.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="entry">The number of the change.</param>
    /// <param name="scope">That change alone, or everything since.</param>
    /// <param name="by">Who reverts.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The draft, or why there is none.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<RevertOutcome> DraftRevertAsync(
        CustomerId id,
        long entry,
        RevertScope scope,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Takes everything that a field ever held out of the history of a customer, because it must be forgotten. The
    /// changes stay, without these values, and cannot be taken back there. What the profile holds now stays: clear it
    /// first, where that is meant.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="field">The field; of a list, every entry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    ValueTask<bool> RedactAsync(CustomerId id, ProfileField field, CancellationToken cancellationToken = default);
}
