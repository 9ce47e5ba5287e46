using CustomerProfiles;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

var services = new ServiceCollection();
services.AddCustomerProfiles(); // .AddFullContact(options => options.ApiKey = "...") to gather public information
await using var provider = services.BuildServiceProvider();
var profiles = provider.GetRequiredService<ICustomerProfiles>();
var now = provider.GetRequiredService<IClock>().GetCurrentInstant();
var message = new Conversation("thread-1", "Ada Lovelace <ada@example.com>", now);
var customer = (await profiles.ConversationReceivedAsync(message)).Profile!;
var edit = customer.Edit(Actor.Agent("kim"));
edit.JobTitle = "Countess";
await profiles.SaveAsync(edit);

var sidebar = await profiles.GetSidebarAsync(customer.Id);
Console.WriteLine($"{sidebar!.Initials}  {sidebar.DisplayName}, {sidebar.Profile.JobTitle}");
