using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace CustomerProfiles;

/// <summary>The one door of a host to its customer profiles, bound to one tenant.</summary>
/// <remarks>
/// A singleton, safe for any number of threads. Every call may be cancelled at any time; what it was about to write is
/// then written as a whole or not at all, and calling again is safe. What can be expected to go wrong is an outcome. An
/// exception means misuse (<see cref="ArgumentException"/>), cancellation, or a store in trouble, whose exception comes
/// through as it is.
/// </remarks>
public interface ICustomerProfiles
{
    /// <summary>
    /// The tenant that this door belongs to: <see cref="TenantId.Default"/> for the one that the host injects.
    /// </summary>
    TenantId Tenant { get; }

    /// <summary>The door of another tenant.</summary>
    /// <param name="tenant">The tenant. It need not have been seen before.</param>
    /// <returns>A door; cheap to make, need not be kept.</returns>
    ICustomerProfiles ForTenant(TenantId tenant);

    /// <summary>
    /// Takes a conversation that was received. An unknown sender becomes a customer, unless the creation policy
    /// declines. For a new conversation each provider is asked if its check is due; the checks run later, and this call
    /// waits for none.
    /// </summary>
    /// <param name="conversation">The conversation. Only its sender counts, never who else it went to.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Created, existing or declined, and per provider what was decided and why.</returns>
    ValueTask<ConversationOutcome> ConversationReceivedAsync(
        Conversation conversation,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Takes a conversation that an agent composed. An unknown recipient becomes a customer; a first check may start, a
    /// recheck never.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>As for a received one.</returns>
    ValueTask<ConversationOutcome> ConversationComposedAsync(
        ComposedConversation conversation,
        CancellationToken cancellationToken = default
    );

    /// <summary>Reads a profile by id.</summary>
    /// <param name="id">The customer. Here and below <c>default</c>, as routing makes of a garbage id, finds
    /// nobody.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when the tenant has no such customer.</returns>
    ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>Reads a profile by what the customer is recognised by.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The profile; null when the identity is nobody's.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask<CustomerProfile?> FindAsync(Identity identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads a telephone number as this tenant's channels tell it: in international form, and where a
    /// <c>PhoneRegion</c> is set also without a country code.
    /// </summary>
    /// <param name="number">The number, or null.</param>
    /// <param name="identity">The identity that a conversation from this number has, or <c>default</c>.</param>
    /// <returns>Whether the number can be read for certain.</returns>
    bool TryReadPhone([NotNullWhen(true)] string? number, out Identity identity);

    /// <summary>Lists profiles, oldest customer first, all of them or those that a text is found in.</summary>
    /// <param name="query">Which.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One page.</returns>
    ValueTask<ProfilePage> ListAsync(ProfileQuery query, CancellationToken cancellationToken = default);

    /// <summary>The view of a profile beside a conversation.</summary>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The view; null when the tenant has no such customer.</returns>
    ValueTask<SidebarView?> GetSidebarAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Saves an edit: all of it or nothing. What others changed meanwhile stays, unless it is the same field.
    /// </summary>
    /// <param name="edit">The draft, begun with <c>profile.Edit(by)</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, rejected with every error, a conflict with both values, or why else not.</returns>
    /// <exception cref="ArgumentException">The profile is another tenant's.</exception>
    ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Clears the photo, whoever owns it, also while the provider is off. It stays cleared until it is given back.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">Who clears it.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, or not found.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SaveOutcome> ClearPhotoAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives the photo back to the provider: the cleared mark, or an agent's photo, goes, and the next check may bring
    /// a new one.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="by">Who gives it back.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Saved, or not found.</returns>
    /// <exception cref="ArgumentException"><paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SaveOutcome> ResetPhotoAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default);

    /// <summary>
    /// Switches a provider off for this tenant. Everything that is there stays; from now on nothing new is gathered,
    /// for new or existing customers, and an answer already on its way is dropped. Remembered until it is switched on.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">Who switches.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Switched, unchanged, or unknown provider.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SwitchOutcome> DisableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Switches a provider on for this tenant. It is asked at the next new conversation for which a check is due.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="by">Who switches.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Switched, unchanged, or unknown provider.</returns>
    /// <exception cref="ArgumentException">The name is empty, or <paramref name="by"/> is <c>default</c>.</exception>
    ValueTask<SwitchOutcome> EnableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    );

    /// <summary>The host's providers, and whether each one is on for this tenant.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>One entry for each provider, in the order in which they were registered.</returns>
    ValueTask<ImmutableArray<ProviderStatus>> GetProvidersAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes everything from one profile that a provider gave. What a person or a conversation put in stays, and so
    /// does what was cleared. The provider need not be registered any more. When it was last asked stays known, so that
    /// it is not paid for the same answer twice; to keep it from giving anything again, suppress the customer first.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    ValueTask<bool> RemoveProviderDataAsync(
        string provider,
        CustomerId id,
        CancellationToken cancellationToken = default
    );

    /// <summary>
    /// Removes everything that a provider gave from all of the tenant's profiles, one after the other. Switch the
    /// provider off first, or it goes on giving. When the call is cancelled or fails half way, call again: what is done
    /// is done.
    /// </summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>How many profiles it was removed from.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    ValueTask<int> RemoveProviderDataAsync(string provider, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that a customer is not to be looked up at any provider, because they opted out or the host wills it. What
    /// is there stays. The mark is kept by identity as well, so that it holds when the customer is deleted and writes
    /// again. An answer already on its way is dropped.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    ValueTask<bool> SuppressAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>Says that whoever has this identity, now or later, is not to be looked up at any provider.</summary>
    /// <param name="identity">The identity; it need not be anybody's yet.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is remembered.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask SuppressAsync(Identity identity, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes back every mark that keeps a customer, and their present identities, from being looked up.
    /// </summary>
    /// <param name="id">The customer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the tenant has this customer.</returns>
    ValueTask<bool> UnsuppressAsync(CustomerId id, CancellationToken cancellationToken = default);

    /// <summary>Takes back the mark on an identity.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that ends when it is remembered.</returns>
    /// <exception cref="ArgumentException"><paramref name="identity"/> is <c>default</c>.</exception>
    ValueTask UnsuppressAsync(Identity identity, CancellationToken cancellationToken = default);
}
