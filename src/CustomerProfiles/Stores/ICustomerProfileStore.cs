using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Where profiles are kept. A host replaces the in-memory store with its own through <c>UseStore</c>.
/// </summary>
/// <remarks>
/// <para>
/// A store is a singleton, safe for any number of threads and, unless it says otherwise, of hosts. Each call is atomic:
/// it happens as a whole or not at all, also when it is cancelled or the process dies, and no call ever sees half of
/// another. Identity and version are compared ordinally.
/// </para>
/// <para>
/// A store keeps what it is given. The rules are the caller's, but for those that only a store can hold to: an identity
/// belongs to one customer of a tenant; a version is written over once; a check is held by one lease at a time; and a
/// check is <i>wanted</i> only while its provider is on, its customer is not suppressed, and neither has been otherwise
/// since it was asked for. Asking, claiming and completing each look at this in their own step, as it is then.
/// </para>
/// <para>
/// A customer is suppressed when they, or any identity that they have now, are marked. Whatever identity a marked
/// customer gains becomes marked as well.
/// </para>
/// <para>
/// Business times (<c>now</c>) come from the caller, to the microsecond. Leases run by the store's own clock, so that
/// hosts whose clocks differ cannot take each other's.
/// </para>
/// </remarks>
public interface ICustomerProfileStore
{
    /// <summary>Reads a customer by id.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The customer; null when the tenant has no such customer.</returns>
    ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken);

    /// <summary>Reads a customer by identity.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The customer; null when the identity is nobody's.</returns>
    ValueTask<StoredCustomer?> FindAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a customer by identity and, in the same step, remembers the conversation with them unless it is remembered
    /// already.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The customer and the memory of the conversation; null when the identity is nobody's, and then nothing
    /// is remembered.</returns>
    ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Creates a customer with their one identity, remembers the conversation, and asks for the checks. If the identity
    /// is somebody's already, it does what <see cref="RecordConversationAsync"/> does for that customer instead.
    /// </summary>
    /// <param name="customer">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Who has the identity now.</returns>
    ValueTask<CreateResult> CreateAsync(NewCustomer customer, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the next version of a profile if the version before it still stands, and moves the identities with it:
    /// those that the profile has no more are free, those that are new become its own. When one of those is marked, so
    /// that the customer is suppressed from now on, it ends their waiting checks and drops the answers of those under
    /// way, as suppressing does.
    /// </summary>
    /// <param name="profile">The profile; its version less one is the version that must stand.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What came of it.</returns>
    ValueTask<UpdateResult> UpdateAsync(CustomerProfile profile, CancellationToken cancellationToken);

    /// <summary>Lists profiles in the order of their ids.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page; empty when nothing is found.</returns>
    ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a check, unless one is pending, the provider is switched off, the customer is suppressed or gone, or
    /// the last check is no longer the one on which the caller decided.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="lastCheckAt">The last check on which the caller decided; null when there was none.</param>
    /// <param name="now">The present.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether this call asked for it.</returns>
    ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Claims the pending check that has waited longest, of all tenants, if it may be asked now and nobody holds it. A
    /// check whose lease has run out is held by nobody. A check that is not wanted any more and held by nobody is no
    /// longer pending: it is ended, never claimed. Of checks that have waited equally long any may come first.
    /// </summary>
    /// <param name="providers">The providers that the caller can ask.</param>
    /// <param name="now">The present.</param>
    /// <param name="lease">For how long to hold it, by the store's clock.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The claim; null when there is nothing to do now.</returns>
    ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Ends a claimed check with an answer: records it, clears the failure, and writes the profile if there is one to
    /// write and the version before it still stands. If the check is not wanted any more, it is recorded as dropped
    /// instead, and no profile written. An outcome of <see cref="CheckOutcome.Withheld"/> suppresses the customer in
    /// the same step, as <see cref="SetSuppressedAsync(TenantId, CustomerId, bool, CancellationToken)"/> does.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="outcome">What was found.</param>
    /// <param name="profile">The profile to write; null when the answer changes nothing. An answer brings no identity
    /// and takes none: they are those of the version before.</param>
    /// <param name="now">The present, which is when the check was made.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What came of it.</returns>
    ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        Instant now,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Gives a claimed check back without an answer. Does nothing when the lease is lost. A check that is no longer
    /// wanted ends, whatever is asked.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="release">Why, and when to ask again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken);

    /// <summary>
    /// Lets a claimed check go on being held, from now on for so long by the store's clock: its answer will come from
    /// outside. Does nothing when the lease is lost, or has ended the check already because the answer was faster.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="lease">For how long.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the claim still held the check.</returns>
    ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the pending checks of each provider, over all tenants: those that wait, those that are put off, and those
    /// that are held. A check counts as long as reading its customer says that it is pending. So one that is held and
    /// not wanted any more counts until it ends; one that suppressing or switching off has ended does not.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider that has any, in no order; a provider that has none may be left
    /// out.</returns>
    ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken);

    /// <summary>Counts one more paid answer, unless as many as allowed are counted.</summary>
    /// <param name="period">Of which provider, and in which day or month.</param>
    /// <param name="most">How many are allowed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was counted.</returns>
    ValueTask<bool> TryReserveBudgetAsync(BudgetPeriod period, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Takes one counted answer back, for it turned out to be free. The count never falls below zero.
    /// </summary>
    /// <param name="period">Of which provider, and in which day or month.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken);

    /// <summary>The tenant's switches.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider that was ever switched.</returns>
    ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Switches a provider on or off for a tenant. Switching off ends the tenant's waiting checks with this provider,
    /// and marks those under way so that their answers will be dropped, also when the provider is switched on again
    /// before they arrive.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="setting">The switch as it is to be.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the switch was in the other position before; if not, nothing was written.</returns>
    ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Says whether a customer may be looked up. Suppressing marks the customer and each of their identities, apart
    /// from the profile, so that the mark stays when the customer is deleted and writes again; it ends waiting checks
    /// and drops the answers of those under way. Lifting takes all these marks away.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="suppressed">True to suppress, false to lift.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        CancellationToken cancellationToken
    );

    /// <summary>Says whether whoever has an identity, now or later, may be looked up.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity; it need not be anybody's.</param>
    /// <param name="suppressed">True to suppress, false to lift.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    );
}
