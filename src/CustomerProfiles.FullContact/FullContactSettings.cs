using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>The options as they are now, or as they last were when they are not valid now: a slip in a configuration file does not stop a host that runs.</summary>
internal sealed class FullContactSettings : IDisposable
{
    private readonly IOptionsMonitor<FullContactOptions> _monitor;
    private readonly ILogger _logger;
    private readonly IDisposable? _changes;
    private FullContactOptions _lastValid;
    private string? _lastErrors;

    /// <summary>Reads the options.</summary>
    /// <exception cref="OptionsValidationException">They are not valid.</exception>
    public FullContactSettings(IOptionsMonitor<FullContactOptions> monitor, ILogger<FullContactSettings> logger)
    {
        _monitor = monitor;
        _logger = logger;
        _lastValid = monitor.CurrentValue;
        _changes = monitor.OnChange(_ => Changed?.Invoke());
    }

    /// <summary>Raised after a change to valid options.</summary>
    public event Action? Changed;

    public FullContactOptions Current
    {
        get
        {
            try
            {
                var current = _monitor.CurrentValue;
                _lastErrors = null;
                return _lastValid = current;
            }
            catch (OptionsValidationException exception)
            {
                // Looked at with each question, and said once.
                if (Interlocked.Exchange(ref _lastErrors, exception.Message) != exception.Message)
                {
                    _logger.InvalidChange(exception.Message);
                }

                return _lastValid;
            }
        }
    }

    public void Dispose() => _changes?.Dispose();
}
