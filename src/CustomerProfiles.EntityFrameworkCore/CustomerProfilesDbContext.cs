using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// A context with the tables of customer profiles and nothing else, for hosts without one of their own. Its tables
/// begin with <c>cp_</c>.
/// </summary>
/// <param name="options">The options.</param>
public sealed class CustomerProfilesDbContext(DbContextOptions<CustomerProfilesDbContext> options) : DbContext(options)
{
    /// <summary>
    /// Where it is kept which migrations are applied: apart from those of a host's own context in the same database.
    /// </summary>
    internal const string HistoryTable = "cp_migrations";

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddCustomerProfiles(Database);
}
