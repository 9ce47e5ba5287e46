using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The options as they are now, or as they last were when they cannot be used now: a slip in a configuration file does
/// not stop a host that runs.
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

    /// <summary>
    /// Raised when the account is asked with another key or at another address from now on. Other changes, of these
    /// options or of whatever else reloads with them, are none.
    /// </summary>
    public event Action? AccountChanged;

    /// <summary>Raised after any change that is taken up, and after <see cref="AccountChanged"/>.</summary>
    public event Action? Changed;

    /// <summary>The options as they were at first, for what cannot change while the host runs.</summary>
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
                // What a binder says repeats the value, which may be the key.
                Tell(exception is OptionsValidationException ? exception.Message : exception.GetType().Name);
                return Volatile.Read(ref _lastUsable);
            }

            var before = Volatile.Read(ref _lastUsable);
            if (!ReferenceEquals(before, current))
            {
                Take(current);
            }

            return current;
        }
    }

    public void Dispose() => _changes?.Dispose();

    private void Take(FullContactOptions current)
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

    /// <summary>The options are looked at with each question, and what is wrong with them is said once.</summary>
    private void Tell(string errors)
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
