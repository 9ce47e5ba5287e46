using CustomerProfiles;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.EntityFrameworkCore.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps customer profiles in an SQLite file.</summary>
public static class SqliteCustomerProfilesBuilderExtensions
{
    /// <summary>
    /// Keeps profiles in an SQLite file of their own: no server, any number of processes on one machine. A host that
    /// has a context on SQLite already can put the tables there with <c>UseEntityFrameworkCore</c>. Can safely be
    /// called several times: of stores the last one counts.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as <c>Data Source=profiles.db</c>. The file has to be on a local
    /// disk.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">The connection string cannot be read, names no file, or names memory, which
    /// is gone with the connection; or an option has a value that it cannot have.</exception>
    public static CustomerProfilesBuilder UseSqlite(
        this CustomerProfilesBuilder builder,
        string connectionString,
        Action<DatabaseStoreOptions>? configure = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var parts = new SqliteConnectionStringBuilder(connectionString);
        if (
            parts.DataSource.Length == 0
            || parts.Mode == SqliteOpenMode.Memory
            || parts.DataSource.Contains(":memory:", StringComparison.Ordinal)
            || parts.DataSource.Contains("mode=memory", StringComparison.OrdinalIgnoreCase)
        )
        {
            throw new ArgumentException(
                "The connection string names no file. Say Data Source=profiles.db, or leave UseSqlite away: "
                    + "profiles are kept in memory then.",
                nameof(connectionString)
            );
        }

        builder.Services.RemoveAll<IDbContextOptionsConfiguration<CustomerProfilesDbContext>>();
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context
                .UseSqlite(
                    connectionString,
                    sqlite =>
                        sqlite
                            .MigrationsHistoryTable(CustomerProfilesDbContext.HistoryTable)
                            .MigrationsAssembly(typeof(SqliteCustomerProfilesBuilderExtensions).Assembly)
                )
                .AddInterceptors(BusyTimeoutInterceptor.Instance)
        );
        builder.Services.RemoveAll<ConnectionPool>();
        builder.Services.AddSingleton(
            new ConnectionPool(connection =>
            {
                // Another store may have been chosen since.
                if (connection is SqliteConnection sqlite)
                {
                    SqliteConnection.ClearPool(sqlite);
                }
            })
        );
        return builder.UseEntityFrameworkCore<CustomerProfilesDbContext>(configure);
    }
}
