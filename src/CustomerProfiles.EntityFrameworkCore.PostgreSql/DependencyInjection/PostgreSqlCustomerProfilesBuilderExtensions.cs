using CustomerProfiles.DependencyInjection;
using CustomerProfiles.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps customer profiles in PostgreSQL.</summary>
public static class PostgreSqlCustomerProfilesBuilderExtensions
{
    /// <summary>How often, and at most how long, a call is made again whose connection broke. Longer, and a conversation had better be delivered again.</summary>
    private const int MostRetries = 4;

    private const string AutoPrepare = "Max Auto Prepare";

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Keeps profiles in a PostgreSQL database, from version 12: any number of hosts. A host that has a context on PostgreSQL already can put the tables there with
    /// <c>UseEntityFrameworkCore</c>. Can safely be called several times: of stores the last one counts.
    /// </summary>
    /// <remarks>
    /// The tables stand in the schema that <c>Search Path</c> names, else in <c>public</c>. Statements are prepared by themselves after a few uses; behind a pooler that gives each transaction
    /// another connection, put <c>Max Auto Prepare=0</c> into the connection string. What else is to be set of the context, such as an interceptor, is set with
    /// <c>services.ConfigureDbContext&lt;CustomerProfilesDbContext&gt;</c> after this call.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as <c>Host=db.example.com;Database=helpdesk;Username=helpdesk;Password=...</c>.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string cannot be read, or names no host.</exception>
    public static CustomerProfilesBuilder UsePostgreSql(this CustomerProfilesBuilder builder, string connectionString, Action<DatabaseStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        if (string.IsNullOrWhiteSpace(parts.Host))
        {
            throw new ArgumentException("The connection string names no host. Say Host=...;Database=...;Username=...;Password=...", nameof(connectionString));
        }

        if (!parts.ShouldSerialize(AutoPrepare))
        {
            parts.MaxAutoPrepare = 64;
        }

        builder.Services.RemoveAll<IDbContextOptionsConfiguration<CustomerProfilesDbContext>>();
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context => context.UseNpgsql(
            parts.ConnectionString,
            postgreSql => postgreSql
                .MigrationsHistoryTable(CustomerProfilesDbContext.HistoryTable)
                .MigrationsAssembly(typeof(PostgreSqlCustomerProfilesBuilderExtensions).Assembly)
                .EnableRetryOnFailure(MostRetries, LongestPause, errorCodesToAdd: null)));
        return builder.UseEntityFrameworkCore<CustomerProfilesDbContext>(configure);
    }
}
