namespace CustomerProfiles.FullContact;

/// <summary>
/// What became of the calls of one question, as far as money is concerned. Travels with the request through the
/// pipeline; read when the pipeline is done. A call that nobody watches counts as one that may be paid, so a handler of
/// the host's that loses the record costs budget at the most.
/// </summary>
internal sealed class CallRecord
{
    private static readonly HttpRequestOptionsKey<CallRecord> Key = new("CustomerProfiles.FullContact.CallRecord");

    private int _open;
    private int _isWatched;

    /// <summary>
    /// Whether a call was sent, or may have been, of which it is not known what became: FullContact may have found the
    /// person, and charged for it.
    /// </summary>
    public bool MayBeCharged => Volatile.Read(ref _open) > 0;

    /// <summary>How many calls were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Whether the answer came from another address than the one that was called.</summary>
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

    /// <summary>A call sets out.</summary>
    public void Begin()
    {
        Calls++;
        Volatile.Write(ref _isWatched, 0);
        Open();
    }

    /// <summary>From here on it is seen whether the call goes out; or it has come back already.</summary>
    public void Watch()
    {
        if (Interlocked.Exchange(ref _isWatched, 1) == 0)
        {
            Close();
        }
    }

    /// <summary>The primary handler has followed a redirect.</summary>
    public void Redirected() => IsRedirected = true;

    /// <summary>Something goes out that may be charged for.</summary>
    public void Open() => Interlocked.Increment(ref _open);

    /// <summary>It has been answered, and what that costs is known.</summary>
    public void Close() => Interlocked.Decrement(ref _open);
}
