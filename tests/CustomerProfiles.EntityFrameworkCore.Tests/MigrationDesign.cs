using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Lets <c>dotnet ef</c> add a migration to the context of this package, for one database at a time: <c>dotnet ef
/// migrations add Name --project src/CustomerProfiles.EntityFrameworkCore.Sqlite --startup-project
/// tests/CustomerProfiles.EntityFrameworkCore.Tests -- sqlite</c>.
/// </summary>
public sealed class MigrationDesign : IDesignTimeDbContextFactory<CustomerProfilesDbContext>
{
    public CustomerProfilesDbContext CreateDbContext(string[] args)
    {
        var builder = new ServiceCollection().AddCustomerProfiles();
        var database = args.LastOrDefault();
        _ = database switch
        {
            "sqlite" => builder.UseSqlite("Data Source=design.db"),
            "postgresql" => builder.UsePostgreSql("Host=localhost;Database=design"),
            _ => throw new ArgumentException($"Say -- sqlite or -- postgresql, not \"{database}\".", nameof(args)),
        };
        return builder
            .Services.BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
            .CreateDbContext();
    }
}
