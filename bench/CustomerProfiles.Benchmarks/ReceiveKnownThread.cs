using System.ComponentModel;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.Benchmarks;

/// <summary>
/// One more message in a known conversation, by a known customer with nothing due: the most frequent case of a help
/// desk. The baseline is the least that can handle it: normalize the address, look it up in a dictionary, add two
/// months to the last check and compare with the current time.
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

    /// <summary>The form of the sender in the From field.</summary>
    [ParamsAllValues]
    public Sender Sender { get; set; }

    /// <summary>Creates the customer in each.</summary>
    [GlobalSetup]
    public void Know()
    {
        _host = new BenchmarkHost();
        var from = Sender == Sender.Address ? Address : $"Ada Lovelace <{Address}>";
        var profile = _host.Know(from)[0];
        _now = _host.Clock.GetCurrentInstant();

        // As read from a message: the same text as stored, but another string.
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

    /// <summary>A cache hit with a normalized key and an immutable value: the fastest case.</summary>
    [Benchmark]
    public Known? HybridCacheHit() =>
        BenchmarkHost.Finished(_cache.GetOrCreateAsync(Address, static _ => ValueTask.FromResult<Known>(null!)));

    /// <summary>The same with the text as received, which must be normalized first.</summary>
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
    /// A cache hit with a value that is copied for each caller, as a cache does unless the type is marked as immutable.
    /// </summary>
    [Benchmark]
    public Copied? HybridCacheHitCopied() =>
        BenchmarkHost.Finished(_cache.GetOrCreateAsync(CopiedKey, static _ => ValueTask.FromResult<Copied>(null!)));

    /// <summary>The value that a cache would store for a customer.</summary>
    /// <param name="Profile">The profile.</param>
    /// <param name="LastCheckAt">The last check.</param>
    [ImmutableObject(true)]
    public sealed record Known(CustomerProfile Profile, Instant LastCheckAt);

    /// <summary>The least data of a customer, in a type that a cache treats as mutable.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Email">The address.</param>
    /// <param name="LastCheckAt">The last check.</param>
    public sealed record Copied(string Name, string Email, DateTimeOffset LastCheckAt);
}
