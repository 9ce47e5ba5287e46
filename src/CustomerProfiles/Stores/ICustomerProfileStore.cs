using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>
/// Stores profiles, conversations and checks. A host replaces the in-memory store with its own through <c>UseStore</c>.
/// </summary>
/// <remarks>
/// <para>
/// A store is a singleton, safe for any number of threads and, unless it says otherwise, of hosts. Each call is atomic:
/// it happens as a whole or not at all, also when it is cancelled or the process dies, and no call ever sees half of
/// another. Identity and version are compared ordinally.
/// </para>
/// <para>
/// A store keeps what it is given. The rules are the caller's, except for those that only a store can guarantee: an
/// identity belongs to one customer of a tenant; each version of a profile is replaced once; a check is held by one
/// lease at a time; and a check is <i>wanted</i> only while its provider is enabled, its customer is not suppressed,
/// and neither has changed since it was requested. Requesting, claiming and completing each test this in their own
/// step.
/// </para>
/// <para>
/// A customer is suppressed when they, or any identity that they have now, are marked. Whatever identity a marked
/// customer gains becomes marked as well.
/// </para>
/// <para>
/// Business times (<c>now</c>) come from the caller, to the microsecond. Leases run by the store's own clock, so that
/// hosts whose clocks differ cannot take over each other's.
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
    /// <returns>The customer; null when no customer has the identity.</returns>
    ValueTask<StoredCustomer?> FindAsync(TenantId tenant, Identity identity, CancellationToken cancellationToken);

    /// <summary>Reads a profile by id, without checks and provider settings.</summary>
    /// <remarks>
    /// Unless a store says otherwise it is <see cref="GetAsync"/>. A store whose profile is quicker to read alone
    /// implements it.
    /// </remarks>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when the tenant has no such customer.</returns>
    async ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => (await GetAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Profile;

    /// <summary>Reads a profile by identity, without checks and provider settings.</summary>
    /// <remarks>
    /// Unless a store says otherwise it is <see cref="FindAsync"/>. A store whose profile is quicker to read alone
    /// implements it.
    /// </remarks>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when no customer has the identity.</returns>
    async ValueTask<CustomerProfile?> FindProfileAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) => (await FindAsync(tenant, identity, cancellationToken).ConfigureAwait(false))?.Profile;

    /// <summary>Reads customers by identity, many in one call.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identities">The identities. One that comes twice is looked up once.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile of each customer who has one of the identities, once, in no order.</returns>
    ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Reads a customer by identity and, in the same step, records the conversation with them unless it is recorded
    /// already.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The customer and what is recorded of the conversation; null when no customer has the identity, and then
    /// nothing is recorded.</returns>
    ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Creates a customer with their one identity, records the conversation, and requests the checks. If another
    /// customer has the identity already, it does what <see cref="RecordConversationAsync"/> does for that customer
    /// instead.
    /// </summary>
    /// <param name="customer">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The customer who has the identity now, and whether this call created them; null when nobody has it and
    /// an erasure forbids to create them (<see cref="NewCustomer.ErasureHashes"/>).</returns>
    ValueTask<ConversationLookup?> CreateAsync(NewCustomer customer, CancellationToken cancellationToken);

    /// <summary>
    /// Adds customers without a conversation and without checks, such as imported ones. Each has any number of
    /// identities, or none, and is added as a whole or not at all: one that cannot be added keeps no other from it.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="profiles">The profiles, in version 1. No id and no identity comes twice among them.</param>
    /// <param name="created">The event of each customer that is added (<see cref="IEventStore"/>); null for
    /// none.</param>
    /// <param name="cancellationToken">
    /// Cancels the call. Each is then added as a whole or not at all, and usually all of them or none.
    /// </param>
    /// <returns>For each profile, in their order, what was done.</returns>
    /// <exception cref="StoreDataException">
    /// The data of a profile cannot be stored. Nothing of it was written; the others were added where they could be.
    /// </exception>
    ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Writes the next version of a profile if the version before it is current, and updates the identities: those that
    /// the profile no longer has are free, those that are new belong to it. When one of the new ones is marked, so that
    /// the customer is suppressed from now on, it ends their waiting checks and drops the results of those under way,
    /// as suppressing does.
    /// </summary>
    /// <param name="profile">The profile; the version before its own must be current.</param>
    /// <param name="change">What the history keeps of it (<see cref="IHistoryStore"/>), and the event that tells of it
    /// (<see cref="IEventStore"/>); null for nothing. A store without either takes no notice of it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was done.</returns>
    ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    );

    /// <summary>Lists profiles in the order of their ids.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="query">Which profiles to list.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A page; empty when nothing is found.</returns>
    ValueTask<ProfilePage> ListAsync(TenantId tenant, ProfileQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Requests a check, unless one is pending, the provider is disabled, the customer is suppressed or gone, or the
    /// last check is no longer the one on which the caller decided.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="lastCheckAt">The last check on which the caller decided; null when there was none.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether this call requested it.</returns>
    ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Claims the pending check that has waited longest, of all tenants, among those that may run now and are not held.
    /// A check whose lease has expired is not held. A check that is no longer wanted and not held is no longer pending:
    /// it is ended, never claimed. Of checks that have waited equally long any may come first.
    /// </summary>
    /// <param name="providers">The names of the providers that the caller can call.</param>
    /// <param name="now">The current time.</param>
    /// <param name="lease">The duration of the lease, by the store's clock.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The claim; null when there is nothing to do now.</returns>
    ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Ends a claimed check with a result: records it, clears the failure, and writes the profile if there is one to
    /// write and the version before it is current. If the check is no longer wanted, it is recorded as dropped instead,
    /// and no profile is written. An outcome of <see cref="CheckOutcome.Withheld"/> suppresses the customer in the same
    /// step, as <see cref="SetSuppressedAsync(TenantId, CustomerId, bool, ProfileChange?, CancellationToken)"/> does.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="outcome">What was found.</param>
    /// <param name="profile">The profile to write; null when the result changes nothing. A result adds and removes no
    /// identity: they are those of the version before.</param>
    /// <param name="change">What the history keeps of it when it writes the profile or suppresses the customer; null
    /// for nothing.</param>
    /// <param name="now">The current time, which becomes the time of the check.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What was done.</returns>
    ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Releases a claimed check without a result. Does nothing when the lease is lost. A check that is no longer wanted
    /// ends, also when the release asks for a retry.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="release">Why, and when to try again.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask ReleaseCheckAsync(CheckClaim claim, CheckRelease release, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the lease of a claimed check, from now on by the store's clock, because its result comes later by
    /// callback. Does nothing when the lease is lost, or when the check has ended because the callback was faster.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="lease">The duration of the lease.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the claim still held the check.</returns>
    ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken);

    /// <summary>
    /// Counts the pending checks of each provider, over all tenants: waiting, delayed, and held ones. A check counts as
    /// long as reading its customer says that it is pending. So one that is held and no longer wanted counts until it
    /// ends; one that suppressing or disabling has ended does not.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider that has any, in no order; a provider that has none may be left
    /// out.</returns>
    ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(CancellationToken cancellationToken);

    /// <summary>Reserves one paid result of a budget, unless all that are allowed are reserved.</summary>
    /// <param name="period">The provider, and the day or month.</param>
    /// <param name="most">The number that is allowed.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether it was reserved.</returns>
    ValueTask<bool> TryReserveBudgetAsync(BudgetPeriod period, int most, CancellationToken cancellationToken);

    /// <summary>
    /// Refunds one reserved result, because it turned out to be free. The count never falls below zero.
    /// </summary>
    /// <param name="period">The provider, and the day or month.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken);

    /// <summary>Reads the tenant's provider settings.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider that was ever enabled or disabled.</returns>
    ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Enables or disables a provider for a tenant. Disabling ends the tenant's waiting checks with this provider, and
    /// marks those under way so that their results will be dropped, also when the provider is enabled again before they
    /// arrive.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="setting">The new setting.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the setting changed; if not, nothing was written.</returns>
    ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Suppresses or unsuppresses a customer. Suppressing marks the customer and each of their identities, apart from
    /// the profile, so that the mark stays when the customer is deleted and writes again; it ends waiting checks and
    /// drops the results of those under way. Unsuppressing removes all these marks.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="id">The customer.</param>
    /// <param name="suppressed">True to suppress, false to unsuppress.</param>
    /// <param name="change">What the history keeps of it when it changes whether the customer is suppressed; null for
    /// nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    );

    /// <summary>Suppresses or unsuppresses whoever has an identity, now or later.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="identity">The identity; no customer need have it.</param>
    /// <param name="suppressed">True to suppress, false to unsuppress.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is written.</returns>
    ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    );
}
