using CustomerProfiles;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the library.</summary>
public static class CustomerProfilesServiceCollectionExtensions
{
    /// <summary>
    /// Registers customer profiles: <see cref="ICustomerProfiles"/> for the default tenant, <see cref="ICheckRunner"/>,
    /// and a hosted service that runs checks where there is a generic host. Profiles are kept in memory unless the
    /// builder sets another store. Can safely be called several times.
    /// </summary>
    /// <remarks>
    /// A <see cref="TimeProvider"/> or <see cref="IClock"/> that the host has registered is used, otherwise the
    /// system's.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>A builder that replaces defaults and adds providers.</returns>
    public static CustomerProfilesBuilder AddCustomerProfiles(
        this IServiceCollection services,
        Action<CustomerProfilesOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptionsWithValidateOnStart<CustomerProfilesOptions, CustomerProfilesOptionsValidator>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IClock>(provider => provider.GetRequiredService<TimeProvider>().ToClock());

        services.TryAddSingleton(provider => new SearchableProperties(OptionsOf(provider).Properties));
        services.TryAddSingleton(provider =>
        {
            var options = OptionsOf(provider);
            return new PropertyDefinitions(options.Properties, options.AllowUnknownProperties);
        });
        services.TryAddSingleton(provider =>
        {
            var options = OptionsOf(provider);
            return options.SuggestDuplicates
                ? new MatchKeys(provider.GetRequiredService<EmailAddresses>(), options.FreeMailDomains)
                : MatchKeys.Off;
        });
        services.TryAddSingleton<ICustomerProfileStore, InMemoryCustomerProfileStore>();
        services.TryAddSingleton(provider => StoreSearch.Of(provider.GetRequiredService<ICustomerProfileStore>()));
        services.TryAddSingleton<IRecheckPolicy>(provider =>
        {
            var options = OptionsOf(provider);
            return new CalendarRecheckPolicy(options.RecheckAfter, options.RecheckZone);
        });
        services.TryAddSingleton<CreationPolicy>();
        services.TryAddSingleton<ICreationPolicy>(provider => provider.GetRequiredService<CreationPolicy>());
        services.TryAddSingleton<IEditRules>(provider =>
        {
            var options = OptionsOf(provider);
            return (options.AgentsEditPhoto ? EditRules.PhotoEditableByAgents : EditRules.PhotoFromProvider).With(
                options.Limits
            );
        });

        services.TryAddSingleton<CustomerProfilesTelemetry>();
        services.TryAddSingleton(provider =>
        {
            var options = OptionsOf(provider);
            return new EmailAddresses(options.FoldPlusTagsFor, options.RoleNames, options.NoReplyNames);
        });
        services.TryAddSingleton(provider =>
        {
            var options = OptionsOf(provider);
            return new PhoneRegions(options.PhoneRegion, options.PhoneRegions);
        });
        services.TryAddSingleton(provider => new FieldLabels(
            OptionsOf(provider).FieldLabels,
            provider.GetRequiredService<PropertyDefinitions>()
        ));
        services.TryAddSingleton<ProviderRegistry>();
        services.TryAddSingleton<CheckPlanner>();
        services.TryAddSingleton<FirstCheckLimit>();
        services.TryAddSingleton<CheckSignal>();
        services.TryAddSingleton<ICheckSignal>(provider => provider.GetRequiredService<CheckSignal>());
        services.TryAddSingleton<ResultApplier>();
        services.TryAddSingleton<CheckBudget>();
        services.TryAddSingleton<CheckCompletion>();
        services.TryAddSingleton<ProviderDataRemoval>();
        services.TryAddSingleton<SuppressionChanges>();
        services.TryAddSingleton<IProviderCallbacks, ProviderCallbacks>();
        services.TryAddSingleton<ConversationIntake>();
        services.TryAddSingleton<BulkIntake>();
        services.TryAddSingleton<ProfileDrafting>();
        services.TryAddSingleton<ProfileCreation>();
        services.TryAddSingleton<ImportRowReader>();
        services.TryAddSingleton<ProfileImport>();
        services.TryAddSingleton<ProfileExport>();
        services.TryAddSingleton(provider => new ErasedPeople(
            provider.GetRequiredService<ICustomerProfileStore>(),
            [.. OptionsOf(provider).ErasureKeys.Select(key => (key.Id, Convert.FromBase64String(key.Secret)))]
        ));
        services.TryAddSingleton(provider => new ProfileErasure(
            provider.GetRequiredService<ICustomerProfileStore>(),
            provider.GetRequiredService<ErasedPeople>(),
            provider.GetRequiredService<ChangeRecorder>(),
            provider.GetRequiredService<IClock>(),
            OptionsOf(provider)
        ));
        services.TryAddSingleton<ErasureReplaying>();
        services.TryAddSingleton<CheckNow>();
        services.TryAddSingleton<RetentionPolicy>();
        services.TryAddSingleton<IRetentionPolicy>(provider => provider.GetRequiredService<RetentionPolicy>());
        services.TryAddSingleton(provider => new Retention(
            provider.GetRequiredService<ICustomerProfileStore>(),
            provider.GetRequiredService<IRetentionPolicy>(),
            provider.GetRequiredService<ProfileErasure>(),
            provider.GetRequiredService<IClock>(),
            OptionsOf(provider)
        ));
        services.TryAddSingleton<PrivacyServices>();
        services.TryAddSingleton<EditValidation>();
        services.TryAddSingleton(provider => new ChangeRecorder(
            provider.GetRequiredService<ICustomerProfileStore>(),
            OptionsOf(provider).HistoryEntries,
            provider.GetRequiredService<EventSettings>().WritesEvents
        ));
        services.TryAddSingleton<CustomersById>();
        services.TryAddSingleton<ProfileWriter>();
        services.TryAddSingleton(provider => new ProfileMerging(
            provider.GetRequiredService<ICustomerProfileStore>(),
            provider.GetRequiredService<ChangeRecorder>(),
            provider.GetRequiredService<FieldLabels>(),
            provider.GetRequiredService<IClock>(),
            OptionsOf(provider).UnmergeWithin
        ));
        services.TryAddSingleton<DuplicateSuggestions>();
        services.TryAddSingleton<ProfileHistory>();
        services.TryAddSingleton<MergeForgetting>();
        services.TryAddSingleton<HistoryRedaction>();
        services.TryAddSingleton<ProfileEditor>();
        services.TryAddSingleton<CallsById>();
        services.TryAddSingleton<ProviderSettingChanges>();
        services.TryAddSingleton<SidebarBuilder>();
        services.TryAddSingleton<PendingCheckGauge>();
        services.TryAddSingleton<CheckExecution>();
        services.TryAddSingleton<CheckRunner>();
        services.TryAddSingleton<ICheckRunner>(provider => provider.GetRequiredService<CheckRunner>());
        services.TryAddSingleton(new EventSettings(WritesEvents: false));
        services.AddHostedService<SearchStartCheck>();
        services.AddHostedService<EventStartCheck>();
        services.AddHostedService<ErasureKeyStartCheck>();
        services.AddHostedService<CheckRunnerService>();
        services.TryAddSingleton<ICustomerProfiles>(provider => new TenantCustomerProfiles(
            TenantId.Default,
            provider.GetRequiredService<ICustomerProfileStore>(),
            provider.GetRequiredService<CallsById>(),
            CallsById.WithoutFollowingMerges(provider),
            provider.GetRequiredService<ConversationIntake>(),
            provider.GetRequiredService<BulkIntake>(),
            provider.GetRequiredService<ProfileCreation>(),
            provider.GetRequiredService<ProfileImport>(),
            provider.GetRequiredService<ProviderSettingChanges>(),
            provider.GetRequiredService<SidebarBuilder>(),
            provider.GetRequiredService<EmailAddresses>(),
            provider.GetRequiredService<PhoneRegions>(),
            provider.GetRequiredService<SearchableProperties>(),
            provider.GetRequiredService<CustomerProfilesTelemetry>()
        ));
        return new CustomerProfilesBuilder(services);
    }

    private static CustomerProfilesOptions OptionsOf(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<CustomerProfilesOptions>>().Value;
}
