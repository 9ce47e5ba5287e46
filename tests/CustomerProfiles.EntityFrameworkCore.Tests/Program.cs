using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A host in a process of its own, for switches that a process reads once, and to be killed. Its arguments are a
/// connection string and the switch with its value, or those of <see cref="HeldCalls"/>.
/// </summary>
public static class Program
{
    /// <summary>Runs everything that a store does, or the calls to be killed.</summary>
    /// <param name="args">The arguments, as above.</param>
    public static async Task Main(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        if (args[0] == HeldCalls.Argument)
        {
            await HeldCalls.RunAsync(args);
            return;
        }

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
