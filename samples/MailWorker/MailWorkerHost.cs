using CustomerProfiles;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailWorker;

/// <summary>
/// A worker that creates customer profiles in PostgreSQL from mail. The library runs the checks in the background, in
/// this host and in any other one on the same database.
/// </summary>
internal static class MailWorkerHost
{
    /// <summary>Settings come from the command line or from environment variables, such as Mail__Folder.</summary>
    public static IHost Create(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        var settings = builder.Configuration;
        builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        var mail = settings.GetSection("Mail").Get<MailOptions>() ?? new MailOptions();
        builder.Services.AddSingleton(mail);
        builder.Services.AddSingleton<IMailSource, FolderMailSource>();
        builder.Services.AddHostedService<MailIntake>();

        var connectionString =
            settings.GetConnectionString("Profiles")
            ?? throw new InvalidOperationException("Set ConnectionStrings:Profiles to a PostgreSQL database.");
        var profiles = builder
            .Services.AddCustomerProfiles(options => options.OwnDomains.Add(mail.OwnDomain))
            .UsePostgreSql(connectionString, options => options.UpgradeAtStart = true);

        // Without a key, profiles hold what customers and agents write.
        if (settings["FullContact:ApiKey"] is { Length: > 0 } key)
        {
            profiles.AddFullContact(options => options.ApiKey = key);
        }

        return builder.Build();
    }
}
