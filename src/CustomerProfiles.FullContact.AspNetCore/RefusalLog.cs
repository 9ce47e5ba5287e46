using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Limits the log lines about refused calls: one line for the first call of each reason, and then at most one line a
/// minute with the number of further calls.
/// </summary>
internal sealed class RefusalLog(ILogger logger, TimeProvider time) : IDisposable
{
    /// <summary>The period that a summary line covers.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Refusal, Counted> _counted = [];
    private bool _isDisposed;

    /// <summary>Writes a line, or counts the call for a later one.</summary>
    /// <param name="reason">The reason for the refusal.</param>
    /// <param name="write">Writes the line of the first call.</param>
    public void Refused(Refusal reason, Action<ILogger> write)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_counted.TryGetValue(reason, out var counted))
            {
                counted.Calls++;
                return;
            }

            counted = new Counted();
            _counted.Add(reason, counted);
            counted.Timer = time.CreateTimer(_ => Summarize(reason), state: null, Window, Window);
        }

        write(logger);
    }

    /// <summary>Logs the remaining counts.</summary>
    public void Dispose()
    {
        List<(Refusal Reason, int Calls)> left;
        lock (_lock)
        {
            _isDisposed = true;
            left =
            [
                .. _counted.Select(counted => (counted.Key, counted.Value.Calls)).Where(counted => counted.Calls > 0),
            ];
            foreach (var counted in _counted.Values)
            {
                counted.Timer?.Dispose();
            }

            _counted.Clear();
        }

        foreach (var (reason, calls) in left)
        {
            Write(calls, reason);
        }
    }

    private void Summarize(Refusal reason)
    {
        int calls;
        lock (_lock)
        {
            if (!_counted.TryGetValue(reason, out var counted))
            {
                return;
            }

            calls = counted.Calls;
            counted.Calls = 0;
            if (calls == 0)
            {
                // No call for a whole period: the next one gets its own line again.
                counted.Timer?.Dispose();
                _counted.Remove(reason);
                return;
            }
        }

        Write(calls, reason);
    }

    /// <summary>
    /// Writes a line. An exception of the host's log is dropped: on a timer's thread it would end the process.
    /// </summary>
    private void Write(int calls, Refusal reason)
    {
        try
        {
            logger.RefusedMore(calls, reason, Window);
        }
        catch (Exception)
        {
            // The log itself is broken.
        }
    }

    private sealed class Counted
    {
        public int Calls { get; set; }

        public ITimer? Timer { get; set; }
    }
}
