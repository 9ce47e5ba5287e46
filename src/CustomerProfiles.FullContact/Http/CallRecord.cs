namespace CustomerProfiles.FullContact;

/// <summary>
/// The calls of one lookup and whether they may be charged. It travels with the request through the pipeline and is
/// read afterwards. A call that is not tracked counts as one that may be charged, so a handler of the host that loses
/// the record costs budget at most.
/// </summary>
internal sealed class CallRecord
{
    private static readonly HttpRequestOptionsKey<CallRecord> Key = new("CustomerProfiles.FullContact.CallRecord");

    private int _open;
    private int _isTracked;

    /// <summary>
    /// Whether a call was, or may have been, sent without a known response: FullContact may have charged a match.
    /// </summary>
    public bool MayBeCharged => Volatile.Read(ref _open) > 0;

    /// <summary>How many calls were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Whether the response came from another address than the one that was called.</summary>
    public bool IsRedirected { get; private set; }

    /// <summary>The record of a request; null for one that is not the provider's.</summary>
    public static CallRecord? Of(HttpRequestMessage request) =>
        request.Options.TryGetValue(Key, out var record) ? record : null;

    /// <summary>Begins a record.</summary>
    public static CallRecord For(HttpRequestMessage request)
    {
        var record = new CallRecord();
        request.Options.Set(Key, record);
        return record;
    }

    /// <summary>A call begins.</summary>
    public void Begin()
    {
        Calls++;
        Volatile.Write(ref _isTracked, 0);
        Open();
    }

    /// <summary>From here on the call is tracked, or it has already returned.</summary>
    public void Track()
    {
        if (Interlocked.Exchange(ref _isTracked, 1) == 0)
        {
            Close();
        }
    }

    /// <summary>The primary handler has followed a redirect.</summary>
    public void Redirected() => IsRedirected = true;

    /// <summary>A part of the request that may be charged is being sent.</summary>
    public void Open() => Interlocked.Increment(ref _open);

    /// <summary>The response has arrived, so its cost is known.</summary>
    public void Close() => Interlocked.Decrement(ref _open);
}
