using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

/// <summary>A host on Kestrel with the webhook mapped and a test clock. Checks run when the test drains them.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    public const string PublicAddress = "https://helpdesk.example.com/fullcontact/webhook";
    public const string Ada = "Ada Lovelace <ada@example.com>";
    public const string Person =
        """{"fullName":"Ada Lovelace","avatar":"https://img.example.com/ada.png","location":"London","bio":"Wrote the first program."}""";
    public const string Miss = """{"status":404,"message":"Profile not found"}""";

    public static readonly string Key = KeyNamed("of the tests");
    public static readonly Actor Kim = Actor.Agent("kim");

    private readonly WebApplication _application;
    private readonly HttpClient _client = new();
    private int _conversations;

    private WebhookHost(WebApplication application, TestTime time)
    {
        _application = application;
        Time = time;
    }

    public TestTime Time { get; }

    public Uri LocalAddress => new(_application.Urls.First());

    public IServiceProvider Services => _application.Services;

    public CallingProvider Provider => Services.GetServices<IProfileProvider>().OfType<CallingProvider>().Single();

    public ICustomerProfiles Profiles => Services.GetRequiredService<ICustomerProfiles>();

    public ICustomerProfileStore Store => Services.GetRequiredService<ICustomerProfileStore>();

    public IReadOnlyList<FakeLogRecord> Logs => Services.GetFakeLogCollector().GetSnapshot();

    /// <summary>The event ids of the webhook's log lines, in order.</summary>
    public IEnumerable<int> Events => Logs.Select(log => log.Id.Id).Where(id => id is >= 2100 and < 2200);

    public static string KeyNamed(string name) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public static async Task<WebhookHost> StartAsync(
        Action<FullContactWebhookOptions>? options = null,
        TestTime? time = null,
        ICustomerProfileStore? store = null,
        Action<CustomerProfilesBuilder>? profiles = null,
        Action<WebApplication>? pipeline = null,
        Action<IEndpointRouteBuilder>? map = null,
        bool hasFullContact = true
    )
    {
        time ??= new TestTime();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);

            // Disabled, because it uses the real clock and would end a slow body; here the endpoint must do that.
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddFakeLogging();
        builder.Services.AddSingleton<TimeProvider>(time);
        var added = builder
            .Services.AddCustomerProfiles()
            .UseStore(store ?? new InMemoryCustomerProfileStore(time))
            .AddFullContactWebhook(webhook =>
            {
                webhook.PublicAddress = new Uri(PublicAddress);
                webhook.SigningKeys = [Key];
                options?.Invoke(webhook);
            });
        if (hasFullContact)
        {
            added.AddProvider<CallingProvider>();
        }

        profiles?.Invoke(added);

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
            application.MapFullContactWebhook();
        }
        else
        {
            map(application);
        }

        await application.StartAsync();
        return new WebhookHost(application, time);
    }

    /// <summary>A new customer writes, and FullContact returns that a callback will come.</summary>
    public async Task<PendingCustomer> RequestCheckAsync(string from = Ada, TenantId tenant = default)
    {
        var id = await ReceiveAsync(from, tenant);
        (await DrainAsync()).Should().Be(1);
        return new PendingCustomer(tenant, id, Provider.Addresses.Last());
    }

    public async Task<CustomerId> ReceiveAsync(string from = Ada, TenantId tenant = default)
    {
        var conversation = new Conversation(
            $"conversation-{Interlocked.Increment(ref _conversations)}",
            from,
            Time.GetUtcNow().ToInstant()
        );
        return (await Profiles.ForTenant(tenant).ConversationReceivedAsync(conversation)).Profile!.Id;
    }

    public async Task<int> DrainAsync() =>
        await Services.GetRequiredService<ICheckRunner>().DrainAsync().AsTask().Soon();

    /// <summary>Calls back as FullContact would, but with this machine as the host of the address.</summary>
    public Task<HttpResponseMessage> CallAsync(
        Uri address,
        string body = Person,
        string? contentType = "application/json"
    ) => CallAsync(address, Encoding.UTF8.GetBytes(body), contentType);

    public async Task<HttpResponseMessage> CallAsync(Uri address, byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await _client.PostAsync(Local(address), content).Soon();
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => _client.SendAsync(request).Soon();

    /// <summary>The same path and query on this machine.</summary>
    public Uri Local(Uri address) => new(LocalAddress, address.PathAndQuery);

    public async Task<CheckState> CheckOfAsync(PendingCustomer pending) =>
        (await Store.GetAsync(pending.Tenant, pending.Id, CancellationToken.None))!.GetCheck(
            FullContactDefaults.ProviderName
        )!;

    public async Task<CustomerProfile> ProfileOfAsync(PendingCustomer pending) =>
        (await Profiles.ForTenant(pending.Tenant).GetAsync(pending.Id))!;

    /// <summary>The call had no effect, and the check still accepts a valid one.</summary>
    public async Task ShouldStillWaitAsync(PendingCustomer pending)
    {
        (await CheckOfAsync(pending))
            .Should()
            .BeEquivalentTo(
                new
                {
                    IsPending = true,
                    LastCheckAt = (Instant?)null,
                    LastOutcome = (CheckOutcome?)null,
                }
            );
        (await ProfileOfAsync(pending)).Location.Should().BeNull();
        (await CallAsync(pending.Address)).StatusCode.Should().Be(HttpStatusCode.OK);
        (await CheckOfAsync(pending)).LastOutcome.Should().Be(CheckOutcome.Matched);
        (await ProfileOfAsync(pending)).Location.Should().Be("London");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();

        // Open requests are aborted.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }
}
