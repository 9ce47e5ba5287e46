using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Adds the tables of customer profiles to a host's model.</summary>
public static class CustomerProfilesModelBuilderExtensions
{
    private const int MaxPrefixLength = 40;

    /// <summary>
    /// Adds the tables. Call it in <c>OnModelCreating</c> and add a migration. A new version of this package that
    /// changes the tables needs another migration, and says so when the host starts.
    /// </summary>
    /// <param name="modelBuilder">The model.</param>
    /// <param name="database">The context's <c>Database</c>: SQLite and PostgreSQL have different types.</param>
    /// <param name="tablePrefix">The prefix of the names of the tables; may be empty.</param>
    /// <param name="schema">The schema of the tables; null for that of the context. SQLite has none.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">
    /// The prefix is longer than 40 characters, which the names of constraints do not allow.
    /// </exception>
    /// <exception cref="InvalidOperationException">The context is neither on SQLite nor on PostgreSQL.</exception>
    public static ModelBuilder AddCustomerProfiles(
        this ModelBuilder modelBuilder,
        DatabaseFacade database,
        string tablePrefix = "cp_",
        string? schema = null
    )
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(tablePrefix);
        if (tablePrefix.Length > MaxPrefixLength)
        {
            throw new ArgumentException(
                $"The prefix has at most {MaxPrefixLength} characters, because the names of "
                    + $"constraints contain it; this one has {tablePrefix.Length}.",
                nameof(tablePrefix)
            );
        }

        new StoreModel(modelBuilder, StoreDialect.Of(database.ProviderName), schema, tablePrefix).Build();
        return modelBuilder;
    }
}
