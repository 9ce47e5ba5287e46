using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A database of a test, and hosts that use it.</summary>
public abstract class TestDatabase : IAsyncDisposable
{
    private readonly List<ServiceProvider> _hosts = [];

    /// <summary>The databases available on this machine, as theory data.</summary>
    public static TheoryData<DatabaseKind> All =>
        PostgreSqlAvailability.WhyNot is null ? [DatabaseKind.Sqlite, DatabaseKind.PostgreSql] : [DatabaseKind.Sqlite];

    /// <summary>The connection string.</summary>
    public abstract string ConnectionString { get; }

    public static async Task<TestDatabase> CreateAsync(DatabaseKind kind) =>
        kind switch
        {
            DatabaseKind.Sqlite => new SqliteTestDatabase(),
            _ => await PostgreSqlTestDatabase.CreateAsync(),
        };

    /// <summary>Creates a host, which creates the tables at its first use unless set otherwise.</summary>
    public ServiceProvider Host(
        Action<CustomerProfilesBuilder>? configure = null,
        bool upgrade = true,
        IInterceptor[]? interceptors = null,
        Action<CustomerProfilesOptions>? options = null,
        string? connectionString = null,
        Action<DatabaseStoreOptions>? storeOptions = null
    )
    {
        var builder = new ServiceCollection()
            .AddSingleton(StoreConformance.SearchableProperties)
            .AddCustomerProfiles(options);
        configure?.Invoke(builder);
        Use(
            builder,
            connectionString ?? ConnectionString,
            store =>
            {
                store.UpgradeAtStart = upgrade;
                storeOptions?.Invoke(store);
            }
        );
        if (interceptors is not null)
        {
            builder.Services.ConfigureDbContext<CustomerProfilesDbContext>(context =>
                context.AddInterceptors(interceptors)
            );
        }

        var host = builder.Services.BuildServiceProvider(
            new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
        );
        _hosts.Add(host);
        return host;
    }

    public ICustomerProfileStore Store(params IInterceptor[] interceptors) =>
        Host(interceptors: interceptors).GetRequiredService<ICustomerProfileStore>();

    public abstract void Use(
        CustomerProfilesBuilder builder,
        string connectionString,
        Action<DatabaseStoreOptions> configure
    );

    /// <summary>Connects another context to this database.</summary>
    public abstract DbContextOptionsBuilder Connect(DbContextOptionsBuilder context);

    /// <summary>Reads one value without the library.</summary>
    public abstract Task<T> ValueAsync<T>(string sql);

    /// <summary>Writes without the library.</summary>
    public abstract Task ExecuteAsync(string sql);

    /// <summary>Stops all hosts, which closes the connections that their stores keep open.</summary>
    public async Task StopHostsAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        _hosts.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopHostsAsync();
        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask RemoveAsync();
}
