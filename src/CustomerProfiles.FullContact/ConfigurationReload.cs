using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Rebuilds the options when the host's configuration reloads. Most hosts set the key with a delegate that reads the
/// configuration, and a delegate does not signal changes.
/// </summary>
/// <remarks>
/// The configuration's own token is not used: invalid options would throw at whoever reloads, and one mistake in a file
/// must not fail the reload of everything else. <see cref="FullContactSettings"/> reports it.
/// </remarks>
internal sealed class ConfigurationReload : IOptionsChangeTokenSource<FullContactOptions>, IDisposable
{
    private readonly ILogger _logger;
    private readonly IDisposable? _registration;
    private ConfigurationReloadToken _token = new();

    /// <param name="logger">The log for failing listeners.</param>
    /// <param name="configuration">The host's configuration; null when it has none.</param>
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
            // FullContactSettings reports invalid options once, when they are next read. Any other exception is from a
            // binder or from a listener of the host's; its text may contain the key.
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
