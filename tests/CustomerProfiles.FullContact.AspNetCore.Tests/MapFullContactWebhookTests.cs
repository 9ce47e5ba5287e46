using System.Net;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpLogging;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

public sealed class MapFullContactWebhookTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    public async Task Post_is_the_only_method(string method)
    {
        await using var host = await WebhookHost.StartAsync();
        var pending = await host.RequestCheckAsync();

        var response = await host.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), host.Local(pending.Address))
        );

        response.StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
        host.Events.Should().BeEmpty();
    }

    [Fact]
    public async Task The_host_chooses_the_path()
    {
        await using var host = await WebhookHost.StartAsync(
            options => options.PublicAddress = new Uri("https://helpdesk.example.com/desk/hooks/people"),
            map: endpoints => endpoints.MapGroup("/desk").MapFullContactWebhook("/hooks/people")
        );
        var pending = await host.RequestCheckAsync();

        pending.Address.AbsoluteUri.Should().StartWith("https://helpdesk.example.com/desk/hooks/people?token=");
        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public void Mapping_without_the_services_names_the_missing_call()
    {
        var application = WebApplication.CreateSlimBuilder().Build();

        application
            .Invoking(it => it.MapFullContactWebhook())
            .Should()
            .Throw<InvalidOperationException>()
            .Which.Message.Should()
            .Contain("AddFullContactWebhook");
    }

    [Fact]
    public void A_missing_argument_is_misuse()
    {
        var application = WebApplication.CreateSlimBuilder().Build();
        var builder = new ServiceCollection().AddCustomerProfiles();

        FluentActions
            .Invoking(() => FullContactWebhookEndpointRouteBuilderExtensions.MapFullContactWebhook(null!))
            .Should()
            .Throw<ArgumentNullException>();
        application.Invoking(it => it.MapFullContactWebhook(null!)).Should().Throw<ArgumentNullException>();
        builder.Invoking(it => it.AddFullContactWebhook(null!)).Should().Throw<ArgumentNullException>();
        FluentActions
            .Invoking(() => FullContactWebhookCustomerProfilesBuilderExtensions.AddFullContactWebhook(null!, _ => { }))
            .Should()
            .Throw<ArgumentNullException>();
    }

    [Fact]
    public async Task Neither_antiforgery_nor_a_fallback_policy_blocks_a_callback()
    {
        await using var host = await WebhookHost.StartAsync(
            profiles: profiles =>
            {
                profiles.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
                profiles.Services.AddAntiforgery();
                profiles.Services.AddAuthentication();
                profiles.Services.AddAuthorization(options =>
                    options.FallbackPolicy = new AuthorizationPolicyBuilder().RequireAssertion(_ => false).Build()
                );
            },
            pipeline: application =>
            {
                application.UseAuthorization();
                application.UseAntiforgery();
            },
            map: endpoints =>
                endpoints.MapGroup("").WithMetadata(new RequireAntiforgeryTokenAttribute()).MapFullContactWebhook()
        );
        var pending = await host.RequestCheckAsync();

        (
            await host.CallAsync(
                pending.Address,
                "result=%7B%22location%22%3A%22London%22%7D",
                "application/x-www-form-urlencoded"
            )
        )
            .StatusCode.Should()
            .Be(HttpStatusCode.OK);

        var endpoint = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.Single();
        endpoint.Metadata.GetMetadata<IAntiforgeryMetadata>()!.RequiresValidation.Should().BeFalse();
        (await host.ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    [Fact]
    public async Task The_hosts_http_logging_skips_the_endpoint()
    {
        await using var host = await WebhookHost.StartAsync(
            profiles: profiles =>
                profiles.Services.AddHttpLogging(logging =>
                    logging.LoggingFields = HttpLoggingFields.All | HttpLoggingFields.RequestQuery
                ),
            pipeline: application => application.UseHttpLogging(),
            map: endpoints =>
            {
                endpoints.MapFullContactWebhook();
                endpoints.MapPost("/else", () => "else");
            }
        );
        var pending = await host.RequestCheckAsync();

        await host.CallAsync(pending.Address);
        HttpLogs().Should().BeEmpty();

        await host.CallAsync(new Uri($"https://helpdesk.example.com/else?token={pending.Token}"));
        HttpLogs()
            .Should()
            .Contain(log => log.Contains(pending.Token), "the same request to another endpoint is logged");

        IEnumerable<string> HttpLogs() =>
            host
                .Logs.Where(log =>
                    log.Category!.StartsWith("Microsoft.AspNetCore.HttpLogging", StringComparison.Ordinal)
                )
                .Select(log => log.Message);
    }

    [Fact]
    public async Task Registering_twice_applies_both_settings_in_order()
    {
        await using var host = await WebhookHost.StartAsync(profiles: profiles =>
        {
            profiles.AddFullContactWebhook(options => options.CallbackTimeout = TimeSpan.FromMinutes(3));
            profiles
                .Services.AddCustomerProfiles()
                .AddFullContactWebhook(options =>
                    options.PublicAddress = new Uri("https://later.example.com/fullcontact/webhook")
                );
        });
        var pending = await host.RequestCheckAsync();

        pending.Address.Host.Should().Be("later.example.com");
        var webhook = host.Services.GetServices<IFullContactWebhook>().Should().ContainSingle().Subject;
        webhook.Timeout.Should().Be(TimeSpan.FromMinutes(3));
        webhook.Should().BeSameAs(host.Services.GetRequiredService<IFullContactWebhook>());
        (await host.CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_webhook_of_the_host_has_precedence()
    {
        await using var services = new ServiceCollection()
            .AddSingleton<IFullContactWebhook>(new OwnWebhook())
            .AddCustomerProfiles()
            .AddFullContactWebhook(_ => { })
            .Services.BuildServiceProvider();

        services.GetServices<IFullContactWebhook>().Should().ContainSingle().Which.Should().BeOfType<OwnWebhook>();
    }

    [Fact]
    public async Task A_host_without_the_provider_refuses_a_callback()
    {
        await using var host = await WebhookHost.StartAsync(
            hasFullContact: false,
            profiles: profiles => profiles.AddProvider(new OtherProvider())
        );
        var now = Instant.FromDateTimeOffset(host.Time.GetUtcNow());
        var address = host
            .Services.GetRequiredService<IFullContactWebhook>()
            .AddressFor(
                new CallbackReference(TenantId.Default, CustomerId.New(now), "fullcontact", Guid.NewGuid(), now)
            );

        (await host.CallAsync(address)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);

        host.Events.Should().Equal(2109);
    }

    private sealed class OwnWebhook : IFullContactWebhook
    {
        public TimeSpan Timeout => TimeSpan.FromMinutes(1);

        public Uri AddressFor(CallbackReference callback) => new("https://own.example.com/");
    }
}
