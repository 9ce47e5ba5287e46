using System.Security.Claims;
using BenchmarkDotNet.Attributes;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// The sidebar of a customer with the in-memory store, through the pipeline of a host: routing, authorization by policy
/// and about the customer, and JSON; no server, no socket and no sign-in. The baseline calls the core, so
/// the difference is what the API adds.
/// </summary>
[MemoryDiagnoser]
public class SidebarOverHttp
{
    private WebApplication _application = null!;
    private RequestDelegate _pipeline = null!;
    private ICustomerProfiles _profiles = null!;
    private CustomerId _id;
    private string _path = null!;
    private ClaimsPrincipal _kim = null!;

    /// <summary>Builds the host and creates the customer.</summary>
    [GlobalSetup]
    public void Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAuthentication().AddCookie();
        builder
            .Services.AddAuthorizationBuilder()
            .AddPolicy("agents", policy => policy.RequireRole("agent"))
            .AddPolicy("customer", policy => policy.RequireAssertion(_ => true));
        builder
            .Services.AddCustomerProfiles()
            .AddWebApi(options =>
            {
                options.ReadPolicy = options.EditPolicy = options.HistoryPolicy = "agents";
                options.MergePolicy = options.AdministerPolicy = "agents";
                options.CustomerPolicy = "customer";
                options.ResolveTenant = _ => TenantId.Default;
                options.ResolveActor = http => Actor.Agent(http.User.Identity!.Name!);
            });
        _application = builder.Build();
        _application.UseRouting();
        _application.UseAuthorization();
        _application.MapCustomerProfiles();
        _application.UseEndpoints(_ => { });
        _pipeline = ((IApplicationBuilder)_application).Build();
        _profiles = _application.Services.GetRequiredService<ICustomerProfiles>();
        var now = _application.Services.GetRequiredService<IClock>().GetCurrentInstant();
        var conversation = new Conversation("first", "Ada Lovelace <ada@example.com>", now);
        _id = BenchmarkHost.Finished(_profiles.ConversationReceivedAsync(conversation)).Profile!.Id;
        _path = $"/customer-profiles/customers/{_id}/sidebar";
        _kim = new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.Name, "kim"), new Claim(ClaimTypes.Role, "agent")], "benchmark")
        );
        if (Request().GetAwaiter().GetResult() is not StatusCodes.Status200OK and var status)
        {
            throw new InvalidOperationException($"The sidebar is a {status}.");
        }
    }

    /// <summary>Ends the host.</summary>
    [GlobalCleanup]
    public ValueTask EndAsync() => ((IAsyncDisposable)_application).DisposeAsync();

    /// <summary>The library.</summary>
    [Benchmark]
    public Task<int> Request() => RequestAsync();

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true)]
    public SidebarView Core() => BenchmarkHost.Finished(_profiles.GetSidebarAsync(_id))!;

    private async Task<int> RequestAsync()
    {
        await using var scope = _application.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = _kim };
        http.Request.Method = HttpMethods.Get;
        http.Request.Scheme = "https";
        http.Request.Host = new HostString("desk.example.com");
        http.Request.Path = _path;
        http.Request.Headers["Sec-Fetch-Site"] = "same-origin";
        http.Response.Body = Stream.Null;
        await _pipeline(http).ConfigureAwait(false);
        return http.Response.StatusCode;
    }
}
