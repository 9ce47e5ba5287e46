using CustomerProfiles.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>
/// The provider as a host gets it, with a clock that does not move and all log lines down to level Trace.
/// </summary>
internal sealed class ProviderUnderTest : IAsyncDisposable
{
    public const string Key = "key-of-the-tests";
    public const string Email = "maria.quill@example.org";

    private readonly ServiceProvider _services;

    public ProviderUnderTest(
        Uri baseAddress,
        Action<FullContactOptions>? configure = null,
        Action<IHttpClientBuilder>? http = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? more = null
    )
    {
        var services = new ServiceCollection();
        services.AddSingleton(time ?? Time);
        services.AddMetrics();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddFakeLogging());
        services
            .AddCustomerProfiles()
            .AddFullContact(
                options =>
                {
                    options.ApiKey = Key;
                    options.BaseAddress = baseAddress;

                    // On a clock that does not move no pause between calls would end; the tests of retries set another
                    // one.
                    options.MaxRetries = 0;
                    configure?.Invoke(options);
                },
                http
            );
        more?.Invoke(services);
        _services = services.BuildServiceProvider();
        Provider = _services.GetRequiredService<IProfileProvider>();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public IProfileProvider Provider { get; }

    public IServiceProvider Services => _services;

    public IReadOnlyList<FakeLogRecord> Logs => _services.GetFakeLogCollector().GetSnapshot();

    /// <summary>The log lines of the provider, without the one for every call.</summary>
    public IReadOnlyList<FakeLogRecord> OwnLogs =>
        [.. Logs.Where(log => log.Category == typeof(FullContactProvider).FullName && log.Id.Id != 2000)];

    public Task<ProviderResult> LookUpAsync(string email = Email, CancellationToken cancellationToken = default) =>
        LookUpAsync([email], cancellationToken);

    public async Task<ProviderResult> LookUpAsync(
        IEnumerable<string> emails,
        CancellationToken cancellationToken = default
    ) => await Provider.LookUpAsync(RequestAbout(emails), cancellationToken);

    public static ProviderRequest RequestAbout(IEnumerable<string> emails) =>
        new(TenantId.Default, [.. emails.Select(EmailAddress.Parse)]);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
