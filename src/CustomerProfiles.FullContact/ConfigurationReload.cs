using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace CustomerProfiles.FullContact;

/// <summary>
/// Has the options made anew when the host's configuration reloads: a delegate that takes the key from there, which is how most hosts set it, says nothing
/// of that by itself.
/// </summary>
/// <remarks>
/// Not the configuration's own token: options that are not valid throw at whoever reloads, and a slip in a file is no reason to fail the reload of everything
/// else. <see cref="FullContactSettings"/> reports it.
/// </remarks>
internal sealed class ConfigurationReload : IOptionsChangeTokenSource<FullContactOptions>, IDisposable
{
    private readonly IDisposable? _registration;
    private ConfigurationReloadToken _token = new();

    /// <param name="configuration">The host's; null when it has none.</param>
    public ConfigurationReload(IConfiguration? configuration = null) =>
        _registration = configuration is null ? null : ChangeToken.OnChange(configuration.GetReloadToken, Reload);

    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => Volatile.Read(ref _token);

    public void Dispose() => _registration?.Dispose();

    private void Reload()
    {
        try
        {
            Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
        }
        catch (Exception)
        {
            // Reported with the next look at the options, once.
        }
    }
}
