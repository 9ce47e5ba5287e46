using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.Tests;

/// <summary>
/// A host that starts and stops, for a test that runs it as a process of its own with other settings of the runtime.
/// </summary>
internal static class HostProgram
{
    public const string WithGenericHost = "generic-host";
    public const string WithoutGenericHost = "no-host";

    public const int Started = 0;
    public const int Refused = 3;

    public static async Task<int> Main(string[] arguments)
    {
        try
        {
            if (arguments is [WithGenericHost])
            {
                var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
                builder.Services.AddCustomerProfiles(options => options.OwnDomains.Add("bücher.example"));
                using var host = builder.Build();
                await host.StartAsync();
                await host.StopAsync();
            }
            else
            {
                var services = new ServiceCollection();
                services.AddCustomerProfiles(options => options.OwnDomains.Add("bücher.example"));
                await using var provider = services.BuildServiceProvider();
                _ = provider.GetRequiredService<ICustomerProfiles>();
            }

            return Started;
        }
        catch (OptionsValidationException refused)
        {
            Console.WriteLine(refused.Message);
            return Refused;
        }
    }
}
