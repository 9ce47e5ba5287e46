using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Has the options made anew when the host's configuration reloads: a delegate that takes the key from there, which is
/// how most hosts set it, says nothing of that by itself.
/// </summary>
/// <remarks>
/// Not the configuration's own token: options that are not valid throw at whoever reloads, and a slip in a file is no
/// reason to fail the reload of everything else. <see cref="FullContactSettings"/> reports it.
/// </remarks>
internal sealed class ConfigurationReload : IOptionsChangeTokenSource<FullContactOptions>, IDisposable
{
    private readonly ILogger _logger;
    private readonly IDisposable? _registration;
    private ConfigurationReloadToken _token = new();

    /// <param name="logger">Where a listener that fails is told of.</param>
    /// <param name="configuration">The host's; null when it has none.</param>
    public ConfigurationReload(ILogger<ConfigurationReload> logger, IConfiguration? configuration = null)
    {
        _logger = logger;
        _registration = configuration is null ? null : ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => Volatile.Read(ref _token);

    public void Dispose() => _registration?.Dispose();

    private void Reload()
    {
        try
        {
            Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
        }
        catch (Exception exception)
        {
            // Options that are not valid are reported with the next look at them, once. Whatever else there is was
            // thrown by a binder or by a listener of the host's. Its text may hold the key.
            var errors = (exception as AggregateException)?.Flatten().InnerExceptions ?? [exception];
            foreach (
                var type in errors
                    .Where(error => error is not OptionsValidationException)
                    .Select(error => error.GetType().Name)
                    .Distinct()
            )
            {
                _logger.ListenerFailed(type);
            }
        }
    }
}
