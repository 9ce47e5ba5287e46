using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A context with the tables of customer profiles and nothing else, for hosts without one of their own. Its tables begin with <c>cp_</c>.</summary>
/// <param name="options">The options.</param>
public sealed class CustomerProfilesDbContext(DbContextOptions<CustomerProfilesDbContext> options) : DbContext(options)
{
    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddCustomerProfiles(Database);
}
