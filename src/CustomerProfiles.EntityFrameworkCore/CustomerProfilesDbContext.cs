using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A context with only the tables of customer profiles, for hosts without a context of their own. The names of its
/// tables begin with <c>cp_</c>.
/// </summary>
/// <param name="options">The options.</param>
public sealed class CustomerProfilesDbContext(DbContextOptions<CustomerProfilesDbContext> options) : DbContext(options)
{
    /// <summary>
    /// The table of the applied migrations, separate from that of a host's own context in the same database.
    /// </summary>
    internal const string HistoryTable = "cp_migrations";

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddCustomerProfiles(Database);
}
