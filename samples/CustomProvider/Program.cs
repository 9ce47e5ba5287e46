using CustomerProfiles;
using CustomProvider;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

var services = new ServiceCollection();
var directory = Path.Combine(AppContext.BaseDirectory, "directory.json");
services.AddCustomerProfiles().AddProvider(new DirectoryProvider(directory));
await using var provider = services.BuildServiceProvider();
var profiles = provider.GetRequiredService<ICustomerProfiles>();

var now = provider.GetRequiredService<IClock>().GetCurrentInstant();
var outcome = await profiles.ConversationReceivedAsync(new Conversation("conversation-1", "ada@example.com", now));

// A host with background services does this by itself.
await provider.GetRequiredService<ICheckRunner>().DrainAsync();

var sidebar = await profiles.GetSidebarAsync(outcome.Profile!.Id);
Console.WriteLine($"{sidebar!.DisplayName}, {sidebar.Profile.JobTitle} at {sidebar.Profile.Company}");
