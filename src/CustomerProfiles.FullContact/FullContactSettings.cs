using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The current options, or the last valid ones while the current ones are invalid: a mistake in a configuration file
/// does not stop a running host.
/// </summary>
internal sealed class FullContactSettings : IDisposable
{
    private readonly IOptionsMonitor<FullContactOptions> _monitor;
    private readonly ILogger _logger;
    private readonly IDisposable? _changes;
    private readonly Lock _lock = new();
    private FullContactOptions _lastUsable;
    private string? _lastErrors;

    /// <summary>Reads the options.</summary>
    /// <exception cref="OptionsValidationException">They are not valid.</exception>
    public FullContactSettings(IOptionsMonitor<FullContactOptions> monitor, ILogger<FullContactSettings> logger)
    {
        _monitor = monitor;
        _logger = logger;
        AtStart = _lastUsable = monitor.CurrentValue;
        _changes = monitor.OnChange(_ => _ = Current);
    }

    /// <summary>Raised when the API key or the address changes. Other changes do not raise it.</summary>
    public event Action? AccountChanged;

    /// <summary>Raised after any change takes effect, and after <see cref="AccountChanged"/>.</summary>
    public event Action? Changed;

    /// <summary>The options at the start, for what cannot change while the host runs.</summary>
    public FullContactOptions AtStart { get; }

    public FullContactOptions Current
    {
        get
        {
            FullContactOptions current;
            try
            {
                current = _monitor.CurrentValue;
            }
            catch (Exception exception)
            {
                // The message of a binder repeats the value, which may be the key.
                ReportOnce(exception is OptionsValidationException ? exception.Message : exception.GetType().Name);
                return Volatile.Read(ref _lastUsable);
            }

            var before = Volatile.Read(ref _lastUsable);
            if (!ReferenceEquals(before, current))
            {
                Apply(current);
            }

            return current;
        }
    }

    public void Dispose() => _changes?.Dispose();

    private void Apply(FullContactOptions current)
    {
        bool isOther;
        lock (_lock)
        {
            isOther =
                !string.Equals(_lastUsable.ApiKey, current.ApiKey, StringComparison.Ordinal)
                || _lastUsable.BaseAddress != current.BaseAddress;
            _lastUsable = current;
            _lastErrors = null;
        }

        if (isOther)
        {
            AccountChanged?.Invoke();
        }

        Changed?.Invoke();
    }

    /// <summary>Reports invalid options once, although they are read with each request.</summary>
    private void ReportOnce(string errors)
    {
        lock (_lock)
        {
            if (string.Equals(_lastErrors, errors, StringComparison.Ordinal))
            {
                return;
            }

            _lastErrors = errors;
        }

        _logger.InvalidChange(errors);
    }
}
