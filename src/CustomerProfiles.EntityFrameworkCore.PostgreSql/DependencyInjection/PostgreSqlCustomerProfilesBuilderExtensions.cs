using CustomerProfiles;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.EntityFrameworkCore.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps customer profiles in PostgreSQL.</summary>
public static class PostgreSqlCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Keeps profiles in a PostgreSQL database, version 12 or later, for any number of hosts. A host that already has a
    /// context on PostgreSQL can add the tables there with <c>UseEntityFrameworkCore</c>. It can be called several
    /// times; the last store that is registered is used.
    /// </summary>
    /// <remarks>
    /// The tables are in the schema that <c>Search Path</c> names, otherwise in <c>public</c>. Statements are prepared
    /// at their first use, unless the connection string says <c>Max Auto Prepare=0</c>, and sessions get startup
    /// options; those of the connection string (<c>Options</c>) have precedence. Behind a pooler that gives each
    /// transaction another connection, set <see cref="PostgreSqlStoreOptions.TransactionPooler"/>. To configure the
    /// context further, such as with an interceptor, call
    /// <c>services.ConfigureDbContext&lt;CustomerProfilesDbContext&gt;</c> after this method. Statements then go
    /// through Entity Framework; otherwise they run without its pipeline, and its log does not show them.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as
    /// <c>Host=db.example.com;Database=helpdesk;Username=helpdesk;Password=...</c>.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">
    /// The connection string is invalid, names no host, or has a setting that the store does not support.
    /// </exception>
    public static CustomerProfilesBuilder UsePostgreSql(
        this CustomerProfilesBuilder builder,
        string connectionString,
        Action<PostgreSqlStoreOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var options = new PostgreSqlStoreOptions();
        configure?.Invoke(options);
        var parts = PostgreSqlConnectionString.For(connectionString, options.TransactionPooler);
        var connection = parts.ConnectionString;

        builder.Services.RemoveAll<IDbContextOptionsConfiguration<CustomerProfilesDbContext>>();
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseNpgsql(
                connection,
                postgreSql =>
                    postgreSql
                        .MigrationsHistoryTable(CustomerProfilesDbContext.HistoryTable)
                        .MigrationsAssembly(typeof(PostgreSqlCustomerProfilesBuilderExtensions).Assembly)
                        .ExecutionStrategy(dependencies => new PostgreSqlRetries(dependencies))
            )
        );
        builder.UseEntityFrameworkCore<CustomerProfilesDbContext>(options);
        builder.Services.AddSingleton(_ => new DirectConnections
        {
            ConnectionString = connection,
            Create = () => new NpgsqlConnection(connection),
            Prepares = parts.MaxAutoPrepare > 0,
            Repeats = true,
        });
        return builder;
    }
}
