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
    /// Keeps profiles in an SQLite file: no server, any number of processes on one machine. A host that already has a
    /// context on SQLite can add the tables there with <c>UseEntityFrameworkCore</c>. It can be called several times;
    /// the last store that is registered is used.
    /// </summary>
    /// <remarks>
    /// To configure the context further, such as with an interceptor, call
    /// <c>services.ConfigureDbContext&lt;CustomerProfilesDbContext&gt;</c> after this method. Statements then go
    /// through Entity Framework; otherwise they run without its pipeline, and its log does not show them.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="connectionString">Such as <c>Data Source=profiles.db</c>. The file must be on a local disk.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="ArgumentException">
    /// The connection string is invalid, names no file, or names a database in memory, which is lost with its
    /// connection; or an option has an invalid value.
    /// </exception>
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
                "The connection string names no file. Use Data Source=profiles.db, or do not call UseSqlite: "
                    + "then profiles are kept in memory.",
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
                .AddInterceptors(SessionInterceptor.Instance)
        );
        builder.Services.RemoveAll<ConnectionPool>();
        builder.Services.AddSingleton(
            new ConnectionPool(connection =>
            {
                // Another store may have been registered since.
                if (connection is SqliteConnection sqlite)
                {
                    SqliteConnection.ClearPool(sqlite);
                }
            })
        );
        builder.UseEntityFrameworkCore<CustomerProfilesDbContext>(configure);
        builder.Services.AddSingleton(_ => new DirectConnections
        {
            ConnectionString = connectionString,
            Create = () => new SqliteConnection(connectionString),
            Opened = SessionInterceptor.Apply,
            Own = SessionInterceptor.Instance,
            KeepsOpen = true,
        });
        return builder;
    }
}
