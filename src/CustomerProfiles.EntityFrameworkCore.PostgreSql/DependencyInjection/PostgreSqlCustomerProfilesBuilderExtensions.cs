using CustomerProfiles;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.EntityFrameworkCore.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps customer profiles in PostgreSQL.</summary>
public static class PostgreSqlCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Keeps profiles in a PostgreSQL database, from version 12: any number of hosts. A host that has a context on
    /// PostgreSQL already can put the tables there with <c>UseEntityFrameworkCore</c>. Can safely be called several
    /// times: of stores the last one counts.
    /// </summary>
    /// <remarks>
    /// The tables stand in the schema that <c>Search Path</c> names, else in <c>public</c>. Statements are prepared by
    /// themselves after a few uses, and sessions get start-up options, after which those of the connection string
    /// (<c>Options</c>) stand and so win; behind a pooler that gives each transaction another connection, set
    /// <see cref="PostgreSqlStoreOptions.TransactionPooler"/>. What else is to be set of the context, such as an
    /// interceptor, is set with <c>services.ConfigureDbContext&lt;CustomerProfilesDbContext&gt;</c> after this call.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as
    /// <c>Host=db.example.com;Database=helpdesk;Username=helpdesk;Password=...</c>.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string cannot be read, names no host, or says what the store
    /// cannot do with.</exception>
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

        builder.Services.RemoveAll<IDbContextOptionsConfiguration<CustomerProfilesDbContext>>();
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseNpgsql(
                parts.ConnectionString,
                postgreSql =>
                    postgreSql
                        .MigrationsHistoryTable(CustomerProfilesDbContext.HistoryTable)
                        .MigrationsAssembly(typeof(PostgreSqlCustomerProfilesBuilderExtensions).Assembly)
                        .ExecutionStrategy(dependencies => new PostgreSqlRetries(dependencies))
            )
        );
        return builder.UseEntityFrameworkCore<CustomerProfilesDbContext>(options);
    }
}
