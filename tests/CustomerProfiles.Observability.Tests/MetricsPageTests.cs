using System.Diagnostics.Metrics;
using System.Reflection;
using CustomerProfiles.FullContact;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles.Observability.Tests;

/// <summary>
/// The metrics on docs/operate/observability.md are those that a host with every library measures when everything that
/// can be measured occurs once.
/// </summary>
public sealed class MetricsPageTests : IAsyncDisposable
{
    private const string Provider = "directory";

    private static readonly CustomerProfile Nobody = new(default, CustomerId.New(default), 1, default, default, [], []);

    private readonly ServiceProvider _services;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, Instrument> _instruments = [];
    private readonly Dictionary<string, Dictionary<string, List<string>>> _tags = [];
    private readonly Dictionary<string, int> _measured = [];

    public MetricsPageTests()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddCustomerProfiles().AddProvider(new Directory()).AddFullContact(options => options.ApiKey = "key");
        _services = services.BuildServiceProvider();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (
                instrument.Meter.Name == CustomerProfilesDiagnostics.MeterName
                && ReferenceEquals(instrument.Meter.Scope, _services.GetRequiredService<IMeterFactory>())
            )
            {
                _instruments.Add(instrument.Name, instrument);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, tags));
        _listener.Start();
        MeasureEverything();
    }

    [Fact]
    public void The_page_lists_every_instrument_with_its_kind_and_its_unit()
    {
        var listed = ObservabilityPage
            .Table("instrument", "kind", "unit", "tags", "what it tells")
            .Select(row => (ObservabilityPage.Codes(row[0])[0], row[1], ObservabilityPage.Codes(row[2])[0]));
        listed
            .Should()
            .BeEquivalentTo(_instruments.Values.Select(one => (one.Name, one.GetType().Name.Split('`')[0], one.Unit!)));
    }

    [Fact]
    public void Every_instrument_has_a_public_constant_and_every_constant_an_instrument()
    {
        var constants = typeof(CustomerProfilesDiagnostics)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(name => name.StartsWith("customerprofiles.", StringComparison.Ordinal))
            .Except([CustomerProfilesDiagnostics.CheckActivityName]);
        constants.Append(FullContactDefaults.RateDelayInstrument).Should().BeEquivalentTo(_instruments.Keys);
    }

    [Fact]
    public void The_page_lists_the_tags_of_every_instrument_and_which_of_them_are_not_always_there()
    {
        foreach (var row in ObservabilityPage.Table("instrument", "kind", "unit", "tags", "what it tells"))
        {
            var instrument = ObservabilityPage.Codes(row[0])[0];
            var tags = _tags[instrument];
            ObservabilityPage.Codes(row[3]).Should().BeEquivalentTo(tags.Keys, instrument);
            foreach (var (tag, values) in tags)
            {
                row[3]
                    .Contains($"[`{tag}`]", StringComparison.Ordinal)
                    .Should()
                    .Be(values.Count < _measured[instrument], $"{tag} of {instrument} is always there or not");
            }
        }
    }

    [Fact]
    public void The_page_lists_every_value_that_a_tag_can_have()
    {
        var listed = ObservabilityPage
            .Table("instrument", "tag", "values")
            .ToDictionary(row => $"{row[0]} {row[1]}".Replace("`", ""), row => ObservabilityPage.Codes(row[2]));
        var measured = _tags
            .SelectMany(one =>
                one.Value.Where(tag => tag.Key != CustomerProfilesDiagnostics.ProviderTag)
                    .Select(tag => ($"{one.Key} {tag.Key}", tag.Value))
            )
            .ToArray();

        listed.Keys.Should().BeEquivalentTo(measured.Select(one => one.Item1));
        foreach (var (key, values) in measured)
        {
            listed[key]
                .Should()
                .BeEquivalentTo(
                    values.Distinct().Where(value => value != CustomerProfilesDiagnostics.OtherTagValue),
                    key
                );
        }
    }

    [Fact]
    public void The_names_of_meter_source_activity_and_category_are_those_on_the_page()
    {
        foreach (var row in ObservabilityPage.Table("what", "name", "constant"))
        {
            var constant = ObservabilityPage.Codes(row[2])[0].Split('.');
            constant[0].Should().Be(nameof(CustomerProfilesDiagnostics));
            typeof(CustomerProfilesDiagnostics)
                .GetField(constant[1])!
                .GetRawConstantValue()
                .Should()
                .Be(ObservabilityPage.Codes(row[1])[0]);
        }

        ObservabilityPage
            .Table("what", "name", "constant")
            .Should()
            .HaveCount(
                typeof(CustomerProfilesDiagnostics)
                    .GetFields(BindingFlags.Public | BindingFlags.Static)
                    .Count(field =>
                        field.Name.EndsWith("Name", StringComparison.Ordinal) || field.Name == "LogCategory"
                    )
            );
    }

    [Fact]
    public void The_page_lists_the_health_checks_by_the_names_that_they_have()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddCustomerProfiles().AddCustomerProfilesStore().AddCustomerProfilesEvents();
        using var built = services.BuildServiceProvider();
        var names = built
            .GetRequiredService<IOptions<HealthCheckServiceOptions>>()
            .Value.Registrations.Select(registration => registration.Name);
        ObservabilityPage
            .Table("name", "fails when", "costs")
            .Select(row => ObservabilityPage.Codes(row[0])[0])
            .Should()
            .Equal(names);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _services.DisposeAsync();
    }

    private void MeasureEverything()
    {
        var telemetry = _services.GetRequiredService<CustomerProfilesTelemetry>();
        CheckDecision Decision(CheckReason reason) =>
            new(Provider, reason is CheckReason.FirstCheck or CheckReason.Due, reason, null);
        telemetry.Recorded(new ConversationOutcome.Created(Nobody, [], []), telemetry.IntakeStarted());
        telemetry.Recorded(
            new ConversationOutcome.Existing(Nobody, [.. Enum.GetValues<CheckReason>().Select(Decision)], []),
            telemetry.IntakeStarted()
        );
        foreach (var reason in Enum.GetValues<DeclineReason>())
        {
            telemetry.Recorded(new ConversationOutcome.Declined(reason, "Why.", []), telemetry.IntakeStarted());
        }

        foreach (
            var outcome in new SaveOutcome[]
            {
                new SaveOutcome.Saved(Nobody),
                new SaveOutcome.Rejected([]),
                new SaveOutcome.Conflict([], Nobody),
                new SaveOutcome.IdentityTaken(default, default),
                new SaveOutcome.DoNotKeep([]),
                new SaveOutcome.Erased(
                    new ErasureReceipt
                    {
                        Id = Guid.Empty,
                        Customers = [],
                        At = default,
                        By = "kim",
                        Identities = 0,
                        Conversations = 0,
                        Changes = 0,
                        Providers = [],
                        Marks = [],
                    }
                ),
                new SaveOutcome.NotFound(),
                new SaveOutcome.Busy(),
            }
        )
        {
            telemetry.Saved(outcome);
        }

        foreach (
            var providerResult in Enum.GetValues<ProviderFailure>()
                .Select(ProviderResult (failure) => new ProviderResult.Failed(failure))
                .Concat([
                    new ProviderResult.Matched(new PublicInformation { Bio = "Wrote the first program." }),
                    new ProviderResult.Matched(new PublicInformation()),
                    new ProviderResult.NoMatch(),
                    new ProviderResult.Withheld(),
                    new ProviderResult.Pending(Duration.Zero),
                    new ProviderResult.CallbackExpected(Duration.Zero),
                ])
        )
        {
            telemetry.Checked(null, Provider, TimeSpan.FromSeconds(1), providerResult, null);
        }

        foreach (var result in new CompleteResult[] { new CompleteResult.Dropped(), new CompleteResult.LeaseLost() })
        {
            telemetry.Checked(null, Provider, TimeSpan.FromSeconds(1), new ProviderResult.NoMatch(), result);
        }

        // Taken from the code, so that a new reason of the runner is counted.
        foreach (
            var reason in typeof(TagValues)
                .GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.Name != nameof(TagValues.NotMade))
        )
        {
            telemetry.NotMade(null, Provider, (string)reason.GetRawConstantValue()!);
        }

        foreach (var outcome in typeof(EventTagValues).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            telemetry.EventHandled((string)outcome.GetRawConstantValue()!);
        }

        telemetry.UnderWay(Provider, 1);
        telemetry.Pending([new PendingChecks(Provider, 1)]);
        _listener.RecordObservableInstruments();
        using var response = new HttpResponseMessage();
        response.Headers.Add("X-FullContact-RateDelay", "250");
        HeldBackBy(response);
    }

    /// <summary>By name, because FullContact shows its internals only to its own tests.</summary>
    private void HeldBackBy(HttpResponseMessage response)
    {
        var metrics = typeof(FullContactOptions).Assembly.GetType("CustomerProfiles.FullContact.FullContactMetrics")!;
        metrics.GetMethod("HeldBackBy")!.Invoke(_services.GetRequiredService(metrics), [response]);
    }

    private void Add(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _measured[instrument.Name] = _measured.GetValueOrDefault(instrument.Name) + 1;
        if (!_tags.TryGetValue(instrument.Name, out var ofInstrument))
        {
            _tags.Add(instrument.Name, ofInstrument = []);
        }

        foreach (var (key, value) in tags)
        {
            if (!ofInstrument.TryGetValue(key, out var values))
            {
                ofInstrument.Add(key, values = []);
            }

            values.Add((string)value!);
        }
    }

    private sealed class Directory : IProfileProvider
    {
        public string Name => Provider;

        public Uri? ClaimPage => null;

        public ValueTask<ProviderResult> LookUpAsync(ProviderRequest request, CancellationToken cancellationToken) =>
            new(new ProviderResult.NoMatch());
    }
}
