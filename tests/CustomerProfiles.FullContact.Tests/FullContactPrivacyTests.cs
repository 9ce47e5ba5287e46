using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// Runs every path with a marked key, address, name, number, account, street and token, against a server that repeats
/// them wherever it can, and searches all output: log lines with state and scopes down to level Trace, measurements,
/// activities, exceptions, and texts of objects.
/// </summary>
public sealed class FullContactPrivacyTests : IDisposable
{
    private const string Key = "MARKED-KEY-7f3a";
    private const string Email = "marked.address@example.org";
    private const string Name = "Markedname";
    private const string Phone = "+351219999777";
    private const string Account = "markedaccount";
    private const string Street = "Marked Street 5";
    private const string Token = "MARKED-TOKEN-91c2";
    private static readonly string[] Marks = [Key, "marked.address", Name, Phone[1..], Account, Street, Token];

    private readonly Emissions _emissions = new();

    public void Dispose() => _emissions.Dispose();

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(410)]
    [InlineData(422)]
    [InlineData(429)]
    [InlineData(451)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Nothing_leaks_whatever_the_status(int status)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, status, WholeBody)
        );
        await using var under = Marked(server.BaseAddress);

        var result = await LookUpAsync(under);

        server.Received.Single().Headers["Authorization"].Should().Contain(Key);
        server
            .Received.Single()
            .Body.Should()
            .Contain(Email)
            .And.Contain(Name)
            .And.Contain(Phone[1..])
            .And.Contain(Account)
            .And.Contain(Street)
            .And.Contain(Token);
        LeaksOf(under, result).Should().BeEmpty();
        under.Logs.Should().ContainSingle(log => log.Id.Id == 2000).Which.Message.Should().Contain($"HTTP {status}");
    }

    [Theory]
    [InlineData("""{"message":"Usage limits for MARKED-KEY-7f3a exceeded by marked.address@example.org"}""", 403)]
    [InlineData("""{"message":"API Key MARKED-KEY-7f3a is missing or invalid"}""", 403)]
    [InlineData("""{"message":"Profile not found: Markedname marked.address@example.org"}""", 404)]
    [InlineData(
        """{"status":400,"message":"Invalid webhookUrl provided: 'https://hooks.example.com/?token=MARKED-TOKEN-91c2'"}""",
        400
    )]
    [InlineData(
        """{"status":202,"message":"Queued for search. Your response will be sent to https://hooks.example.com/?token=MARKED-TOKEN-91c2"}""",
        202
    )]
    [InlineData("""{"fullName":"Markedname","bio":MARKED-KEY-7f3a}""", 200)]
    [InlineData("""{"fullName":"Markedname""", 200)]
    [InlineData("Markedname marked.address@example.org", 200)]
    public async Task Nothing_leaks_whatever_the_body(string body, int status)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, status, body)
        );
        await using var under = Marked(server.BaseAddress);

        LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_the_response_is_too_long()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, 200, WholeBody.PadRight(5_000))
        );
        await using var under = Marked(server.BaseAddress, configure: options => options.MaxResponseBytes = 1024);

        LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public async Task Nothing_leaks_when_the_connection_breaks(int status)
    {
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.ContentLength = 10_000;
            await RepeatEverythingAsync(context, status, WholeBody);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var under = Marked(server.BaseAddress);

        LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_an_exception_underneath_holds_it_all()
    {
        foreach (
            var broken in new Exception[]
            {
                new HttpRequestException($"{Key} {Email} {Name}"),
                new IOException($"{Key} {Email} {Name}"),
                new TaskCanceledException($"{Key} {Email} {Name}"),
            }
        )
        {
            await using var under = Marked(
                new Uri("http://127.0.0.1:9/"),
                client => client.AddHttpMessageHandler(() => new OnTheWay((_, _) => throw broken))
            );

            LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
        }
    }

    [Fact]
    public async Task Nothing_leaks_with_the_callers_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        await using var under = Marked(
            new Uri("http://127.0.0.1:9/"),
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        (_, _) =>
                        {
                            cancellation.Cancel();
                            throw new TaskCanceledException($"{Key} {Email} {Name}", new HttpRequestException(Key));
                        }
                    )
                )
        );

        var thrown = (
            await FluentActions
                .Awaiting(() => LookUpAsync(under, cancellation.Token))
                .Should()
                .ThrowAsync<OperationCanceledException>()
        ).Which;

        MarksIn(thrown.ToString()).Should().BeEmpty();
        LeaksOf(under, null).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_when_the_server_is_down_or_times_out()
    {
        await using var nobody = Marked(new Uri("http://127.0.0.1:1/"));
        LeaksOf(nobody, await LookUpAsync(nobody)).Should().BeEmpty();

        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await LoopbackServer.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var slow = Marked(server.BaseAddress);
        var calling = LookUpAsync(slow);
        await arrived.Task;
        slow.Time.Advance(TimeSpan.FromMinutes(1));
        LeaksOf(slow, await calling).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_through_the_texts_of_objects_or_a_failed_validation()
    {
        await using var under = Marked(new Uri("http://127.0.0.1:9/"));
        var options = under.Services.GetRequiredService<IOptions<FullContactOptions>>().Value;
        options.ApiKey.Should().Be(Key);

        MarksIn($"{options} {under.Provider} {Whole} {Whole.Callback} {EnrichIdentifiers.Of(Whole, options)}")
            .Should()
            .BeEmpty();
        using var request = EnrichRequest.Of(
            EnrichIdentifiers.Of(Whole, options),
            options,
            new Uri($"https://hooks.example.com/?token={Token}")
        );
        MarksIn($"{request.Content} {CallRecord.For(request)}").Should().BeEmpty();

        var services = new ServiceCollection();
        services
            .AddCustomerProfiles()
            .AddFullContact(bad =>
            {
                bad.ApiKey = $"{Key} {Name}";
                bad.BaseAddress = new Uri($"https://{Name}:{Key}@example.com/?email={Email}");
                bad.ReportingKey = $" {Name} ";
            });
        await using var provider = services.BuildServiceProvider();
        var thrown = provider
            .Invoking(it => it.GetRequiredService<IProfileProvider>())
            .Should()
            .Throw<OptionsValidationException>()
            .Which;
        thrown.Failures.Should().HaveCount(3);
        MarksIn(thrown.ToString()).Should().BeEmpty();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Nothing_leaks_during_retries(int status)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, status, WholeBody)
        );
        await using var under = Marked(
            server.BaseAddress,
            configure: options => options.MaxRetries = 3,
            time: new RingingTime(TimeSpan.FromSeconds(9))
        );

        LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
        server.Received.Should().HaveCount(4);
        under.Logs.Should().Contain(log => log.Id.Id == 2015);
    }

    [Fact]
    public async Task Nothing_leaks_while_an_outage_breaks_the_circuit()
    {
        await using var under = Marked(
            new Uri("http://127.0.0.1:9/"),
            client =>
                client.AddHttpMessageHandler(() =>
                    new OnTheWay(
                        (_, _) =>
                            throw new HttpRequestException(HttpRequestError.ConnectionError, $"{Key} {Email} {Name}")
                    )
                )
        );
        for (var i = 0; i < 12; i++)
        {
            LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
        }

        under.Logs.Should().Contain(log => log.Id.Id == 2013);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(405)]
    public async Task Nothing_leaks_through_the_text_of_a_pause(int status)
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, status, WholeBody)
        );
        await using var under = Marked(
            server.BaseAddress,
            more: services => services.AddHealthChecks().AddCustomerProfiles()
        );
        await LookUpAsync(under);

        var health = await under.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        health.Status.Should().Be(HealthStatus.Unhealthy);
        var reports = health.Entries.Values.Select(entry => $"{entry.Description} {string.Join(' ', entry.Data)}");
        MarksIn($"{under.Provider.Pause} {string.Join(' ', reports)}").Should().BeEmpty();
        LeaksOf(under, null).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_leaks_through_an_invalid_change_of_the_options()
    {
        using var configuration = new ConfigurationManager { ["ApiKey"] = Key };
        await using var under = Marked(
            new Uri("http://127.0.0.1:9/"),
            more: services => services.AddOptions<FullContactOptions>().Bind(configuration)
        );
        configuration["ApiKey"] = $"{Key} {Name}";
        ((IConfigurationRoot)configuration).Invoking(root => root.Reload()).Should().Throw<Exception>();

        LeaksOf(under, await LookUpAsync(under)).Should().BeEmpty();
        under.Logs.Should().Contain(log => log.Id.Id == 2011);
    }

    [Fact]
    public async Task Nothing_leaks_on_the_whole_way_from_a_conversation_to_the_sidebar()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, 200, WholeBody)
        );
        await using var under = Marked(server.BaseAddress);
        var profiles = under.Services.GetRequiredService<ICustomerProfiles>();
        var outcome = await profiles.ConversationReceivedAsync(
            new Conversation("c", $"{Name} <{Email}>", Instant.FromUtc(2026, 3, 1, 12, 0))
        );
        await under.Services.GetRequiredService<ICheckRunner>().DrainAsync();

        (await profiles.GetAsync(outcome.Profile!.Id))!.Photo.Should().NotBeNull();
        LeaksOf(under, null).Should().BeEmpty();
        MarksIn($"{outcome} {outcome.Profile} {string.Join(' ', outcome.Checks)}").Should().BeEmpty();
        _emissions
            .Texts.Should()
            .Contain(text => text.Contains("customerprofiles.check"), "the search is to see what is emitted");
    }

    [Fact]
    public async Task The_search_finds_what_a_host_measures_and_traces()
    {
        using var meter = new Meter("host");
        using var source = new ActivitySource("host");
        await using var under = Marked(new Uri("http://127.0.0.1:9/"));
        meter.CreateCounter<int>("calls").Add(1, new KeyValuePair<string, object?>("email", Email));
        LeaksOf(under, null).Should().ContainSingle();

        source.StartActivity("call")!.SetTag("key", Key).Stop();
        LeaksOf(under, null).Should().HaveCount(2);
    }

    /// <summary>Why the HTTP client has none of its usual loggers, which also proves that the search works.</summary>
    [Fact]
    public async Task The_default_loggers_would_log_the_key_even_with_redacted_headers()
    {
        await using var server = await LoopbackServer.StartAsync(context => RepeatEverythingAsync(context, 200, "{}"));
        await using var under = Marked(
            server.BaseAddress,
            client => client.RedactLoggedHeaders(_ => true).AddDefaultLogger()
        );

        LeaksOf(under, await LookUpAsync(under)).SelectMany(MarksIn).Should().Contain(Key);
    }

    [Fact]
    public async Task The_search_finds_what_a_host_logs_in_text_scope_and_exception()
    {
        await using var server = await LoopbackServer.StartAsync(context =>
            RepeatEverythingAsync(context, 200, WholeBody)
        );
        await using var under = Marked(
            server.BaseAddress,
            client =>
                client.AddHttpMessageHandler(services =>
                {
                    var logger = services.GetRequiredService<ILogger<FullContactPrivacyTests>>();
                    return new OnTheWay(
                        async (request, send) =>
                        {
                            using (logger.BeginScope("Body {Body}", await request.Content!.ReadAsStringAsync()))
                            {
                                logger.LogInformation("Sending with {Key}.", request.Headers.Authorization);
                            }

                            var response = await send();
                            logger.LogInformation(new InvalidOperationException($"{Name} was received."), "Received.");
                            return response;
                        }
                    );
                })
        );

        LeaksOf(under, await LookUpAsync(under)).SelectMany(MarksIn).Distinct().Should().BeEquivalentTo(Marks);
    }

    private static ProviderRequest Whole =>
        ProviderUnderTest.RequestAbout([Email]) with
        {
            Phones = [Phone],
            SocialProfiles = [new SocialProfile("github", username: Account)],
            Name = Name,
            Address = new PostalAddress(Street, postalCode: "1000-001"),
            Callback = new CallbackReference(
                TenantId.Default,
                CustomerId.New(Instant.FromUtc(2026, 3, 1, 12, 0)),
                FullContactDefaults.ProviderName,
                Guid.NewGuid(),
                Instant.FromUtc(2026, 3, 1, 12, 0)
            ),
        };

    private static string WholeBody =>
        $$"""{"message":"{{Key}} {{Email}}","fullName":"{{Name}}","bio":"{{Email}}","organization":"{{Key}}","avatar":"https://img.example.com/{{Name}}.png"}""";

    private static Task RepeatEverythingAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = $"/elsewhere/{Name}?apiKey={Key}&email={Email}";
        context.Response.Headers["X-Request-Id"] = $"{Key} {Email} {Name}";
        context.Response.Headers.RetryAfter = Key;
        return status == 204 ? Task.CompletedTask : context.Response.WriteAsync(body);
    }

    private static async Task<ProviderResult> LookUpAsync(
        ProviderUnderTest under,
        CancellationToken cancellationToken = default
    ) => await under.Provider.LookUpAsync(Whole, cancellationToken);

    private static ProviderUnderTest Marked(
        Uri baseAddress,
        Action<IHttpClientBuilder>? http = null,
        Action<FullContactOptions>? configure = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? more = null
    ) =>
        new(
            baseAddress,
            options =>
            {
                options.ApiKey = Key;
                options.LookUpBy |= FullContactIdentifiers.SocialProfiles | FullContactIdentifiers.NameAndAddress;
                configure?.Invoke(options);
            },
            http,
            time,
            services =>
            {
                services.AddSingleton<IFullContactWebhook, MarkedWebhook>();
                more?.Invoke(services);
            }
        );

    private IReadOnlyList<string> LeaksOf(ProviderUnderTest under, ProviderResult? result) =>
        [
            .. under
                .Logs.Select(TextOf)
                .Concat(_emissions.Texts)
                .Append($"result {result}")
                .Where(text => MarksIn(text).Any()),
        ];

    private static string TextOf(FakeLogRecord log)
    {
        var text = new StringBuilder()
            .Append(log.Category)
            .Append(' ')
            .Append(log.Message)
            .Append(' ')
            .Append(log.Exception);
        foreach (var (name, value) in log.StructuredState ?? [])
        {
            text.Append(' ').Append(name).Append('=').Append(value);
        }

        foreach (var scope in log.Scopes)
        {
            text.Append(' ').Append(scope);
        }

        return text.ToString();
    }

    private static IEnumerable<string> MarksIn(string text) =>
        Marks.Where(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));

    private sealed class MarkedWebhook : IFullContactWebhook
    {
        public TimeSpan Timeout => TimeSpan.FromMinutes(10);

        public Uri AddressFor(CallbackReference callback) => new($"https://hooks.example.com/?token={Token}");
    }
}
