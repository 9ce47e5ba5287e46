using CustomerProfiles.EntityFrameworkCore.Model;
using CustomerProfiles.EntityFrameworkCore.Sql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Adds the tables of customer profiles to a host's model.</summary>
public static class CustomerProfilesModelBuilderExtensions
{
    /// <summary>
    /// Adds the tables. Call it in <c>OnModelCreating</c>, and add a migration of your own then; a new version of this package that changes the tables wants another one, and says so when the host starts.
    /// </summary>
    /// <param name="modelBuilder">The model.</param>
    /// <param name="database">The context's <c>Database</c>: SQLite and PostgreSQL have different types.</param>
    /// <param name="tablePrefix">What the names of the tables begin with; may be empty.</param>
    /// <param name="schema">The schema in which the tables stand; null for the context's own. SQLite has none.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InvalidOperationException">The context is neither on SQLite nor on PostgreSQL.</exception>
    public static ModelBuilder AddCustomerProfiles(this ModelBuilder modelBuilder, DatabaseFacade database, string tablePrefix = "cp_", string? schema = null)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tablePrefix);
        new StoreModel(modelBuilder, StoreDialect.Of(database.ProviderName), schema, tablePrefix).Build();
        return modelBuilder;
    }
}
