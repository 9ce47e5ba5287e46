using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace FullContact.Simulator.Requests;

/// <summary>Counts the requests, and records the last of them.</summary>
internal sealed class RequestLog
{
    /// <summary>Bounds the memory of a simulator that runs for days.</summary>
    public const int MaxRecorded = 10_000;

    private readonly ConcurrentQueue<RecordedRequest> _calls = [];
    private readonly ConcurrentDictionary<string, int> _byIdentifier = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RecordedRequest> _lastByIdentifier = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, int> _byStatus = new();
    private int _requestCount;
    private int _billed;
    private int _mostAtOnce;
    private string? _lastBody;

    public int RequestCount => Volatile.Read(ref _requestCount);

    public int Billed => Volatile.Read(ref _billed);

    public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

    public string? LastBody => Volatile.Read(ref _lastBody);

    public ImmutableArray<RecordedRequest> Calls => [.. _calls];

    public IReadOnlyDictionary<int, int> ByStatus => _byStatus;

    public IReadOnlyDictionary<string, int> ByIdentifier => _byIdentifier;

    public int CountOf(string identifier) => _byIdentifier.GetValueOrDefault(identifier);

    public RecordedRequest? LastOf(string identifier) => _lastByIdentifier.GetValueOrDefault(identifier);

    public void Add(RecordedRequest call)
    {
        _calls.Enqueue(call);
        while (_calls.Count > MaxRecorded && _calls.TryDequeue(out _)) { }
    }

    public void CountRequest() => Interlocked.Increment(ref _requestCount);

    public void Read(RecordedRequest call, string body)
    {
        call.Body = body;
        Volatile.Write(ref _lastBody, body);
    }

    public void Begin(RecordedRequest call, ImmutableArray<string> identifiers)
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

    public void Respond(RecordedRequest call, int status)
    {
        call.Status = status;
        _byStatus.AddOrUpdate(status, 1, (_, count) => count + 1);
    }

    public void Bill(RecordedRequest call)
    {
        call.IsBilled = true;
        Interlocked.Increment(ref _billed);
    }

    public void Reset()
    {
        // Running requests are counted down when they end.
        _calls.Clear();
        _byIdentifier.Clear();
        _lastByIdentifier.Clear();
        _byStatus.Clear();
        Volatile.Write(ref _requestCount, 0);
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
