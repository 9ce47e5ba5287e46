using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace CustomerProfiles.Tests.Profiles;

public sealed class PersonalDataTests
{
    [Fact]
    public async Task No_text_form_shows_what_is_personal()
    {
        await using var host = new ProfileFixture(null, builder => builder.AddProvider(new ProfileFixture.Directory()));
        var outcome = await host.ReceiveAsync("Marked Name <marked@example.com>");
        var profile = await host.EditAsync(outcome.Profile!, edit => edit.Notes = "Marked note");
        NamedAddress.TryParse("Marked <marked@example.com>", out var named);
        var edit = profile.Edit(Actor.Agent("marked@example.org"));
        edit.Company = "Marked company";
        var address = EmailAddress.Parse("marked@example.com");
        var stored = (await host.Store.GetAsync(profile.Tenant, profile.Id, default))!;
        var given = profile.Edit(ProfileFixture.Kim);
        given.Notes = "Marked again";
        await host.EditAsync(profile, other => other.Notes = "Marked otherwise");
        var conflict = (SaveOutcome.Conflict)await host.Profiles.SaveAsync(given);
        object[] texts =
        [
            outcome,
            profile,
            edit,
            edit.Emails,
            edit.ToDraft(),
            edit.Custom,
            edit.By,
            named,
            address,
            Identity.Email(address),
            Identity.Chat("irc", "marked"),
            Identity.External("marked"),
            new ProfileEmail(address, "marked"),
            new PersonName("Marked", "Marked", "Marked"),
            new PhoneNumber("marked 123", "marked"),
            new PostalAddress("marked", "marked", "marked", "marked", "marked"),
            new Photo(new Uri("https://example.com/marked")),
            new SocialProfile("github", new Uri("https://example.com/marked"), "marked"),
            profile.Values[0],
            profile.Values[0].Provenance,
            new Provenance(ProvenanceSource.Agent, "marked@example.org", host.Now),
            new PublicInformation { Name = "Marked", Bio = "marked" },
            new ProviderRequest(default, [address])
            {
                Phones = ["marked"],
                SocialProfiles = [new SocialProfile("marked", null, "marked")],
                Name = "Marked",
                Address = new PostalAddress("marked"),
                Callback = new CallbackReference(
                    new TenantId("marked"),
                    profile.Id,
                    "directory",
                    Guid.NewGuid(),
                    host.Now
                ),
            },
            new CallbackReference(new TenantId("marked"), profile.Id, "directory", Guid.NewGuid(), host.Now),
            new ProviderResult.Matched(new PublicInformation { Bio = "marked" }),
            new ProfileSearchQuery { Text = "marked" },
            await host.Profiles.ListAsync(new ProfileQuery()),
            (await host.Profiles.GetSidebarAsync(profile.Id))!,
            (await host.Profiles.GetSidebarAsync(profile.Id))!.Fields[0],
            stored,
            new CheckClaim
            {
                LeaseId = Guid.NewGuid(),
                Provider = "directory",
                Attempt = 1,
                LeasedUntil = host.Now,
                Profile = profile,
            },
            new UpdateResult.Stale(profile),
            new UpdateResult.IdentityTaken(Identity.Email(address), profile.Id),
            new CompleteResult.Stale(profile),
            conflict,
            conflict.Fields[0],
            new CustomerProfiles.Conversation("c", "Marked <marked@example.com>", host.Now),
            new CustomerProfiles.ComposedConversation("c", "Marked <marked@example.com>", host.Now),
            new CustomerProfiles.CreationRequest(
                default,
                Identity.Email(address),
                address,
                EmailAddressKind.Personal,
                default,
                false
            ),
        ];

        foreach (var text in texts)
        {
            text.ToString().Should().NotContainEquivalentOf("marked", text.GetType().Name);
        }
    }

    [Fact]
    public async Task No_log_line_shows_what_is_personal()
    {
        var directory = new ProfileFixture.Directory { Throws = new InvalidOperationException("marked@example.com") };
        await using var host = new ProfileFixture(
            null,
            builder => builder.AddProvider(directory),
            services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFakeLogging())
        );
        var profile = await host.CreateAsync("Marked Name <marked@example.com>");
        await host.RunChecksAsync();
        await host.EditAsync(profile, edit => edit.Notes = "Marked note");
        await host.Profiles.DisableProviderAsync("directory", ProfileFixture.Kim);

        var lines = host.Get<FakeLogCollector>().GetSnapshot();

        lines
            .Should()
            .NotBeEmpty()
            .And.OnlyContain(line =>
                !$"{line.Message} {line.Exception}".Contains("marked", StringComparison.OrdinalIgnoreCase)
            );
    }
}
