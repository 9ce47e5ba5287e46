using BenchmarkDotNet.Attributes;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// The first message of a conversation, by a known customer with nothing due. Unlike a further message, the
/// conversation must be recorded. The baseline is that of <see cref="ReceiveKnownThread"/> with a dictionary of the
/// conversations of each customer.
/// </summary>
[MemoryDiagnoser]
public class ReceiveNewConversation
{
    private const int Customers = 100;
    private const int Conversations = 10_000;

    private readonly string[] _from = [.. Enumerable.Range(0, Customers).Select(i => $"customer{i}@example.com")];
    private BenchmarkHost _host = null!;
    private Conversation[] _conversations = [];
    private Dictionary<string, Known> _known = [];
    private Instant _now;

    /// <summary>All customers are known, and no conversation is.</summary>
    [IterationSetup]
    public void Begin()
    {
        _host = new BenchmarkHost();
        var profiles = _host.Know(_from);
        _now = _host.Clock.GetCurrentInstant();
        _conversations =
        [
            .. Enumerable
                .Range(0, Conversations)
                .Select(i => new Conversation($"conversation-{i}", _from[i % Customers], _now)),
        ];
        _known = profiles
            .Zip(_from)
            .ToDictionary(
                one => one.Second,
                one => new Known(one.First, _now, new Dictionary<string, ConversationRecord>(StringComparer.Ordinal)),
                StringComparer.Ordinal
            );
    }

    /// <summary>Disposes the host.</summary>
    [IterationCleanup]
    public void End() => _host.Dispose();

    /// <summary>The library.</summary>
    [Benchmark(OperationsPerInvoke = Conversations)]
    public int Library()
    {
        var recorded = 0;
        foreach (var conversation in _conversations)
        {
            recorded += BenchmarkHost.Finished(_host.Profiles.ConversationReceivedAsync(conversation)).Checks.Length;
        }

        return recorded;
    }

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Conversations)]
    public int Floor()
    {
        var recorded = 0;
        foreach (var conversation in _conversations)
        {
            if (
                EmailAddress.TryParse(conversation.From, out var address)
                && _known.TryGetValue(address.Normalized, out var known)
                && known.Told.TryAdd(
                    conversation.Id,
                    new ConversationRecord(conversation.Id, ConversationDirection.Received, _now)
                )
                && _now <= known.LastCheckAt.InUtc().LocalDateTime.PlusMonths(2).InUtc().ToInstant()
            )
            {
                recorded++;
            }
        }

        return recorded;
    }

    private sealed record Known(
        CustomerProfile Profile,
        Instant LastCheckAt,
        Dictionary<string, ConversationRecord> Told
    );
}
