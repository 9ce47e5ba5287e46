using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using CustomerProfiles.FullContact.AspNetCore.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact.AspNetCore.Tests;

/// <summary>
/// Runs every path with marked tokens, keys, addresses, names and bodies, and searches all output for them.
/// </summary>
public sealed class WebhookPrivacyTests
{
    private const string From = "Markedname Quill <marked.address@example.org>";
    private const string OwnCategories = "CustomerProfiles";
    private const string RequestLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private const string MarkedPerson =
        """{"fullName":"Markedname","bio":"marked.address@example.org","location":"Markedtown","details":{"urls":[{"value":"https://marked.example.org/"}]}}""";

    private static readonly string Key = WebhookHost.KeyNamed("marked");
    private static readonly TenantId Tenant = new("markedtenant");

    [Fact]
    public async Task Nothing_leaks_on_any_path()
    {
        using var measured = new Measurements();
        var time = new TestTime();
        var (store, interception) = InterceptedStore.Around(new InMemoryCustomerProfileStore(time));
        await using var host = await StartAsync(time, store);
        var marks = new List<string>
        {
            Key,
            "marked.address",
            "Markedname",
            "Markedtown",
            "marked.example",
            "markedtenant",
            "helpdesk.example.com",
        };
        var pending = await host.RequestCheckAsync(From, Tenant);
        marks.Add(pending.Token);

        // 2101, 2102, 2107, 2104, 2108
        await host.CallAsync(new Uri($"{WebhookHost.PublicAddress}?other=markedname"), MarkedPerson);
        await host.CallAsync(new Uri($"{pending.Address}marked.address"), MarkedPerson);
        await host.CallAsync(pending.Address, $"Markedname {pending.Address}");
        await host.CallAsync(pending.Address, MarkedPerson.PadRight(2000));
        interception.Before = name => throw new InvalidOperationException($"{pending.Address} {From} {name}");
        await host.CallAsync(pending.Address, MarkedPerson);
        interception.Before = null;
        await SlowAsync(host, pending);
        await BrokenOffAsync(host, pending);

        // 2100, three times
        await host.CallAsync(pending.Address, MarkedPerson);
        await host.CallAsync(pending.Address, MarkedPerson);
        var late = await host.RequestCheckAsync("marked.address.too@example.org", Tenant);
        marks.Add(late.Token);
        time.Advance(TimeSpan.FromMinutes(10));
        host.Provider.WhenAskedAgain = Task.FromResult<ProviderResult>(
            new ProviderResult.Failed(ProviderFailure.BadRequest)
        );
        await host.DrainAsync();
        await host.CallAsync(late.Address, MarkedPerson);

        // 2103
        time.Advance(TimeSpan.FromDays(1));
        await host.CallAsync(pending.Address, MarkedPerson);

        host.Events.Should().BeEquivalentTo([2101, 2102, 2107, 2104, 2108, 2105, 2106, 2100, 2100, 2100, 2103]);
        LeaksIn(host.Logs.Where(IsOwn), marks).Should().BeEmpty();
        LeaksIn(host.Logs.Where(log => log.Category != RequestLog), marks)
            .Should()
            .BeEmpty("no other category writes the query");
        measured.Texts.Should().NotBeEmpty();
        marks
            .Where(mark => measured.Texts.Any(text => text.Contains(mark, StringComparison.OrdinalIgnoreCase)))
            .Should()
            .BeEmpty();
    }

    /// <summary>The case that the documentation warns of, which also proves that the search works.</summary>
    [Fact]
    public async Task The_servers_own_request_log_shows_the_token_below_warning()
    {
        await using var host = await StartAsync(new TestTime(), null);
        var pending = await host.RequestCheckAsync(From, Tenant);

        await host.CallAsync(pending.Address, MarkedPerson);

        var leaks = host.Logs.Where(log => LeaksIn([log], [pending.Token]).Any()).ToArray();
        leaks
            .Should()
            .NotBeEmpty()
            .And.OnlyContain(log => log.Category == RequestLog && log.Level == LogLevel.Information);
    }

    [Fact]
    public async Task A_used_token_in_that_log_has_no_effect()
    {
        await using var host = await StartAsync(new TestTime(), null);
        var pending = await host.RequestCheckAsync(From, Tenant);
        await host.CallAsync(pending.Address, MarkedPerson);
        var before = await host.ProfileOfAsync(pending);

        var response = await host.CallAsync(pending.Address, """{"location":"Forged"}""");

        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
        (await host.ProfileOfAsync(pending)).Should().Be(before);
        before.Location.Should().Be("Markedtown");
    }

    [Fact]
    public async Task ToString_reveals_nothing()
    {
        await using var host = await StartAsync(new TestTime(), null);
        var pending = await host.RequestCheckAsync(From, Tenant);
        var request = host.Provider.Questions.Single();
        var options = host.Services.GetRequiredService<IOptions<FullContactWebhookOptions>>().Value;

        var texts =
            $"{host.Services.GetRequiredService<IFullContactWebhook>()} "
            + $"{host.Services.GetRequiredService<CallbackTokenProtector>()} "
            + $"{host.Services.GetRequiredService<CallbackEndpoint>()} {options} {request} "
            + $"{request.Callback} {FullContactCallback.Read(Encoding.UTF8.GetBytes(MarkedPerson))}";

        options.SigningKeys.Should().Equal(Key);
        foreach (
            var mark in new[]
            {
                Key,
                pending.Token,
                pending.Id.ToString(),
                request.Callback!.LeaseId.ToString(),
                "marked",
            }
        )
        {
            texts.Should().NotContainEquivalentOf(mark);
        }
    }

    [Fact]
    public async Task A_failed_validation_shows_no_key()
    {
        var thrown = (
            await FluentActions
                .Awaiting(() =>
                    WebhookHost.StartAsync(options =>
                    {
                        options.SigningKeys = [Key[..20], $"{Key} marked", Key];
                        options.PublicAddress = new Uri(
                            $"https://user:{Uri.EscapeDataString(Key)}@helpdesk.example.com/?key=markedkey"
                        );
                    })
                )
                .Should()
                .ThrowAsync<OptionsValidationException>()
        ).Which;

        thrown.Failures.Should().HaveCount(3);
        thrown
            .ToString()
            .Should()
            .NotContain(Key[..20])
            .And.NotContain(Uri.EscapeDataString(Key))
            .And.NotContain("marked");
    }

    private static Task<WebhookHost> StartAsync(TestTime time, ICustomerProfileStore? store) =>
        WebhookHost.StartAsync(
            options =>
            {
                options.SigningKeys = [Key];
                options.MaxBodyBytes = 1500;
            },
            time,
            store
        );

    private static async Task SlowAsync(WebhookHost host, PendingCustomer pending)
    {
        using var call = await RawCall.ConnectAsync(host.LocalAddress);
        var waiting = host.Time.NextWaitOf(CallbackEndpoint.BodyTimeout);
        await call.BeginPostAsync(pending.Address, "Content-Length: 1000");
        await call.SendAsync(MarkedPerson);
        await waiting;
        host.Time.Advance(CallbackEndpoint.BodyTimeout);
        (await call.StatusAsync()).Should().Be(408);
    }

    private static async Task BrokenOffAsync(WebhookHost host, PendingCustomer pending)
    {
        using var call = await RawCall.ConnectAsync(host.LocalAddress);
        await call.BeginPostAsync(pending.Address, "Transfer-Encoding: chunked");
        await call.SendAsync($"Markedname {pending.Token}\r\n");
        (await call.StatusAsync()).Should().Be(400, "this is no chunk");
    }

    private static bool IsOwn(FakeLogRecord log) => log.Category!.StartsWith(OwnCategories, StringComparison.Ordinal);

    private static IEnumerable<string> LeaksIn(IEnumerable<FakeLogRecord> logs, IReadOnlyCollection<string> marks) =>
        logs.Select(TextOf).Where(text => marks.Any(mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase)));

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
            foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object?>> ?? [])
            {
                text.Append(' ').Append(name).Append('=').Append(value);
            }
        }

        return text.ToString();
    }

    /// <summary>The tags of all measurements and traces of the library meanwhile, also from other tests.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly MeterListener _meters = new();
        private readonly ActivityListener _activities;

        public Measurements()
        {
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.StartsWith(OwnCategories, StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>(
                (instrument, _, tags, _) => Keep(instrument.Name, tags.ToArray())
            );
            _meters.SetMeasurementEventCallback<double>(
                (instrument, _, tags, _) => Keep(instrument.Name, tags.ToArray())
            );
            _meters.Start();
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name.StartsWith(OwnCategories, StringComparison.Ordinal),
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = activity => Keep(activity.DisplayName, [.. activity.TagObjects]),
            };
            ActivitySource.AddActivityListener(_activities);
        }

        public ConcurrentQueue<string> Texts { get; } = [];

        public void Dispose()
        {
            _meters.Dispose();
            _activities.Dispose();
        }

        private void Keep(string name, KeyValuePair<string, object?>[] tags) =>
            Texts.Enqueue($"{name} {string.Join(' ', tags)}");
    }
}
