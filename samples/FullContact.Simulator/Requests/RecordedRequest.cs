using System.Collections.Immutable;

namespace FullContact.Simulator.Requests;

/// <summary>A request and its outcome.</summary>
/// <remarks>It contains everything that was sent, including the key. It is for tests, and must not be logged.</remarks>
public sealed class RecordedRequest
{
    private readonly Lock _lock = new();
    private ImmutableArray<string> _identifiers = [];
    private string? _body;
    private int? _status;
    private bool _isBilled;

    internal RecordedRequest(
        string method,
        string path,
        ImmutableDictionary<string, string> headers,
        TimeSpan rateDelay
    )
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

    /// <summary>The delay that the rate caused.</summary>
    public TimeSpan RateDelay { get; }

    /// <summary>
    /// The normalised identifiers of the lookup; for the hash of a known address, the address. Empty for a rejected
    /// request.
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
    /// The status of the response, set before its first byte is sent; null when there is none.
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
