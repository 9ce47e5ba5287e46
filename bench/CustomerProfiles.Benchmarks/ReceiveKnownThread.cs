using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// One more message in a conversation that has been told before, by a known customer with nothing due: what a help desk
/// receives most. The baseline is the least that can answer it: the address normalised, a dictionary asked, two months
/// added to the last check and compared with the present.
/// </summary>
[MemoryDiagnoser]
public class ReceiveKnownThread
{
    private const string Address = "ada.lovelace@example.com";
    private const string CopiedKey = "copied";

    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private BenchmarkHost _host = null!;
    private Conversation _conversation = null!;
    private HybridCache _cache = null!;
    private Instant _now;

    /// <summary>How the sender stands in the From field.</summary>
    [ParamsAllValues]
    public Sender Sender { get; set; }

    /// <summary>Makes the customer known to each.</summary>
    [GlobalSetup]
    public void Know()
    {
        _host = new BenchmarkHost();
        var from = Sender == Sender.Address ? Address : $"Ada Lovelace <{Address}>";
        var profile = _host.Know(from)[0];
        _now = _host.Clock.GetCurrentInstant();

        // As read from a message that comes in: the same text as is kept, but not the same string.
        _conversation = new Conversation(new string("first"), new string(from), _now);
        var known = new Known(profile, _now);
        _known.Add(Address, known);
        _cache = new ServiceCollection()
            .AddHybridCache()
            .Services.BuildServiceProvider()
            .GetRequiredService<HybridCache>();
        _cache.SetAsync(Address, known).AsTask().GetAwaiter().GetResult();
        _cache
            .SetAsync(CopiedKey, new Copied("Ada Lovelace", Address, _now.ToDateTimeOffset()))
            .AsTask()
            .GetAwaiter()
            .GetResult();
    }

    /// <summary>The library.</summary>
    [Benchmark]
    public ConversationOutcome Library() =>
        BenchmarkHost.Finished(_host.Profiles.ConversationReceivedAsync(_conversation));

    /// <summary>The floor.</summary>
    [Benchmark(Baseline = true)]
    public CustomerProfile? Floor()
    {
        var from = _conversation.From!;
        var open = from.IndexOf('<');
        return
            EmailAddress.TryParse(open < 0 ? from : from[(open + 1)..^1], out var address)
            && _known.TryGetValue(address.Normalized, out var known)
            && _now <= known.LastCheckAt.InUtc().LocalDateTime.PlusMonths(2).InUtc().ToInstant()
            ? known.Profile
            : null;
    }

    /// <summary>
    /// A hit of a cache by a key that is normalised already, of a value that the cache need not copy: its quickest.
    /// </summary>
    [Benchmark]
    public Known? HybridCacheHit() =>
        BenchmarkHost.Finished(_cache.GetOrCreateAsync(Address, static _ => ValueTask.FromResult<Known>(null!)));

    /// <summary>The same from what came in: the address has to be normalised before a cache can be asked.</summary>
    [Benchmark]
    public Known? NormaliseAndHybridCacheHit()
    {
        var from = _conversation.From!;
        var open = from.IndexOf('<');
        return EmailAddress.TryParse(open < 0 ? from : from[(open + 1)..^1], out var address)
            ? BenchmarkHost.Finished(
                _cache.GetOrCreateAsync(address.Normalized, static _ => ValueTask.FromResult<Known>(null!))
            )
            : null;
    }

    /// <summary>
    /// A hit of a cache, of a value of which each caller gets a copy: what it does unless a type says that it is
    /// immutable.
    /// </summary>
    [Benchmark]
    public Copied? HybridCacheHitCopied() =>
        BenchmarkHost.Finished(_cache.GetOrCreateAsync(CopiedKey, static _ => ValueTask.FromResult<Copied>(null!)));

    /// <summary>What a cache would keep of a customer.</summary>
    /// <param name="Profile">The profile.</param>
    /// <param name="LastCheckAt">The last check.</param>
    [ImmutableObject(true)]
    public sealed record Known(CustomerProfile Profile, Instant LastCheckAt);

    /// <summary>The least of a customer, in a type that a cache takes for mutable.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Email">The address.</param>
    /// <param name="LastCheckAt">The last check.</param>
    public sealed record Copied(string Name, string Email, DateTimeOffset LastCheckAt);
}
