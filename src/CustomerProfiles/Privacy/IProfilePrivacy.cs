using NodaTime;

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
    /// Exports everything that is held about whoever has an identity: a customer, a suppression, and what an erasure
    /// has kept. For a request of access by somebody who may be no customer.
    /// </summary>
    /// <param name="identity">The identity, such as <see cref="Identity.Email"/>.</param>
    /// <param name="options">What else to include; null for the default.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is held; <see cref="IdentityExport.IsEmpty"/> when it is nothing. Its parts are read one after the
    /// other.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IExportStore</c>.</exception>
    ValueTask<IdentityExport> ExportAsync(
        Identity identity,
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
    /// Removes everything from one profile that a provider gave. What a person or a conversation put in stays, and a
    /// cleared field stays cleared. The provider need not be registered any more. The time of the last check stays
    /// known, so that the same result is not paid for twice. To keep the provider from giving anything again, suppress
    /// the customer first.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="id">The customer.</param>
    /// <param name="by">The person who has it removed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    /// <exception cref="InvalidOperationException">Other writers changed the profile again and again. Nothing was
    /// removed; call again.</exception>
    ValueTask<bool> RemoveProviderDataAsync(
        string provider,
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Removes everything that a provider gave from all of the tenant's profiles, one after the other. Disable the
    /// provider first, or its checks bring new information meanwhile. When the call is cancelled or fails half way,
    /// call again: it continues with what is left.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">The person who has it removed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of profiles from which something was removed.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    /// <exception cref="InvalidOperationException">Other writers changed a profile again and again. Profiles before it
    /// are done; call again.</exception>
    ValueTask<int> RemoveProviderDataAsync(string provider, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases a customer, for good: profile, identities, conversation records, checks, history, merges. Nobody finds
    /// them again, and a new message from the same address makes a new customer. An absorbed id erases nobody.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">Who erases them.</param>
    /// <param name="options">How; null for the default.</param>
    /// <param name="cancellationToken">Cancels the call. They are erased then, or not.</param>
    /// <returns>What was done, with a receipt that holds no personal data.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IErasureStore</c>.</exception>
    ValueTask<EraseOutcome> EraseAsync(
        CustomerId id,
        Actor by,
        ErasureOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Lists erasures, oldest first. Keep them apart from the backups of the database, and pass them to
    /// <see cref="ReplayErasuresAsync"/> after one was restored.
    /// </summary>
    /// <param name="since">The time of the first one.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    /// <returns>The receipts; they are read only as fast as they are taken.</returns>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IErasureStore</c>.</exception>
    IAsyncEnumerable<ErasureReceipt> GetErasuresAsync(Instant since, CancellationToken cancellationToken = default);

    /// <summary>
    /// Erases again whom a restored backup has brought back, and keeps the marks again. A call that is repeated, or was
    /// cancelled half way, does what is left.
    /// </summary>
    /// <param name="receipts">The receipts, as <see cref="GetErasuresAsync"/> listed them.</param>
    /// <param name="cancellationToken">Cancels the call; what was erased stays erased.</param>
    /// <returns>Who was erased, and who could not be.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="receipts"/> is null.</exception>
    /// <exception cref="InvalidOperationException">A receipt has marks of a key that the host lacks
    /// (<see cref="CustomerProfilesOptions.ErasureKeys"/>). Those before it are done.</exception>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IErasureStore</c>.</exception>
    ValueTask<ErasureReplay> ReplayErasuresAsync(
        IAsyncEnumerable<ErasureReceipt> receipts,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Allows an identity again that an erasure has marked, so that a customer with it may be kept and looked up. A
    /// suppression of the identity that is not from an erasure stays
    /// (<see cref="ICustomerProfiles.UnsuppressAsync(Identity, CancellationToken)"/>).
    /// </summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was marked.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask<bool> AllowAsync(Identity identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes what is older than the host keeps it: customers whom <see cref="IRetentionPolicy"/> erases, conversation
    /// records older than <c>CustomerProfilesOptions.KeepConversationsFor</c>, what is kept to undo merges older than
    /// <c>CustomerProfilesOptions.UnmergeWithin</c>, and guards that are over. To be called from time to time, such as
    /// daily, on any host, first with <see cref="RetentionOptions.IsDryRun"/>. It works in small steps that delay no
    /// conversation; cancelled or ended, it goes on at the next call.
    /// </summary>
    /// <param name="by">Who erases. An id of your choice, such as <c>Actor.Agent("retention")</c>.</param>
    /// <param name="options">How; null for the default.</param>
    /// <param name="cancellationToken">Cancels the call; what was removed stays removed.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    /// <exception cref="NotSupportedException">The host's store cannot: it does not implement
    /// <c>IRetentionStore</c>.</exception>
    ValueTask<RetentionResult> ApplyRetentionAsync(
        Actor by,
        RetentionOptions? options = null,
        CancellationToken cancellationToken = default
    );
}
