using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>The entry point. It validates arguments and passes them on; the rules are behind it.</summary>
internal sealed class TenantCustomerProfiles(
    TenantId tenant,
    ICustomerProfileStore store,
    CallsById calls,
    CallsById exactCalls,
    ConversationIntake intake,
    BulkIntake bulk,
    ProfileCreation creation,
    ProfileImport import,
    ProviderSettingChanges settings,
    SidebarBuilder sidebar,
    EmailAddresses addresses,
    PhoneRegions phones,
    SearchableProperties searchable,
    TenantProperties properties,
    PropertyDefining defining,
    CustomerProfilesTelemetry telemetry
) : ICustomerProfiles
{
    public TenantId Tenant => tenant;

    public IProfileHistory History { get; } = new TenantHistory(tenant, calls.History);

    public IProfileMerging Merging { get; } = new TenantMerging(tenant, calls.Merging, calls.Duplicates);

    public IProfilePrivacy Privacy { get; } = new TenantPrivacy(tenant, calls.Privacy, addresses);

    public IProfileProperties Properties { get; } = new TenantPropertyDefining(tenant, defining);

    public ICustomerProfiles ForTenant(TenantId tenant) => With(tenant, calls);

    public ICustomerProfiles ByExactId() => With(tenant, exactCalls);

    private TenantCustomerProfiles With(TenantId tenant, CallsById calls) =>
        new(
            tenant,
            store,
            calls,
            exactCalls,
            intake,
            bulk,
            creation,
            import,
            settings,
            sidebar,
            addresses,
            phones,
            searchable,
            properties,
            defining,
            telemetry
        );

    public ValueTask<ConversationOutcome> ConversationReceivedAsync(
        Conversation conversation,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return intake.RecordAsync(tenant, conversation, cancellationToken);
    }

    public ValueTask<ConversationOutcome> ConversationComposedAsync(
        ComposedConversation conversation,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(conversation);
        return intake.RecordAsync(tenant, conversation, cancellationToken);
    }

    public IAsyncEnumerable<BulkIntakeResult> RecordAllAsync(
        IAsyncEnumerable<IConversation> conversations,
        BulkIntakeOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(conversations);
        ArgumentNullException.ThrowIfNull(options);
        return bulk.RecordAllAsync(tenant, conversations, options, cancellationToken);
    }

    public ValueTask<CreateOutcome> CreateAsync(
        NewProfile profile,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(profile);
        by.ThrowIfNobody(nameof(by));
        return creation.CreateAsync(tenant, profile, by, cancellationToken);
    }

    public ValueTask<CreateOutcome> FindOrCreateAsync(
        Identity identity,
        NewProfile profile,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(profile);
        by.ThrowIfNobody(nameof(by));
        return creation.FindOrCreateAsync(tenant, Conversation.CheckIdentity(identity), profile, by, cancellationToken);
    }

    public IAsyncEnumerable<ImportResult> ImportAsync(
        IAsyncEnumerable<ImportRow> rows,
        ImportOptions options,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(options);
        return import.ImportAsync(tenant, rows, options, cancellationToken);
    }

    public ValueTask<CustomerProfile?> GetAsync(CustomerId id, CancellationToken cancellationToken = default) =>
        IsNobody(id)
            ? ValueTask.FromResult<CustomerProfile?>(null)
            : calls.Customers.GetProfileAsync(tenant, id, cancellationToken);

    public ValueTask<CustomerProfile?> FindAsync(Identity identity, CancellationToken cancellationToken = default) =>
        store.FindProfileAsync(tenant, Folded(identity), cancellationToken);

    public bool TryReadPhone([NotNullWhen(true)] string? number, out Identity identity) =>
        phones.TryRead(tenant, number, out identity);

    public ValueTask<ProfilePage> ListAsync(ProfileQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return store.ListAsync(tenant, query, cancellationToken);
    }

    public async ValueTask<ProfileSearchPage> SearchAsync(
        ProfileSearchQuery query,
        CancellationToken cancellationToken = default
    ) =>
        await StoreSearch
            .Of(store)
            .SearchAsync(tenant, await ReadAsync(query, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);

    public async ValueTask<ProfileCount> CountAsync(
        ProfileSearchQuery query,
        int most = 1_000,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await StoreSearch
            .Of(store)
            .CountAsync(
                tenant,
                await ReadAsync(query, cancellationToken).ConfigureAwait(false),
                most,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<SidebarView?> GetSidebarAsync(
        CustomerId id,
        CancellationToken cancellationToken = default
    ) =>
        await ReadAsync(id, cancellationToken).ConfigureAwait(false) is { } customer
            ? await sidebar.BuildAsync(customer, cancellationToken).ConfigureAwait(false)
            : null;

    public ValueTask<SaveOutcome> SaveAsync(ProfileEdit edit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(edit);
        return edit.Profile.Tenant == tenant
            ? WithMetricsAsync(calls.Editor.SaveAsync(edit, cancellationToken))
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
        return WithMetricsAsync(
            IsNobody(id) ? NotFound() : calls.Editor.ClearPhotoAsync(tenant, id, by, cancellationToken)
        );
    }

    public ValueTask<SaveOutcome> ResetPhotoAsync(
        CustomerId id,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return WithMetricsAsync(
            IsNobody(id) ? NotFound() : calls.Editor.ResetPhotoAsync(tenant, id, by, cancellationToken)
        );
    }

    public ValueTask<bool> DisableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    ) => SetEnabledAsync(provider, isEnabled: false, by, cancellationToken);

    public ValueTask<bool> EnableProviderAsync(
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    ) => SetEnabledAsync(provider, isEnabled: true, by, cancellationToken);

    public ValueTask<ImmutableArray<ProviderStatus>> GetProvidersAsync(CancellationToken cancellationToken = default) =>
        settings.GetStatusAsync(tenant, cancellationToken);

    public ValueTask<CheckNowOutcome> CheckNowAsync(
        CustomerId id,
        string provider,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        by.ThrowIfNobody(nameof(by));
        return IsNobody(id)
            ? ValueTask.FromResult<CheckNowOutcome>(new CheckNowOutcome.NotFound())
            : calls.CheckNow.RequestAsync(tenant, id, provider, cancellationToken);
    }

    public ValueTask<bool> SuppressAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default)
    {
        by.ThrowIfNobody(nameof(by));
        return IsNobody(id)
            ? ValueTask.FromResult(false)
            : calls.Suppression.SetAsync(tenant, id, suppressed: true, by, cancellationToken);
    }

    public ValueTask SuppressAsync(Identity identity, CancellationToken cancellationToken = default) =>
        calls.Suppression.SetAsync(tenant, Folded(identity), suppressed: true, cancellationToken);

    public ValueTask<bool> UnsuppressAsync(CustomerId id, Actor by, CancellationToken cancellationToken = default)
    {
        by.ThrowIfNobody(nameof(by));
        return IsNobody(id)
            ? ValueTask.FromResult(false)
            : calls.Suppression.SetAsync(tenant, id, suppressed: false, by, cancellationToken);
    }

    public ValueTask UnsuppressAsync(Identity identity, CancellationToken cancellationToken = default) =>
        calls.Suppression.SetAsync(tenant, Folded(identity), suppressed: false, cancellationToken);

    /// <summary>Whether it is nobody's id. No store sees it, so that none has to know it.</summary>
    private static bool IsNobody(CustomerId id) => id == default;

    /// <summary>
    /// The query with its text read as the tenant's channels read senders, so that whoever would be the customer of a
    /// conversation is found.
    /// </summary>
    private async ValueTask<ProfileSearchQuery> ReadAsync(ProfileSearchQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (
            query.Property is { } property
            && !searchable.Keys.Contains(property.Key)
            && !(
                store is IPropertyStore definitions
                && (
                    await properties.GetSearchableAsync(tenant, definitions, cancellationToken).ConfigureAwait(false)
                ).Keys.Contains(property.Key)
            )
        )
        {
            throw new ArgumentException(
                "The property of the query is not searched here; define it with IsSearchable, in "
                    + "CustomerProfilesOptions.Properties or for the tenant.",
                nameof(query)
            );
        }

        return EmailAddress.TryParse(query.Text, out var address)
            && addresses.Fold(address) is var folded
            && folded != address
                ? query.With(folded.Normalized)
            : phones.TryRead(tenant, query.Text, out var phone) ? query.With(phone.Value)
            : query;
    }

    private static ValueTask<SaveOutcome> NotFound() => ValueTask.FromResult<SaveOutcome>(new SaveOutcome.NotFound());

    private ValueTask<StoredCustomer?> ReadAsync(CustomerId id, CancellationToken cancellationToken) =>
        IsNobody(id)
            ? ValueTask.FromResult<StoredCustomer?>(null)
            : calls.Customers.GetAsync(tenant, id, cancellationToken);

    private ValueTask<bool> SetEnabledAsync(
        string provider,
        bool isEnabled,
        Actor by,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(provider);
        by.ThrowIfNobody(nameof(by));
        return settings.SetEnabledAsync(tenant, provider, isEnabled, by, cancellationToken);
    }

    private async ValueTask<SaveOutcome> WithMetricsAsync(ValueTask<SaveOutcome> saving) =>
        telemetry.Saved(await saving.ConfigureAwait(false));

    private Identity Folded(Identity identity) => addresses.Fold(Conversation.CheckIdentity(identity));
}
