using Microsoft.Extensions.Logging;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Keeps the log bounded, whoever calls the webhook and however often: of each reason for a refusal one line, and after
/// that at most one line a minute, which says how many calls there were.
/// </summary>
internal sealed class RefusalLog(ILogger logger, TimeProvider time) : IDisposable
{
    /// <summary>How long calls of one reason are counted before they are told of.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Refusal, Counted> _counted = [];
    private bool _isDisposed;

    /// <summary>Writes a line, or counts the call for a later one.</summary>
    /// <param name="reason">Why a call was refused.</param>
    /// <param name="write">Writes the line of a first call.</param>
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
            counted.Timer = time.CreateTimer(_ => Tell(reason), state: null, Window, Window);
        }

        write(logger);
    }

    /// <summary>Tells what has been counted, and counts no more.</summary>
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

    private void Tell(Refusal reason)
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
                // A quiet minute: the next call gets its own line again.
                counted.Timer?.Dispose();
                _counted.Remove(reason);
                return;
            }
        }

        Write(calls, reason);
    }

    /// <summary>
    /// Writes a line. What the host's log throws has nowhere to go: on a timer's thread it would end the process.
    /// </summary>
    private void Write(int calls, Refusal reason)
    {
        try
        {
            logger.RefusedMore(calls, reason, Window);
        }
        catch (Exception)
        {
            // The log itself is broken, so there is nobody to tell.
        }
    }

    private sealed class Counted
    {
        public int Calls { get; set; }

        public ITimer? Timer { get; set; }
    }
}
