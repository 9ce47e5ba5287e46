using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>The door. It checks what it is given and passes it on; the rules stand behind it.</summary>
internal sealed class TenantCustomerProfiles(
    TenantId tenant,
    ICustomerProfileStore store,
    ConversationIntake intake,
    ProfileEditor editor,
    ProviderSettingChanges settings,
    ProviderDataRemoval removing,
    SidebarBuilder sidebar,
    EmailAddresses addresses,
    PhoneRegions phones
) : ICustomerProfiles
{
    public TenantId Tenant => tenant;

    public ICustomerProfiles ForTenant(TenantId tenant) =>
        new TenantCustomerProfiles(tenant, store, intake, editor, settings, removing, sidebar, addresses, phones);

    public ValueTask<ConversationOutcome> ConversationReceivedAsync(
        Conversation conversation,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return intake.TakeAsync(tenant, conversation, cancellationToken);
    }

    public ValueTask<ConversationOutcome> ConversationComposedAsync(
        ComposedConversation conversation,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return intake.TakeAsync(tenant, conversation, cancellationToken);
    }

    public async ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken = default) =>
        id == default ? null : (await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false))?.Profile;

    public async ValueTask<CustomerProfile?> FindAsync(
        Identity identity,
        CancellationToken cancellationToken = default
    ) => (await store.FindAsync(tenant, Known(identity), cancellationToken).ConfigureAwait(false))?.Profile;

    public bool TryReadPhone([NotNullWhen(true)] string? number, out Identity identity) =>
        phones.TryRead(tenant, number, out identity);

    public ValueTask<ProfilePage> ListAsync(ProfileQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return store.ListAsync(tenant, query, cancellationToken);
    }

    public async ValueTask<SidebarView?> GetSidebarAsync(
        CustomerId id,
        CancellationToken cancellationToken = default
    ) =>
        id != default && await store.GetAsync(tenant, id, cancellationToken).ConfigureAwait(false) is { } customer
            ? sidebar.Build(customer)
            : null;

    public ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return edit.Profile.Tenant == tenant
            ? editor.SaveAsync(edit, cancellationToken)
            : throw new ArgumentException(
                "The profile is another tenant's; save it through ForTenant(edit.Profile.Tenant).",
                nameof(edit)
            );
    }

    public ValueTask<SaveOutcome> ClearPhotoAsync(
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return id == default ? NotFound() : editor.ClearPhotoAsync(tenant, id, by, cancellationToken);
    }

    public ValueTask<SaveOutcome> ResetPhotoAsync(
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return id == default ? NotFound() : editor.ResetPhotoAsync(tenant, id, cancellationToken);
    }

    public ValueTask<SwitchOutcome> DisableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    ) => SetEnabledAsync(provider, on: false, by, cancellationToken);

    public ValueTask<SwitchOutcome> EnableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    ) => SetEnabledAsync(provider, on: true, by, cancellationToken);

    public ValueTask<ImmutableArray<ProviderStatus>> GetProvidersAsync(CancellationToken cancellationToken = default) =>
        settings.StatusAsync(tenant, cancellationToken);

    public ValueTask<bool> RemoveProviderDataAsync(
        string provider,
        CustomerId id,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        return id == default ? new(false) : removing.RemoveAsync(tenant, id, provider, cancellationToken);
    }

    public ValueTask<int> RemoveProviderDataAsync(string provider, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        return removing.RemoveAsync(tenant, provider, cancellationToken);
    }

    public ValueTask<bool> SuppressAsync(CustomerId id, CancellationToken cancellationToken = default) =>
        id == default ? new(false) : store.SetSuppressedAsync(tenant, id, suppressed: true, cancellationToken);

    public ValueTask SuppressAsync(Identity identity, CancellationToken cancellationToken = default) =>
        store.SetSuppressedAsync(tenant, Known(identity), suppressed: true, cancellationToken);

    public ValueTask<bool> UnsuppressAsync(CustomerId id, CancellationToken cancellationToken = default) =>
        id == default ? new(false) : store.SetSuppressedAsync(tenant, id, suppressed: false, cancellationToken);

    public ValueTask UnsuppressAsync(Identity identity, CancellationToken cancellationToken = default) =>
        store.SetSuppressedAsync(tenant, Known(identity), suppressed: false, cancellationToken);

    private ValueTask<SwitchOutcome> SetEnabledAsync(
        string provider,
        bool on,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        by.ThrowIfNobody(nameof(by));
        return settings.SetEnabledAsync(tenant, provider, on, by, cancellationToken);
    }

    private Identity Known(Identity identity) => addresses.Fold(Conversation.CheckIdentity(identity));

    // A garbage id in a route is default(CustomerId): it is nobody's, and no misuse.
    private static ValueTask<SaveOutcome> NotFound() => new(new SaveOutcome.NotFound());
}
