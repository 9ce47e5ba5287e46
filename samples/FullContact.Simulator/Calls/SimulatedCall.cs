using System.Collections.Immutable;

namespace FullContact.Simulator.Calls;

/// <summary>A request that came, and what became of it.</summary>
/// <remarks>It holds what was sent, the key among it: for tests to look at, and not to be logged.</remarks>
public sealed class SimulatedCall
{
    private readonly Lock _lock = new();
    private ImmutableArray<string> _identifiers = [];
    private string? _body;
    private int? _status;
    private bool _isBilled;

    internal SimulatedCall(string method, string path, ImmutableDictionary<string, string> headers, TimeSpan rateDelay)
    {
        Method = method;
        Path = path;
        Headers = headers;
        RateDelay = rateDelay;
    }

    /// <summary>The HTTP method.</summary>
    public string Method { get; }

    /// <summary>The path, without the query.</summary>
    public string Path { get; }

    /// <summary>The headers of the request. Names are compared without regard to case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>How long the rate made the answer wait.</summary>
    public TimeSpan RateDelay { get; }

    /// <summary>
    /// Whom it asked about, normalised; a hash of a known address as that address. Empty for a question that was
    /// refused.
    /// </summary>
    public ImmutableArray<string> Identifiers
    {
        get
        {
            lock (_lock)
            {
                return _identifiers;
            }
        }
        internal set
        {
            lock (_lock)
            {
                _identifiers = value;
            }
        }
    }

    /// <summary>The body; null when it was not read, as without a valid key.</summary>
    public string? Body
    {
        get => Volatile.Read(ref _body);
        internal set => Volatile.Write(ref _body, value);
    }

    /// <summary>
    /// The status of the answer, from before its first byte is sent; null while there is none, and for ever when none
    /// was sent.
    /// </summary>
    public int? Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
        internal set
        {
            lock (_lock)
            {
                _status = value;
            }
        }
    }

    /// <summary>Whether it was billed, at once or with its callback.</summary>
    public bool IsBilled
    {
        get => Volatile.Read(ref _isBilled);
        internal set => Volatile.Write(ref _isBilled, value);
    }
}
