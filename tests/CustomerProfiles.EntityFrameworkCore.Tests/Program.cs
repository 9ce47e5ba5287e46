using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A host in a process of its own, for switches that a process reads once. Its arguments are a connection string and
/// the switch with its value.
/// </summary>
public static class Program
{
    /// <summary>Runs everything that a store does.</summary>
    /// <param name="args">The connection string, and the switch.</param>
    public static async Task Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        var parts = args[1].Split('=');
        AppContext.SetSwitch(parts[0], bool.Parse(parts[1]));
        await using var host = new ServiceCollection()
            .AddCustomerProfiles()
            .UsePostgreSql(args[0], options => options.UpgradeAtStart = true)
            .Services.BuildServiceProvider();
        try
        {
            await host.GetRequiredService<ICustomerProfileStore>().LiveAsync();
            Console.WriteLine("well");
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
        }
    }
}
