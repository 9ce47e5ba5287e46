using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

public sealed class AddFullContactTests
{
    [Fact]
    public void It_registers_one_singleton_under_its_name()
    {
        using var services = new ServiceCollection()
            .AddCustomerProfiles()
            .AddFullContact(options => options.ApiKey = "a-key")
            .Services.BuildServiceProvider();

        var provider = services.GetServices<IProfileProvider>().Should().ContainSingle().Subject;
        provider.Name.Should().Be("fullcontact").And.Be(FullContactDefaults.ProviderName);
        using var scope = services.CreateScope();
        scope
            .ServiceProvider.GetServices<IProfileProvider>()
            .Should()
            .ContainSingle()
            .Which.Should()
            .BeSameAs(provider);
    }

    [Fact]
    public async Task Registering_twice_applies_both_settings_in_order()
    {
        await using var server = await LoopbackServer.StartAsync(context => context.Response.WriteAsync("{}"));
        var passes = new List<string>();
        Action<IHttpClientBuilder> Passing(string name) =>
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        (_, send) =>
                        {
                            passes.Add(name);
                            return send();
                        }
                    )
                );

        var services = new ServiceCollection();
        services
            .AddCustomerProfiles()
            .AddFullContact(options =>
            {
                options.ApiKey = "first-key";
                options.BaseAddress = server.BaseAddress;
            })
            .AddFullContact(options => options.ApiKey = "second-key", Passing("second"));
        services.AddCustomerProfiles().AddFullContact(_ => { }, Passing("third"));
        await using var provider = services.BuildServiceProvider();

        var fullContact = provider.GetServices<IProfileProvider>().Should().ContainSingle().Subject;
        await fullContact.LookUpAsync(
            ProviderUnderTest.RequestAbout(["maria.quill@example.org"]),
            CancellationToken.None
        );

        passes.Should().Equal("second");
        server.Received.Should().ContainSingle().Which.Headers["Authorization"].Should().Be("Bearer second-key");
    }

    [Fact]
    public void Two_hosts_in_one_process_do_not_share_registration_markers()
    {
        var passes = 0;
        for (var i = 0; i < 2; i++)
        {
            new ServiceCollection()
                .AddCustomerProfiles()
                .AddFullContact(options => options.ApiKey = "a-key", _ => passes++);
        }

        passes.Should().Be(2);
    }

    [Fact]
    public void A_missing_argument_is_misuse()
    {
        var builder = new ServiceCollection().AddCustomerProfiles();

        builder
            .Invoking(it => it.AddFullContact((Action<FullContactOptions>)null!))
            .Should()
            .Throw<ArgumentNullException>();
        FluentActions
            .Invoking(() => FullContactCustomerProfilesBuilderExtensions.AddFullContact(null!, _ => { }))
            .Should()
            .Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task A_received_conversation_ends_in_a_filled_profile()
    {
        await using var simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        await using var under = new ProviderUnderTest(simulator.BaseAddress);
        var profiles = under.Services.GetRequiredService<ICustomerProfiles>();
        simulator.Script(
            ProviderUnderTest.Email,
            new SimulatedResponse.Match(
                """{"fullName":"Maria Quill","avatar":"https://img.example.com/maria.png","location":"Porto, Portugal","details":{"profiles":{"github":{"username":"mquill"}}}}"""
            )
        );

        await profiles.ConversationReceivedAsync(
            new Conversation("conv-1", ProviderUnderTest.Email, Instant.FromUtc(2026, 3, 1, 12, 0))
        );
        await under.Services.GetRequiredService<ICheckRunner>().DrainAsync();

        var profile = await profiles.FindAsync(Identity.Email(EmailAddress.Parse(ProviderUnderTest.Email)));
        profile!.Photo.Should().Be(new Photo(new Uri("https://img.example.com/maria.png")));
        profile.Location.Should().Be("Porto, Portugal");
        profile.Name!.Full.Should().Be("Maria Quill");
        profile.SocialProfiles.Should().Equal(new SocialProfile("github", username: "mquill"));
    }
}
