using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using CustomerProfiles;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace AotSmoke;

/// <summary>The HTTP API of CustomerProfiles.AspNetCore on Kestrel, called over the loopback.</summary>
internal sealed class WebApi : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly HttpClient _client;

    private WebApi(WebApplication application)
    {
        _application = application;
        _client = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
    }

    public static async Task<WebApi> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthorizationBuilder().AddPolicy("agents", policy => policy.RequireAuthenticatedUser());
        builder
            .Services.AddCustomerProfiles()
            .AddWebApi(web =>
            {
                web.ReadPolicy = web.EditPolicy = web.HistoryPolicy = "agents";
                web.MergePolicy = web.AdministerPolicy = "agents";
                web.ResolveTenant = _ => TenantId.Default;
                web.ResolveActor = http => Actor.Agent(http.User.Identity!.Name!);
            });
        var application = builder.Build();

        // Everybody is signed in as one agent.
        var agent = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "kim")], "smoke"));
        application.Use(
            (http, next) =>
            {
                http.User = agent;
                return next(http);
            }
        );
        application.UseAuthorization();
        application.MapCustomerProfiles();
        await application.StartAsync();
        return new WebApi(application);
    }

    public async Task<CustomerId> ReceiveAsync(string from)
    {
        var services = _application.Services;
        var outcome = await services
            .GetRequiredService<ICustomerProfiles>()
            .ConversationReceivedAsync(
                new Conversation("web-1", from, services.GetRequiredService<IClock>().GetCurrentInstant())
            );
        return outcome.Profile!.Id;
    }

    /// <summary>Sends a request below the prefix, with JSON as its body unless that is null.</summary>
    /// <returns>The status, and the JSON of the response.</returns>
    public async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(
        HttpMethod method,
        string path,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, $"customer-profiles/{path}");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _client.SendAsync(request);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.Clone());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }
}
