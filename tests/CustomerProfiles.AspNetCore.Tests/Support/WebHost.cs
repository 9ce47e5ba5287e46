using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NodaTime.Extensions;

namespace CustomerProfiles.AspNetCore.Tests.Support;

/// <summary>
/// A host on Kestrel with the web package mapped, a test clock, and users of two tenants. Checks run when the test
/// drains them.
/// </summary>
internal sealed class WebHost : IAsyncDisposable
{
    public const string Kim = "kim;acme;agent,historian,merger";
    public const string Lee = "lee;acme;agent";
    public const string Reader = "rae;acme;reader";
    public const string Historian = "max;acme;reader,historian";
    public const string Supervisor = "sam;acme;agent,historian,merger,supervisor";
    public const string Stranger = "zoe;globex;agent,historian,merger,supervisor";
    public const string Ada = "Ada Lovelace <ada@example.com>";

    public static readonly TenantId Acme = new("acme");

    private readonly WebApplication _application;
    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false });
    private int _conversations;

    private WebHost(WebApplication application, TestTime time)
    {
        _application = application;
        Time = time;
    }

    public TestTime Time { get; }

    public Uri Address => new(_application.Urls.First());

    public IServiceProvider Services => _application.Services;

    public ICustomerProfiles Profiles => Services.GetRequiredService<ICustomerProfiles>().ForTenant(Acme);

    public OpenDirectory Directory => Services.GetServices<IProfileProvider>().OfType<OpenDirectory>().Single();

    public IReadOnlyList<FakeLogRecord> Logs => Services.GetFakeLogCollector().GetSnapshot();

    public static async Task<WebHost> StartAsync(
        Action<CustomerProfilesWebOptions>? options = null,
        Action<IServiceCollection>? services = null,
        Action<WebApplication>? pipeline = null,
        Action<IEndpointRouteBuilder>? map = null,
        ICustomerProfileStore? store = null
    )
    {
        var time = new TestTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFakeLogging();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder
            .Services.AddAuthentication(HeaderAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Name, _ => { });
        builder
            .Services.AddAuthorizationBuilder()
            .AddPolicy("readers", policy => policy.RequireRole("reader", "agent"))
            .AddPolicy("agents", policy => policy.RequireRole("agent"))
            .AddPolicy("historians", policy => policy.RequireRole("historian"))
            .AddPolicy("mergers", policy => policy.RequireRole("merger"))
            .AddPolicy("supervisors", policy => policy.RequireRole("supervisor"));
        builder
            .Services.AddCustomerProfiles()
            .UseStore(store ?? new InMemoryCustomerProfileStore(time))
            .AddProvider<OpenDirectory>()
            .AddWebApi(web =>
            {
                web.ReadPolicy = "readers";
                web.EditPolicy = "agents";
                web.HistoryPolicy = "historians";
                web.MergePolicy = "mergers";
                web.AdministerPolicy = "supervisors";
                web.ResolveTenant = http =>
                    http.User.FindFirst("tenant") is { Value: { Length: > 0 } tenant } ? new TenantId(tenant) : null;
                web.ResolveActor = http => http.User.Identity?.Name is { Length: > 0 } name ? Actor.Agent(name) : null;
                options?.Invoke(web);
            });
        services?.Invoke(builder.Services);

        // Without the service that runs checks in the background.
        foreach (
            var service in builder
                .Services.Where(service =>
                    service.ServiceType == typeof(IHostedService)
                    && service.ImplementationType?.Assembly == typeof(ICustomerProfiles).Assembly
                )
                .ToArray()
        )
        {
            builder.Services.Remove(service);
        }

        var application = builder.Build();
        pipeline?.Invoke(application);
        if (map is null)
        {
            application.MapCustomerProfiles();
        }
        else
        {
            map(application);
        }

        await application.StartAsync().Soon();
        return new WebHost(application, time);
    }

    public async Task<CustomerId> ReceiveAsync(string from = Ada, TenantId? tenant = null)
    {
        var conversation = new Conversation(
            $"conversation-{Interlocked.Increment(ref _conversations)}",
            from,
            Time.GetUtcNow().ToInstant()
        );
        var profiles = Profiles.ForTenant(tenant ?? Acme);
        return (await profiles.ConversationReceivedAsync(conversation)).Profile!.Id;
    }

    /// <summary>Saves an edit of an agent, without the HTTP API.</summary>
    public async Task SaveAsync(CustomerId id, Action<ProfileEdit> change, string agent = "lee")
    {
        var edit = (await ProfileOfAsync(id)).Edit(Actor.Agent(agent));
        change(edit);
        (await Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
    }

    /// <summary>Merges two customers, without the HTTP API.</summary>
    public async Task<MergeId> MergeAsync(CustomerId from, CustomerId into)
    {
        var request = new MergeRequest { From = from, Into = into };
        return (await Profiles.Merging.MergeAsync(request, Actor.Agent("lee")))
            .Should()
            .BeOfType<MergeOutcome.Merged>()
            .Subject.Merge;
    }

    public async Task DrainAsync() => await Services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask().Soon();

    public async Task<CustomerProfile> ProfileOfAsync(CustomerId id) => (await Profiles.GetAsync(id))!;

    public Task<Reply> GetAsync(string path, string? user = Kim, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, user, headers);

    public Task<Reply> PostAsync(
        string path,
        string body = "{}",
        string? user = Kim,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Post, path, Json(body), user, headers);

    public Task<Reply> PatchAsync(
        CustomerId id,
        string changes,
        string? user = Kim,
        params (string Name, string Value)[] headers
    ) => SendAsync(HttpMethod.Patch, $"/customers/{id}", Json($$"""{"changes":[{{changes}}]}"""), user, headers);

    public async Task<Reply> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        string? user,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, $"/customer-profiles{path}"));
        request.Content = content;
        if (user is not null)
        {
            request.Headers.Add(HeaderAuthentication.Header, user);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).Should().BeTrue();
        }

        using var response = await _client.SendAsync(request).Soon();
        var body = await response.Content.ReadAsByteArrayAsync().Soon();
        var values = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.Ordinal);
        return new Reply(response.StatusCode, values, body);
    }

    /// <summary>The field of the sidebar as its JSON.</summary>
    public async Task<JsonNode> FieldAsync(CustomerId id, string code, string user = Kim)
    {
        var reply = await GetAsync($"/customers/{id}/sidebar", user);
        reply.Status.Should().Be(HttpStatusCode.OK);
        return reply.Field(code);
    }

    /// <summary>The version of a field that holds one value.</summary>
    public async Task<string> VersionOfAsync(CustomerId id, string code) =>
        (string)(await FieldAsync(id, code))["version"]!;

    public static StringContent Json(string body) =>
        new(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}

/// <summary>A response, read to its end.</summary>
internal sealed record Reply(HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public JsonNode Json => JsonNode.Parse(Text)!;

    public string? Code => (string?)Json["code"];

    public JsonNode Field(string code) => Json["fields"]!.AsArray().Single(field => (string)field!["code"]! == code)!;
}
