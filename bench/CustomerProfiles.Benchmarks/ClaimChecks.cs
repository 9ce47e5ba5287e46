using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// Runners that claim and complete checks from one store as fast as they can. The baseline is a priority queue and a
/// dictionary of running checks with one lock, the least that a queue with leases needs.
/// </summary>
[MemoryDiagnoser]
public class ClaimChecks
{
    private const int Checks = 20_000;

    private static readonly ImmutableArray<string> Providers = ["quiet"];

    private readonly Lock _lock = new();
    private BenchmarkHost _host = null!;
    private PriorityQueue<int, Instant> _queue = new();
    private Dictionary<Guid, int> _leased = [];
    private Instant _now;

    /// <summary>The number of concurrent runners.</summary>
    [Params(1, 8)]
    public int Runners { get; set; }

    /// <summary>All checks are requested, none is claimed.</summary>
    [IterationSetup]
    public void RequestAll()
    {
        _host = new BenchmarkHost();
        var now = _host.Clock.GetCurrentInstant();
        for (var i = 0; i < Checks; i++)
        {
            BenchmarkHost.Finished(
                _host.Profiles.ConversationReceivedAsync(new Conversation("first", $"customer{i}@example.com", now))
            );
        }

        _now = _host.Clock.GetCurrentInstant();
        _queue = new PriorityQueue<int, Instant>(Enumerable.Range(0, Checks).Select(i => (i, now)));
        _leased = new Dictionary<Guid, int>(Checks);
    }

    /// <summary>Disposes the host.</summary>
    [IterationCleanup]
    public void End() => _host.Dispose();

    /// <summary>The library's store.</summary>
    [Benchmark(OperationsPerInvoke = Checks)]
    public int Store() =>
        All(() =>
        {
            if (
                BenchmarkHost.Finished(
                    _host.Store.ClaimNextCheckAsync(Providers, _now, Duration.FromMinutes(2), default)
                )
                is not { } claim
            )
            {
                return false;
            }

            BenchmarkHost.Finished(
                _host.Store.CompleteCheckAsync(claim, CheckOutcome.NoMatch, null, change: null, _now, default)
            );
            return true;
        });

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Checks)]
    public int Floor() =>
        All(() =>
        {
            var lease = Guid.NewGuid();
            lock (_lock)
            {
                if (!_queue.TryDequeue(out var check, out _))
                {
                    return false;
                }

                _leased.Add(lease, check);
            }

            lock (_lock)
            {
                return _leased.Remove(lease);
            }
        });

    private int All(Func<bool> claim)
    {
        var claimed = 0;
        var runners = new Thread[Runners];
        for (var i = 0; i < runners.Length; i++)
        {
            runners[i] = new Thread(() =>
            {
                var mine = 0;
                while (claim())
                {
                    mine++;
                }

                Interlocked.Add(ref claimed, mine);
            });
            runners[i].Start();
        }

        foreach (var runner in runners)
        {
            runner.Join();
        }

        return claimed == Checks
            ? claimed
            : throw new InvalidOperationException($"{claimed} of {Checks} checks were claimed.");
    }
}
