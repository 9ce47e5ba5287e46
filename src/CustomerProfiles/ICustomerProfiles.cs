using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>The entry point of a host to its customer profiles, bound to one tenant.</summary>
/// <remarks>
/// A singleton, safe for any number of threads. Every call may be cancelled at any time; what it was about to write is
/// then written as a whole or not at all, and calling again is safe. Expected failures are outcomes. An exception means
/// misuse (<see cref="ArgumentException"/>), cancellation, or a store that fails, whose exception is passed on as it
/// is.
/// </remarks>
public interface ICustomerProfiles
{
    /// <summary>
    /// The tenant of this entry point: <see cref="TenantId.Default"/> for the one that the host injects.
    /// </summary>
    TenantId Tenant { get; }

    /// <summary>The history of the tenant's customers: who changed what, and the way back.</summary>
    IProfileHistory History { get; }

    /// <summary>What the host owes to its customers: exporting what it holds, and removing what is old.</summary>
    IProfilePrivacy Privacy { get; }

    /// <summary>Merging of customers who are the same person.</summary>
    IProfileMerging Merging { get; }

    /// <summary>The definitions of the tenant's custom properties.</summary>
    IProfileProperties Properties { get; }

    /// <summary>The entry point of another tenant.</summary>
    /// <param name="tenant">The tenant. It need not have been seen before.</param>
    /// <returns>An entry point; cheap to make, need not be kept.</returns>
    ICustomerProfiles ForTenant(TenantId tenant);

    /// <summary>
    /// The same entry point, for callers that have allowed one customer and must act on no other: the id of a
    /// customer who was absorbed by a merge leads nowhere, also when they are merged during the call. Such a call finds
    /// nobody and changes nothing. It holds for every call here, of <see cref="History"/>, <see cref="Privacy"/> and
    /// <see cref="Merging"/> that names a customer by id, or by a profile, except that
    /// <see cref="IProfileMerging.MarkNotDuplicatesAsync"/> and <see cref="IProfileMerging.ResolveAsync"/> take
    /// absorbed ids as ever. A merge into somebody who was absorbed is <see cref="MergeOutcome.AlreadyMerged"/>.
    /// </summary>
    /// <returns>An entry point; cheap to make, need not be kept.</returns>
    ICustomerProfiles ByExactId();

    /// <summary>
    /// Records a conversation that was received. An unknown sender becomes a customer, unless the creation policy
    /// declines. A new conversation requests a check from each provider for which one is due. The checks run later, and
    /// this call waits for none.
    /// </summary>
    /// <param name="conversation">The conversation. Only its sender counts, never who else it went to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Created, existing or declined, and per provider what was decided and why.</returns>
    ValueTask<ConversationOutcome> ConversationReceivedAsync(
        Conversation conversation,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Records a conversation that an agent composed. An unknown recipient becomes a customer; a first check may start,
    /// a recheck never.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As for a received one.</returns>
    ValueTask<ConversationOutcome> ConversationComposedAsync(
        ComposedConversation conversation,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Records many conversations, received and composed, for a mailbox or a backfill: several at once, so that a store
    /// can write them together, and those of one address or number in the order of the input. Each counts as of the
    /// moment at which it was taken from the input.
    /// </summary>
    /// <param name="conversations">The conversations. They are read only as fast as the results are.</param>
    /// <param name="options">Whether checks are requested, and how many conversations are in flight.</param>
    /// <param name="cancellationToken">Cancels the run; what was not reported may or may not be written.</param>
    /// <returns>
    /// One result for each conversation, in their order. A conversation that cannot be recorded has a result that says
    /// so. When the store or the input fails, the results of those that were written come first, then its exception;
    /// calling again with the same conversations is safe.
    /// </returns>
    IAsyncEnumerable<BulkIntakeResult> RecordAllAsync(
        IAsyncEnumerable<IConversation> conversations,
        BulkIntakeOptions options,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Creates a customer without a conversation: all of the profile or nothing. It starts no check; the first
    /// conversation does.
    /// </summary>
    /// <param name="profile">What the profile is to hold; as strict as an edit.</param>
    /// <param name="by">Who creates the customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Created; exists, when the id or an identity is somebody's; or rejected with every error.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/>, an identity or the id of the profile is
    /// <c>default</c>.</exception>
    ValueTask<CreateOutcome> CreateAsync(NewProfile profile, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Finds the customer of an identity, or creates one who has it: for customers who come from a form. Of several
    /// callers at once one creates, and the others find.
    /// </summary>
    /// <param name="identity">The identity.</param>
    /// <param name="profile">What the profile is to hold if it is created; the identity is added to it.</param>
    /// <param name="by">Who creates the customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Found as they are, created, or as for <see cref="CreateAsync"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> or an identity is <c>default</c>.</exception>
    ValueTask<CreateOutcome> FindOrCreateAsync(
        Identity identity,
        NewProfile profile,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Imports customers from another system: finds the customer of each row by its id and its identities, and fills in
    /// or creates the profile. It asks no provider and records no conversation. What agents have set or
    /// cleared stays, unless <see cref="ImportOptions.Replace"/> says otherwise. Importing the same rows again changes
    /// nothing.
    /// </summary>
    /// <param name="rows">The rows. They are read only as fast as the results are, the next of them while a batch is
    /// written, and none while the caller handles a result.</param>
    /// <param name="options">The system they come from, and how they are written.</param>
    /// <param name="cancellationToken">Cancels the run; what was not reported may or may not be written.</param>
    /// <returns>
    /// One result for each row, in their order. A row is written as a whole or not at all, and one that is refused
    /// harms no other. When the input fails, its exception comes after the results of the rows before; when the store
    /// fails, after those of the batches before. Importing the same rows again is safe.
    /// </returns>
    IAsyncEnumerable<ImportResult> ImportAsync(
        IAsyncEnumerable<ImportRow> rows,
        ImportOptions options,
        CancellationToken cancellationToken = default
    );

    /// <summary>Reads a profile by id.</summary>
    /// <param name="id">The customer. Here and below <c>default</c>, as routing makes of a garbage id, finds
    /// nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when the tenant has no such customer.</returns>
    ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>Reads a profile by one of the customer's identities.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when no customer has the identity.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask<CustomerProfile?> FindAsync(Identity identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a telephone number as this tenant's channels report it: in international form, and where a
    /// <c>PhoneRegion</c> is set also without a country code.
    /// </summary>
    /// <param name="number">The number, or null.</param>
    /// <param name="identity">The identity that a conversation from this number has, or <c>default</c>.</param>
    /// <returns>Whether the number can be read for certain.</returns>
    bool TryReadPhone([NotNullWhen(true)] string? number, out Identity identity);

    /// <summary>Lists all profiles, oldest customer first.</summary>
    /// <param name="query">Which page.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One page.</returns>
    ValueTask<ProfilePage> ListAsync(ProfileQuery query, CancellationToken cancellationToken = default);

    /// <summary>Finds profiles by text and filters, as <see cref="ProfileSearch"/> describes.</summary>
    /// <param name="query">Which profiles, and in which order. A text that is one e-mail address or telephone number is
    /// read as this tenant's channels read it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One page; empty when nothing is found.</returns>
    /// <exception cref="ArgumentException"><see cref="ProfileSearchQuery.After"/> is not from a page of this query, or
    /// the property of the query is not searchable or cannot have such a value or range.</exception>
    /// <exception cref="NotSupportedException">The host's store has no search: it does not implement
    /// <c>ISearchStore</c>.</exception>
    ValueTask<ProfileSearchPage> SearchAsync(ProfileSearchQuery query, CancellationToken cancellationToken = default);

    /// <summary>Counts the profiles that a query finds, up to a bound: "more than 1,000".</summary>
    /// <param name="query">Which profiles; its order, page size and <see cref="ProfileSearchQuery.After"/> have no
    /// effect.</param>
    /// <param name="most">How far to count: at least 1.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number, or the bound and that there are more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The property of the query is not searchable or cannot have such a value or
    /// range.</exception>
    /// <exception cref="NotSupportedException">The host's store has no search: it does not implement
    /// <c>ISearchStore</c>.</exception>
    ValueTask<ProfileCount> CountAsync(
        ProfileSearchQuery query,
        int most = 1_000,
        CancellationToken cancellationToken = default
    );

    /// <summary>Builds the view of a profile that is shown beside a conversation.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The view; null when the tenant has no such customer.</returns>
    ValueTask<SidebarView?> GetSidebarAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Saves an edit: all of it or nothing. Changes that others made meanwhile stay, unless they concern the same
    /// field.
    /// </summary>
    /// <param name="edit">
    /// The draft, begun with <see cref="CustomerProfileEditExtensions.Edit(CustomerProfile, Actor)"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, rejected with every error, a conflict with both values, or another reason why not.</returns>
    /// <exception cref="ArgumentException">The profile is another tenant's.</exception>
    ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Clears the photo, whoever owns it, also while the provider is disabled. It stays cleared until it is reset.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">The person who clears it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, not found, or busy.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SaveOutcome> ClearPhotoAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Resets the photo to what a provider may fill: a cleared mark, or an agent's photo, is removed, and the next
    /// check may bring a new one.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">The person who resets it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, not found, or busy.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SaveOutcome> ResetPhotoAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Disables a provider for this tenant. Existing information stays. From now on nothing new is gathered, for new or
    /// existing customers, and a result already on its way is dropped. Remembered until the provider is enabled.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">The person who changes the setting.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the provider is known here: it has the setting now, whether or not it had it before. False
    /// when this host has registered no provider of that name; nothing was written then.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<bool> DisableProviderAsync(string provider, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Enables a provider for this tenant. The next new conversation for which a check is due requests one.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">The person who changes the setting.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the provider is known here: it has the setting now, whether or not it had it before. False
    /// when this host has registered no provider of that name; nothing was written then.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<bool> EnableProviderAsync(string provider, Actor by, CancellationToken cancellationToken = default);

    /// <summary>Lists the host's providers, and whether each one is enabled for this tenant.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider, in the order in which they were registered.</returns>
    ValueTask<ImmutableArray<ProviderStatus>> GetProvidersAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks a provider about a customer now, whatever the recheck policy says. The check runs later, like any other,
    /// within the provider's budget.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">The person who asks.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Requested, or why not. Never for a suppressed customer, a disabled provider, while a check is under
    /// way, or within ten minutes of the last one.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<CheckNowOutcome> CheckNowAsync(
        CustomerId id,
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Suppresses a customer: they are not looked up at any provider, because they opted out or the host decides so.
    /// Existing information stays. The mark is kept by identity as well, so that it holds when the customer is deleted
    /// and writes again. A result already on its way is dropped.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">The person who suppresses, for the history.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<bool> SuppressAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>Suppresses an identity: whoever has it, now or later, is not looked up at any provider.</summary>
    /// <param name="identity">The identity; no customer need have it yet.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the mark is written.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask SuppressAsync(Identity identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes every mark that keeps a customer, and their current identities, from being looked up.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">The person who unsuppresses, for the history.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<bool> UnsuppressAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>Removes the mark on an identity.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when the mark is written.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask UnsuppressAsync(Identity identity, CancellationToken cancellationToken = default);
}
