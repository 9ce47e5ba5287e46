using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace FullContact.Simulator.Calls;

/// <summary>Counts what comes, and remembers the last of it.</summary>
internal sealed class CallLog
{
    /// <summary>A simulator may run for days.</summary>
    public const int MaxRemembered = 10_000;

    private readonly ConcurrentQueue<SimulatedCall> _calls = [];
    private readonly ConcurrentDictionary<string, int> _byIdentifier = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SimulatedCall> _lastByIdentifier = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _byStatus = new();
    private int _questions;
    private int _billed;
    private int _mostAtOnce;
    private string? _lastBody;

    public int Questions => Volatile.Read(ref _questions);

    public int Billed => Volatile.Read(ref _billed);

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    public string? LastBody => Volatile.Read(ref _lastBody);

    public ImmutableArray<SimulatedCall> Calls => [.. _calls];

    public IReadOnlyDictionary<int, int> ByStatus => _byStatus;

    public IReadOnlyDictionary<string, int> ByIdentifier => _byIdentifier;

    public int CountOf(string identifier) => _byIdentifier.GetValueOrDefault(identifier);

    public SimulatedCall? LastOf(string identifier) => _lastByIdentifier.GetValueOrDefault(identifier);

    public void Add(SimulatedCall call)
    {
        _calls.Enqueue(call);
        while (_calls.Count > MaxRemembered && _calls.TryDequeue(out _)) { }
    }

    public void CountRequest() => Interlocked.Increment(ref _questions);

    public void Read(SimulatedCall call, string body)
    {
        call.Body = body;
        Volatile.Write(ref _lastBody, body);
    }

    public void Begin(SimulatedCall call, ImmutableArray<string> identifiers)
    {
        call.Identifiers = identifiers;
        foreach (var identifier in identifiers)
        {
            _byIdentifier.AddOrUpdate(identifier, 1, (_, count) => count + 1);
            _lastByIdentifier[identifier] = call;
            var atOnce = _running.AddOrUpdate(identifier, 1, (_, count) => count + 1);
            InterlockedMax(ref _mostAtOnce, atOnce);
        }
    }

    public void End(ImmutableArray<string> identifiers)
    {
        foreach (var identifier in identifiers)
        {
            _running.AddOrUpdate(identifier, 0, (_, count) => count - 1);
        }
    }

    public void Answer(SimulatedCall call, int status)
    {
        call.Status = status;
        _byStatus.AddOrUpdate(status, 1, (_, count) => count + 1);
    }

    public void Bill(SimulatedCall call)
    {
        call.IsBilled = true;
        Interlocked.Increment(ref _billed);
    }

    public void Reset()
    {
        // What is under way stays so: it is counted down when it ends.
        _calls.Clear();
        _byIdentifier.Clear();
        _lastByIdentifier.Clear();
        _byStatus.Clear();
        Volatile.Write(ref _questions, 0);
        Volatile.Write(ref _billed, 0);
        Volatile.Write(ref _mostAtOnce, 0);
        Volatile.Write(ref _lastBody, null);
    }

    private static void InterlockedMax(ref int location, int value)
    {
        for (var seen = Volatile.Read(ref location); seen < value; )
        {
            var found = Interlocked.CompareExchange(ref location, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
