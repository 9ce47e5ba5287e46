using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Counts the first checks that received conversations request, per tenant, in memory: counting in the store would cost
/// one more call for every new customer. A restart of the host resets the counts. Only tenants that requested one
/// within the last hour use memory.
/// </summary>
internal sealed class FirstCheckLimit(IOptions<CustomerProfilesOptions> options, CustomerProfilesTelemetry telemetry)
{
    /// <summary>
    /// One step more than an hour has, so that what was counted at the end of the first step counts for a whole hour.
    /// </summary>
    private const int Steps = 11;

    private static readonly Duration Step = Duration.FromMinutes(6);

    private readonly int? _most = options.Value.MaxFirstChecksPerHour;
    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, Window> _windows = [];
    private long _cleanedAt;

    /// <summary>The number of tenants that are counted.</summary>
    public int Tenants
    {
        get
        {
            lock (_lock)
            {
                return _windows.Count;
            }
        }
    }

    /// <summary>
    /// Counts one more, unless the limit is reached. Composed conversations are not counted, because nobody forges
    /// them.
    /// </summary>
    public bool TryTake(TenantId tenant, ConversationDirection trigger, Instant now)
    {
        if (_most is not { } most || trigger != ConversationDirection.Received)
        {
            return true;
        }

        var step = StepOf(now);
        bool isFirstRefusal;
        lock (_lock)
        {
            RemoveIdle(step);
            if (!_windows.TryGetValue(tenant, out var window))
            {
                _windows.Add(tenant, window = new Window());
            }

            if (window.CountAt(step) < most)
            {
                window.Add(step, 1);
                return true;
            }

            isFirstRefusal = window.IsFirstRefusal(step);
        }

        if (isFirstRefusal)
        {
            telemetry.Logger.FirstCheckLimitReached(most, tenant);
        }

        return false;
    }

    /// <summary>Uncounts one that was counted at this instant, because no check was requested in the end.</summary>
    public void Return(TenantId tenant, ConversationDirection trigger, Instant now)
    {
        if (trigger != ConversationDirection.Received)
        {
            return;
        }

        lock (_lock)
        {
            _windows.GetValueOrDefault(tenant)?.Add(StepOf(now), -1);
        }
    }

    private static long StepOf(Instant now) => (long)Math.Floor((now - NodaConstants.UnixEpoch) / Step);

    private void RemoveIdle(long step)
    {
        // A concurrent caller may be one step behind.
        if (step == _cleanedAt || step == _cleanedAt - 1)
        {
            return;
        }

        _cleanedAt = step;
        foreach (var (tenant, window) in _windows)
        {
            if (window.CountAt(step) == 0)
            {
                _windows.Remove(tenant);
            }
        }
    }

    /// <summary>
    /// The counts of the last steps, each with its step, so that a corrected clock ignores what was counted while it
    /// was wrong.
    /// </summary>
    private sealed class Window
    {
        private readonly (long Step, int Count)[] _counts = new (long, int)[Steps];
        private long _refusedAt = long.MinValue / 2;

        public int CountAt(long step)
        {
            var sum = 0;
            foreach (var (of, count) in _counts)
            {
                sum += of > step - Steps && of <= step ? count : 0;
            }

            return sum;
        }

        public void Add(long step, int count)
        {
            ref var counted = ref _counts[(int)(((step % Steps) + Steps) % Steps)];
            counted = (step, Math.Max(0, (counted.Step == step ? counted.Count : 0) + count));
        }

        /// <summary>Whether to log the refusal: one line an hour is enough.</summary>
        public bool IsFirstRefusal(long step)
        {
            var isFirst = Math.Abs(step - _refusedAt) >= Steps;
            _refusedAt = isFirst ? step : _refusedAt;
            return isFirst;
        }
    }
}
