using System.Net;
using CustomerProfiles.Providers;
using FullContact.Simulator;
using FullContact.Simulator.Callbacks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>
/// The whole way with the real provider: the request with the address of the webhook, 202, the callback over HTTP, the
/// profile, and what was charged.
/// </summary>
public sealed class FromRequestToCallbackTests : IAsyncLifetime
{
    private const string Maria = "maria.quill@example.org";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private FullContactSimulator _simulator = null!;
    private WebApplication _host = null!;
    private CustomerId _id;

    private ICustomerProfiles Profiles => _host.Services.GetRequiredService<ICustomerProfiles>();

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder
            .Services.AddCustomerProfiles(options => options.SweepInterval = TimeSpan.FromDays(1))
            .AddFullContact(options =>
                (options.ApiKey, options.BaseAddress, options.MaxRetries, options.DailyBudget) = (
                    _simulator.ApiKey,
                    _simulator.BaseAddress,
                    0,
                    100
                )
            )
            .AddFullContactWebhook(options =>
            {
                options.PublicAddress = new Uri(_host.Urls.First() + "/fullcontact/webhook");
                options.SigningKeys.Add(Support.WebhookHost.Key);
            });

        // Checks run when the test drains them; the address is known only after the start.
        foreach (
            var service in builder
                .Services.Where(service =>
                    service.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService)
                    && service.ImplementationType?.Name == "CheckRunnerService"
                )
                .ToArray()
        )
        {
            builder.Services.Remove(service);
        }

        foreach (
            var service in builder
                .Services.Where(service =>
                    service.ServiceType == typeof(Microsoft.Extensions.Options.IStartupValidator)
                )
                .ToArray()
        )
        {
            builder.Services.Remove(service);
        }

        _host = builder.Build();
        _host.UseRouting();
        _host.MapFullContactWebhook();
        await _host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Theory]
    [InlineData(CallbackForm.Bare)]
    [InlineData(CallbackForm.Wrapped)]
    [InlineData(CallbackForm.FormEncoded)]
    public async Task The_result_arrives_by_callback_in_every_format_and_is_billed_once(CallbackForm form)
    {
        _simulator.Callbacks.Plan = new CallbackPlan
        {
            IsHeld = true,
            Form = form,
            Times = 2,
        };
        await RequestCheckAsync();
        (await ViewAsync()).Should().Match<SidebarProvider>(view => view.IsPending && view.LastCheckAt == null);

        await _simulator.Callbacks.ReleaseAsync();

        _simulator.Callbacks.All.Single().Deliveries.Select(delivery => delivery.Status).Should().Equal(200, 200);
        (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.Matched);
        (await Profiles.GetAsync(_id))!.Photo.Should().NotBeNull();
        _simulator.Calls.Should().Be(1);
        _simulator.BilledMatches.Should().Be(1);
    }

    [Fact]
    public async Task A_miss_by_callback_is_a_check_and_free()
    {
        _simulator.Script(Maria, new SimulatedResponse.Miss());
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await RequestCheckAsync();
        await _simulator.Callbacks.ReleaseAsync();

        (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.NoMatch);
        _simulator.BilledMatches.Should().Be(0);
    }

    [Fact]
    public async Task Without_a_callback_the_request_is_repeated_without_the_webhook()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await RequestCheckAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        await DrainAsync();

        (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.Matched);
        _simulator.Calls.Should().Be(2);
        _simulator.CallLog[0].Body.Should().Contain("webhookUrl");
        _simulator.CallLog[1].Body.Should().NotContain("webhookUrl");

        // Late, after the result was recorded: accepted, and nothing changes.
        var version = (await Profiles.GetAsync(_id))!.Version;
        await _simulator.Callbacks.ReleaseAsync();
        _simulator.Callbacks.All.Single().Deliveries.Single().Status.Should().Be(200);
        (await Profiles.GetAsync(_id))!.Version.Should().Be(version);
    }

    [Fact]
    public async Task A_result_after_disabling_is_dropped_and_counts_as_a_check()
    {
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await RequestCheckAsync();
        await Profiles.DisableProviderAsync(FullContactDefaults.ProviderName, Actor.Agent("kim"));
        await _simulator.Callbacks.ReleaseAsync();

        _simulator.Callbacks.All.Single().Deliveries.Single().Status.Should().Be(200);
        (await ViewAsync()).LastOutcome.Should().Be(CheckOutcome.Dropped);
        (await Profiles.GetAsync(_id))!.Version.Should().Be(1);
    }

    [Fact]
    public async Task A_webhook_that_the_api_refuses_is_left_out_at_once()
    {
        _simulator.Script(
            Maria,
            SimulatedResponse.BadRequest("Invalid webhookUrl provided: 'https://hooks.example.com/?token=x'"),
            new SimulatedResponse.Match("""{"bio":"x"}""")
        );
        _simulator.Callbacks.Plan = new CallbackPlan { IsHeld = true };
        await RequestCheckAsync();

        (await Profiles.GetAsync(_id))!.Bio.Should().Be("x");
        _simulator.Calls.Should().Be(2);
        _simulator.CallLog[1].Body.Should().NotContain("webhookUrl");
    }

    [Fact]
    public async Task A_lost_202_does_not_lose_the_result()
    {
        await using var cut = Cutting(WebApplication.CreateEmptyBuilder(new WebApplicationOptions()));
        await cut.StartAsync();
        var webhook = _host.Services.GetRequiredService<IFullContactWebhook>();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton(webhook);
        services
            .AddCustomerProfiles()
            .AddFullContact(options =>
                (options.ApiKey, options.BaseAddress, options.MaxRetries) = ("a-key", new Uri(cut.Urls.First()), 0)
            );
        await using var calling = services.BuildServiceProvider();
        var provider = calling.GetRequiredService<IProfileProvider>();
        var callback = new CallbackReference(
            TenantId.Default,
            CustomerId.New(_time.GetCurrentInstant()),
            provider.Name,
            Guid.NewGuid(),
            _time.GetCurrentInstant()
        );

        var result = await provider.LookUpAsync(
            new ProviderRequest(TenantId.Default, [EmailAddress.Parse(Maria)]) { Callback = callback },
            CancellationToken.None
        );

        result.Should().Be(new ProviderResult.CallbackExpected(Duration.FromMinutes(10)));
    }

    /// <summary>A server that reads the request and disconnects.</summary>
    private static WebApplication Cutting(WebApplicationBuilder builder)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        return server;
    }

    private async Task RequestCheckAsync()
    {
        var outcome = await Profiles.ConversationReceivedAsync(new Conversation("c", Maria, _time.GetCurrentInstant()));
        _id = outcome.Profile!.Id;
        await DrainAsync();
    }

    private async Task DrainAsync() => await _host.Services.GetRequiredService<ICheckRunner>().DrainAsync();

    private async Task<SidebarProvider> ViewAsync() => (await Profiles.GetSidebarAsync(_id))!.Providers[0];
}
