using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A host's own context with migrations of its own.</summary>
public sealed class UpgradedContext(DbContextOptions<UpgradedContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddCustomerProfiles(Database);
}
