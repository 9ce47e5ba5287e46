using System.Diagnostics;
using System.Diagnostics.Metrics;
using CustomerProfiles.FullContact.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using FullContact.Simulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using NodaTime.Extensions;

namespace CustomerProfiles.FullContact.Tests;

/// <summary>
/// A corrected key in the configuration takes effect, in every form that the documentation shows, and waiting checks
/// run at once.
/// </summary>
public sealed class CorrectedKeyTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly ConfigurationManager _configuration = new();
    private FullContactSimulator _simulator = null!;

    public static TheoryData<string> Forms => ["delegate", "section", "root"];

    public async Task InitializeAsync()
    {
        _simulator = await FullContactSimulator.StartAsync(ProviderUnderTest.Key);
        _configuration["FullContact:ApiKey"] = "a-wrong-key";
        _configuration["FullContact:BaseAddress"] = _simulator.BaseAddress.AbsoluteUri;
        _configuration["FullContact:MaxRetries"] = "0";
    }

    public async Task DisposeAsync()
    {
        await _simulator.DisposeAsync();
        _configuration.Dispose();
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_corrected_key_takes_effect_and_waiting_checks_run_at_once(string form)
    {
        await using var services = Services(form);
        using var underWay = new MetricCollector<long>(
            services.GetRequiredService<IMeterFactory>(),
            CustomerProfilesDiagnostics.MeterName,
            CustomerProfilesDiagnostics.ChecksUnderWay
        );
        var hosted = services.GetServices<IHostedService>().ToArray();
        foreach (var service in hosted)
        {
            await service.StartAsync(CancellationToken.None);
        }

        var ids = new List<CustomerId>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(
                (
                    await services
                        .GetRequiredService<ICustomerProfiles>()
                        .ConversationReceivedAsync(
                            new Conversation($"c{i}", $"person{i}@example.com", _time.GetUtcNow().ToInstant())
                        )
                )
                    .Profile!
                    .Id
            );
        }

        // A refusal that is recorded only after the key was corrected would wait a second, which never passes here.
        await Until(() =>
            Task.FromResult(
                services.GetRequiredService<IProfileProvider>().Pause?.Failure == ProviderFailure.InvalidApiKey
                    && underWay.GetMeasurementSnapshot().EvaluateAsCounter() == 0
            )
        );

        Correct(ProviderUnderTest.Key);

        // The clock does not move, so no sweep runs.
        foreach (var id in ids)
        {
            await Until(async () => await OutcomeOfAsync(services, id) is not null);
        }

        foreach (var service in hosted)
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_changed_settings_file_takes_effect()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var file = Path.Combine(folder.FullName, "appsettings.json");
            await File.WriteAllTextAsync(file, """{"FullContact":{"ApiKey":"a-wrong-key"}}""");
            var root = new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build();
            await using var services = Services("delegate", root, _simulator.BaseAddress);
            var provider = services.GetRequiredService<IProfileProvider>();
            await provider.LookUpAsync(
                ProviderUnderTest.RequestAbout(["maria.quill@example.org"]),
                CancellationToken.None
            );
            provider.Pause!.Failure.Should().Be(ProviderFailure.InvalidApiKey);

            await File.WriteAllTextAsync(file, $$$"""{"FullContact":{"ApiKey":"{{{ProviderUnderTest.Key}}}"}}""");
            root.Reload();

            provider.Pause.Should().BeNull();
            (
                await provider.LookUpAsync(
                    ProviderUnderTest.RequestAbout(["maria.quill@example.org"]),
                    CancellationToken.None
                )
            )
                .Should()
                .BeOfType<ProviderResult.Matched>();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("a key with blanks")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_invalid_change_stops_neither_the_reload_nor_lookups_and_is_logged_once(string? slip)
    {
        Correct(ProviderUnderTest.Key);
        await using var services = Services("delegate");
        var provider = services.GetRequiredService<IProfileProvider>();

        FluentActions.Invoking(() => Correct(slip)).Should().NotThrow("whoever reloads reloads more than this");

        (
            await provider.LookUpAsync(
                ProviderUnderTest.RequestAbout(["maria.quill@example.org"]),
                CancellationToken.None
            )
        )
            .Should()
            .BeOfType<ProviderResult.Matched>();
        services
            .GetFakeLogCollector()
            .GetSnapshot()
            .Should()
            .ContainSingle(log => log.Id.Id == 2011)
            .Which.Message.Should()
            .NotContain("blanks\"");
    }

    [Fact]
    public async Task A_failing_listener_of_the_host_stops_no_reload_and_only_its_type_is_logged()
    {
        await using var services = Services("delegate");
        var provider = services.GetRequiredService<IProfileProvider>();
        services
            .GetRequiredService<IOptionsMonitor<FullContactOptions>>()
            .OnChange(options => throw new TimeZoneNotFoundException(options.ApiKey));

        FluentActions.Invoking(() => Correct(ProviderUnderTest.Key)).Should().NotThrow();

        (
            await provider.LookUpAsync(
                ProviderUnderTest.RequestAbout(["maria.quill@example.org"]),
                CancellationToken.None
            )
        )
            .Should()
            .BeOfType<ProviderResult.Matched>();
        services
            .GetFakeLogCollector()
            .GetSnapshot()
            .Should()
            .ContainSingle(log => log.Id.Id == 2018)
            .Which.Message.Should()
            .Contain(nameof(TimeZoneNotFoundException))
            .And.NotContain(ProviderUnderTest.Key);
    }

    [Fact]
    public async Task Every_option_is_bound_and_a_filter_replaces_the_default()
    {
        _configuration["FullContact:DataFilter:0"] = "social";
        _configuration["FullContact:Timeout"] = "00:00:07";
        _configuration["FullContact:Confidence"] = "Max";
        _configuration["FullContact:LookUpBy"] = "Emails, SocialProfiles";
        _configuration["FullContact:HashEmails"] = "Sha256";
        _configuration["FullContact:MonthlyBudget"] = "12";
        _configuration["FullContact:AllowOtherPrimaryHandlers"] = "true";
        await using var services = Services("section");

        services
            .GetRequiredService<IOptionsMonitor<FullContactOptions>>()
            .CurrentValue.Should()
            .BeEquivalentTo(
                new
                {
                    ApiKey = "a-wrong-key",
                    DataFilter = new[] { "social" },
                    Timeout = TimeSpan.FromSeconds(7),
                    Confidence = FullContactConfidence.Max,
                    LookUpBy = FullContactIdentifiers.Emails | FullContactIdentifiers.SocialProfiles,
                    HashEmails = FullContactEmailHash.Sha256,
                    MonthlyBudget = 12,
                    AllowOtherPrimaryHandlers = true,
                    BaseAddress = _simulator.BaseAddress,
                }
            );
    }

    [Fact]
    public async Task A_request_refused_with_options_that_were_corrected_meanwhile_is_repeated_at_once()
    {
        Correct(ProviderUnderTest.Key);
        await using var services = Services("delegate");
        _simulator.Script("maria.quill@example.org", new SimulatedResponse.Status(401), new SimulatedResponse.Miss());
        using var held = _simulator.Hold("maria.quill@example.org");
        var calling = services
            .GetRequiredService<IProfileProvider>()
            .LookUpAsync(ProviderUnderTest.RequestAbout(["maria.quill@example.org"]), CancellationToken.None)
            .AsTask();
        await held.Arrived;
        _configuration["FullContact:BaseAddress"] = $"http://localhost:{_simulator.BaseAddress.Port}/";
        ((IConfigurationRoot)_configuration).Reload();
        held.Release();

        (await calling).Should().Be(new ProviderResult.NoMatch());
        _simulator.Calls.Should().Be(2);
    }

    private static async Task<CheckOutcome?> OutcomeOfAsync(ServiceProvider services, CustomerId id) =>
        (
            await services
                .GetRequiredService<Stores.ICustomerProfileStore>()
                .GetAsync(TenantId.Default, id, CancellationToken.None)
        )!
            .GetCheck(FullContactDefaults.ProviderName)
            ?.LastOutcome;

    private static async Task Until(Func<Task<bool>> isSo)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSo())
        {
            waited.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(30), "it does not come");
            await Task.Yield();
        }
    }

    private void Correct(string? key)
    {
        _configuration["FullContact:ApiKey"] = key;
        ((IConfigurationRoot)_configuration).Reload();
    }

    private ServiceProvider Services(string form, IConfiguration? configuration = null, Uri? baseAddress = null)
    {
        configuration ??= _configuration;
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging(logging => logging.AddFakeLogging());
        var builder = services.AddCustomerProfiles();
        _ = form switch
        {
            "section" => builder.AddFullContact(configuration.GetSection("FullContact")),
            "root" => builder.AddFullContact(options => configuration.GetSection("FullContact").Bind(options)),
            _ => builder.AddFullContact(options =>
            {
                options.ApiKey = configuration["FullContact:ApiKey"]!;
                options.BaseAddress = baseAddress ?? new Uri(configuration["FullContact:BaseAddress"]!);
                options.MaxRetries = 0;
            }),
        };
        return services.BuildServiceProvider();
    }
}
