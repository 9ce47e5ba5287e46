using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>A host's own context with other table names.</summary>
public sealed class OwnContext(DbContextOptions<OwnContext> options) : DbContext(options)
{
    public const string Prefix = "Crm \"Kunden\" ";

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.AddCustomerProfiles(Database, Prefix, Database.IsNpgsql() ? "help-desk" : null);
}
