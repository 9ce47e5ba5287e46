using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CustomerProfiles;

/// <summary>
/// Adds providers and replaces defaults. Every method can safely be called several times; the last replacement counts.
/// </summary>
public sealed class CustomerProfilesBuilder
{
    internal CustomerProfilesBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services, for packages that extend the builder.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public IServiceCollection Services { get; }

    /// <summary>Adds a provider.</summary>
    /// <typeparam name="TProvider">The provider; a singleton.</typeparam>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder AddProvider<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TProvider
    >()
        where TProvider : class, IProfileProvider
    {
        Services.TryAddEnumerable(ServiceDescriptor.Singleton<IProfileProvider, TProvider>());
        return this;
    }

    /// <summary>Adds a provider.</summary>
    /// <param name="provider">The provider.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder AddProvider(IProfileProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (!Services.Any(service => ReferenceEquals(service.ImplementationInstance, provider)))
        {
            Services.AddSingleton(provider);
        }

        return this;
    }

    /// <summary>Keeps profiles in the host's store.</summary>
    /// <typeparam name="TStore">The store; a singleton.</typeparam>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder UseStore<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TStore
    >()
        where TStore : class, ICustomerProfileStore =>
        Replace(ServiceDescriptor.Singleton<ICustomerProfileStore, TStore>());

    /// <summary>Keeps profiles in the host's store.</summary>
    /// <param name="store">The store.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder UseStore(ICustomerProfileStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        return Replace(ServiceDescriptor.Singleton(store));
    }

    /// <summary>
    /// Uses the host's own rules of who owns which field, and how much fits. The options <c>Limits</c> and
    /// <c>AgentsEditPhoto</c> have no effect then.
    /// </summary>
    /// <param name="rules">The rules.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder UseEditRules(IEditRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return Replace(ServiceDescriptor.Singleton(rules));
    }

    /// <summary>
    /// Uses the host's own policy of when a check is due. The options <c>RecheckAfter</c> and <c>RecheckZone</c> have
    /// no effect then.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder UseRecheckPolicy(IRecheckPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Replace(ServiceDescriptor.Singleton(policy));
    }

    /// <summary>Uses the host's own policy of who becomes a customer.</summary>
    /// <typeparam name="TPolicy">The policy; a singleton. It may take the <see cref="CreationPolicy"/> as a constructor
    /// parameter.</typeparam>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder UseCreationPolicy<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy
    >()
        where TPolicy : class, ICreationPolicy => Replace(ServiceDescriptor.Singleton<ICreationPolicy, TPolicy>());

    /// <summary>
    /// Writes an event of each change of a customer, in the same step as the change, for a handler that another host
    /// has. Registers <see cref="ICustomerEventRunner"/>. All hosts of a store need it once one of them has it: a host
    /// without it does not start then.
    /// </summary>
    /// <param name="configure">Sets how events are delivered; null for the defaults.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder AddEvents(Action<CustomerEventOptions>? configure = null)
    {
        Services.AddOptionsWithValidateOnStart<CustomerEventOptions, CustomerEventOptionsValidator>();
        if (configure is not null)
        {
            Services.Configure(configure);
        }

        Services.TryAddSingleton<CustomerEventRunner>();
        Services.TryAddSingleton<ICustomerEventRunner>(provider => provider.GetRequiredService<CustomerEventRunner>());
        return Replace(ServiceDescriptor.Singleton(new EventSettings(WritesEvents: true)));
    }

    /// <summary>
    /// Writes an event of each change of a customer, in the same step as the change, and delivers events to the host's
    /// handler: at least once, those of one customer in order.
    /// </summary>
    /// <typeparam name="THandler">The handler; each call has a scope of its own.</typeparam>
    /// <param name="configure">Sets how events are delivered; null for the defaults.</param>
    /// <returns>The builder.</returns>
    public CustomerProfilesBuilder AddEvents<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler
    >(Action<CustomerEventOptions>? configure = null)
        where THandler : class, ICustomerEventHandler
    {
        Services.AddHostedService<CustomerEventService>();
        return AddEvents(configure).Replace(ServiceDescriptor.Scoped<ICustomerEventHandler, THandler>());
    }

    private CustomerProfilesBuilder Replace(ServiceDescriptor descriptor)
    {
        Services.Replace(descriptor);
        return this;
    }
}
