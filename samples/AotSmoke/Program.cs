// The core and FullContact as one native program. Reflection, run-time code generation or a trimmed member would fail
// here. Exit code 0 for success, else 1.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using AotSmoke;
using CustomerProfiles;
using CustomerProfiles.FullContact;
using CustomerProfiles.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using NodaTime;

const string key = "no-real-key";
const string ada = "ada@example.com";
var started = Stopwatch.GetTimestamp();
var failed = new List<string>();

await using var server = new PersonServer(key, ada);
await using var services = Build(
    core => core.OwnDomains.Add("helpdesk.example"),
    fullContact => fullContact.ApiKey = key
);
services.GetRequiredService<IStartupValidator>().Validate();
var profiles = services.GetRequiredService<ICustomerProfiles>();
var created = await ReceiveAsync("conversation-1", $"Ada Lovelace <{ada}>");
var startUp = Stopwatch.GetElapsedTime(started);
Console.WriteLine(
    string.Create(
        CultureInfo.InvariantCulture,
        $"start-up: {startUp.TotalMilliseconds:F1} ms from the first line of the program to the first profile"
    )
);
Expect(
    created is ConversationOutcome.Created { Checks: [{ Requested: true, Reason: CheckReason.FirstCheck }] },
    "a new sender becomes a customer, and a check is requested"
);
if (args is ["--start-up"])
{
    return Report();
}

// A lookup over HTTP, with a JSON response.
Expect(await services.GetRequiredService<ICheckRunner>().DrainAsync() == 1, "one check is run");
var profile = (await profiles.GetAsync(created.Profile!.Id))!;
Expect(profile.Name is { Full: "Ada Lovelace" }, "the name from the conversation takes precedence over FullContact's");
Expect(
    profile
        is {
            Company: "Analytical Engines",
            JobTitle: "Analyst",
            Location: "London, England",
            Bio: "Notes on the Analytical Engine."
        },
    "the text of the response is read"
);
Expect(profile.Photo is { Url.AbsoluteUri: "https://example.com/ada.png" }, "the photo of the response is read");
Expect(
    profile.SocialProfiles is [{ Network: "github", Username: "ada" }],
    "the social profiles of the response are read"
);

var unknown = await ReceiveAsync("conversation-2", "grace@example.org");
await services.GetRequiredService<ICheckRunner>().DrainAsync();
Expect(
    (await profiles.GetSidebarAsync(unknown.Profile!.Id))!.Providers is [{ LastOutcome: CheckOutcome.NoMatch }],
    "an unknown person is no match"
);
Expect(
    await ReceiveAsync("conversation-3", ada)
        is ConversationOutcome.Existing { Checks: [{ Requested: false, Reason: CheckReason.NotDueYet }] },
    "no customer is looked up twice within two months"
);
Expect(server.Requests == 2, "two lookups are made");
Expect(
    await ReceiveAsync("conversation-4", "kim@helpdesk.example")
        is ConversationOutcome.Declined { Reason: DeclineReason.OwnAddress },
    "the host's own people are no customers"
);

// An edit, its errors, the sidebar, the list.
var edit = profile.Edit(Actor.Agent("kim"));
edit.JobTitle = "Countess";
edit.Notes = "Two lines,\nof which this is one.";
edit.Phones.Add(new PhoneNumber("+44 20 7946 0000"));
Expect(await profiles.SaveAsync(edit) is SaveOutcome.Saved { Profile.JobTitle: "Countess" }, "an edit is saved");
var rejected = profile.Edit(Actor.Agent("kim"));
rejected.Set(ProfileField.Bio, "Not the agents' to edit.");
Expect(
    await profiles.SaveAsync(rejected) is SaveOutcome.Rejected { Errors: [{ Code: FieldErrorCode.OwnedByProvider }] },
    "an edit of what is the provider's is rejected"
);
var sidebar = await profiles.GetSidebarAsync(profile.Id);
Expect(sidebar is { Initials: "AL", DisplayName: "Ada Lovelace" }, "the sidebar shows the customer");
Expect(
    (await profiles.SearchAsync(new ProfileSearchQuery { Text = "lovelace" })).Profiles is [{ JobTitle: "Countess" }],
    "the customer is found by name"
);
Expect(
    await profiles.DisableProviderAsync(FullContactDefaults.ProviderName, Actor.Agent("kim")),
    "the provider is disabled"
);
Expect(
    FullContactCallback.Read("""{"fullName":"Ada"}"""u8) is ProviderResult.Matched { Information.Name.Full: "Ada" },
    "a callback is read"
);

var health = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
Expect(health.Status == HealthStatus.Healthy, "the health check is healthy");

// Invalid options are detected in both packages.
await using var invalid = Build(core => core.MaxAttempts = 0, fullContact => fullContact.ApiKey = "");
Expect(
    ErrorsOf(invalid) is [.., _] errors
        && errors.Any(error => error.StartsWith("MaxAttempts is 0", StringComparison.Ordinal))
        && errors.Any(error => error.StartsWith("FullContactOptions.ApiKey is not set", StringComparison.Ordinal)),
    "invalid options are detected"
);
return Report();

ServiceProvider Build(Action<CustomerProfilesOptions> core, Action<FullContactOptions> fullContact)
{
    var collection = new ServiceCollection();
    collection
        .AddCustomerProfiles(core)
        .AddFullContact(options =>
        {
            options.BaseAddress = server.Address;
            fullContact(options);
        });
    collection.AddHealthChecks().AddCustomerProfiles();
    return collection.BuildServiceProvider(
        new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }
    );
}

ValueTask<ConversationOutcome> ReceiveAsync(string id, string from) =>
    profiles.ConversationReceivedAsync(
        new Conversation(id, from, services.GetRequiredService<IClock>().GetCurrentInstant())
    );

static string[] ErrorsOf(IServiceProvider services)
{
    try
    {
        services.GetRequiredService<IStartupValidator>().Validate();
        return [];
    }
    catch (Exception e) when (e is OptionsValidationException or AggregateException)
    {
        var all = e is AggregateException several ? several.InnerExceptions : [e];
        return [.. all.OfType<OptionsValidationException>().SelectMany(one => one.Failures)];
    }
}

void Expect(bool isSo, string what)
{
    if (!isSo)
    {
        failed.Add(what);
    }
}

int Report()
{
    if (RuntimeFeature.IsDynamicCodeSupported)
    {
        Console.WriteLine(
            "This runs with the just-in-time compiler and proves little. build/aot-smoke publishes a native program."
        );
    }

    foreach (var what in failed)
    {
        Console.Error.WriteLine($"FAILED: {what}");
    }

    Console.WriteLine(failed.Count == 0 ? "success" : $"{failed.Count} checks failed");
    return failed.Count == 0 ? 0 : 1;
}
