using CustomerProfiles;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps customer profiles in the host's database.</summary>
public static class EntityFrameworkCoreCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Keeps profiles through a context of the host, on SQLite or PostgreSQL, with
    /// <c>modelBuilder.AddCustomerProfiles(Database)</c> in its <c>OnModelCreating</c>. The host registers a factory
    /// for the context, such as <c>AddPooledDbContextFactory</c>. It can be called several times; the last store that
    /// is registered is used.
    /// </summary>
    /// <typeparam name="TContext">The context.</typeparam>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">An option has an invalid value.</exception>
    public static CustomerProfilesBuilder UseEntityFrameworkCore<TContext>(
        this CustomerProfilesBuilder builder,
        Action<DatabaseStoreOptions>? configure = null
    )
        where TContext : DbContext
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new AnyStoreOptions();
        configure?.Invoke(options);
        return builder.UseEntityFrameworkCore<TContext>(options);
    }

    /// <summary>As the public overload, with complete options, for a package that has more of them.</summary>
    internal static CustomerProfilesBuilder UseEntityFrameworkCore<TContext>(
        this CustomerProfilesBuilder builder,
        DatabaseStoreOptions options
    )
        where TContext : DbContext
    {
        options.Validate();
        var services = builder.Services;

        // Each call replaces all settings of the one before, which may have been for another database.
        services.RemoveAll<DatabaseStoreOptions>();
        services.RemoveAll<DirectConnections>();
        services.AddSingleton(options);
        services.TryAddSingleton(provider => new ProfileDatabase<TContext>(
            FactoryOf<TContext>(provider),
            provider.GetRequiredService<DatabaseStoreOptions>()
        )
        {
            Pool = provider.GetService<ConnectionPool>(),
            Log = provider.GetService<ILoggerFactory>()?.CreateLogger("CustomerProfiles.EntityFrameworkCore"),
            Direct = provider.GetService<DirectConnections>(),
            KeepsMatchKeys = provider.GetRequiredService<MatchKeys>().IsOn,
        });
        services.Replace(
            ServiceDescriptor.Singleton<IProfileDatabase>(provider =>
                provider.GetRequiredService<ProfileDatabase<TContext>>()
            )
        );
        services.Replace(
            ServiceDescriptor.Singleton<ICustomerProfileStore>(
                provider => new EntityFrameworkCoreProfileStore<TContext>(
                    FactoryOf<TContext>(provider),
                    provider.GetRequiredService<ProfileDatabase<TContext>>(),
                    provider.GetRequiredService<TimeProvider>(),
                    provider.GetRequiredService<DatabaseStoreOptions>(),
                    provider.GetRequiredService<TenantProperties>(),
                    provider.GetRequiredService<MatchKeys>()
                )
            )
        );
        services.Replace(
            ServiceDescriptor.Singleton<ISearchStore>(provider =>
                (ISearchStore)provider.GetRequiredService<ICustomerProfileStore>()
            )
        );
        services.AddHostedService<DatabaseStartService<TContext>>();
        return builder;
    }

    private static IDbContextFactory<TContext> FactoryOf<TContext>(IServiceProvider provider)
        where TContext : DbContext =>
        provider.GetService<IDbContextFactory<TContext>>()
        ?? throw new InvalidOperationException(
            $"UseEntityFrameworkCore<{typeof(TContext).Name}> needs a factory of this context, for the "
                + $"store is a singleton and a context is not. Register one with "
                + $"services.AddPooledDbContextFactory<{typeof(TContext).Name}>(...)."
        );

    /// <summary>The services of every database store.</summary>
    private sealed class AnyStoreOptions : DatabaseStoreOptions;
}
