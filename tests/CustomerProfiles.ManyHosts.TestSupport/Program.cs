using System.Text.Json;
using CustomerProfiles;
using CustomerProfiles.ManyHosts.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NodaTime;

// A host of customer profiles for tests with many of them. It runs until its input ends, which it does when the process
// of the test dies.
var settings = JsonSerializer.Deserialize<HostSettings>((await Console.In.ReadLineAsync())!)!;

var builder = Host.CreateEmptyApplicationBuilder(settings: null);
builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console =>
    console.LogToStandardErrorThreshold = LogLevel.Trace
);
builder.Services.AddSingleton<TimeProvider>(new OffsetTimeProvider(settings.ClockOffset));
var profiles = builder
    .Services.AddCustomerProfiles(options =>
    {
        options.SweepInterval = TimeSpan.FromSeconds(1);
        options.LeaseDuration = settings.Lease;
        options.CheckTimeout = settings.Timeout + TimeSpan.FromSeconds(1);
        options.MaxConcurrentChecks = settings.MaxConcurrentChecks;
        options.MaxAttempts = settings.MaxAttempts;
    })
    .AddFullContact(options =>
    {
        options.BaseAddress = settings.FullContact;
        options.ApiKey = settings.ApiKey;
        options.ReportingKey = settings.Name;
        options.Timeout = settings.Timeout;
        options.AttemptTimeout = settings.Timeout - TimeSpan.FromSeconds(1);
        options.MaxRetries = settings.MaxRetries;

        // The longest pause during an outage.
        options.ProbeInterval = TimeSpan.FromSeconds(1);
    })
    .UsePostgreSql(settings.ConnectionString, options => options.UpgradeAtStart = true);
if (settings.HasEvents)
{
    builder.Services.AddSingleton(settings);
    profiles.AddEvents<EventRecorder>(options =>
    {
        options.HandlerTimeout = TimeSpan.FromSeconds(5);
        options.LeaseDuration = TimeSpan.FromSeconds(10);
        options.PollInterval = TimeSpan.FromMilliseconds(200);

        // On a machine that stalls, a call of the handler may take too long again and again. The events do not stop.
        options.MaxAttempts = 100;
        options.MaxRetryDelay = TimeSpan.FromSeconds(2);
    });
}

using var host = builder.Build();
await host.StartAsync();
await Console.Out.WriteLineAsync("ready");

var queue = new MailQueue(
    settings.Name,
    host.Services.GetRequiredService<ICustomerProfiles>(),
    host.Services.GetRequiredService<IClock>(),
    host.Services.GetRequiredService<TimeProvider>()
);
await Parallel.ForEachAsync(
    Lines(),
    new ParallelOptions { MaxDegreeOfParallelism = 8 },
    async (line, _) =>
    {
        var reply = await queue.DeliverAsync(JsonSerializer.Deserialize<HostCommand>(line)!);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(reply));
    }
);
await host.StopAsync();

static async IAsyncEnumerable<string> Lines()
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        yield return line;
    }
}
