namespace CustomerProfiles.FullContact.Http;

/// <summary>What became of the calls of one question, as far as money is concerned. Travels with the request through the pipeline; read when the pipeline is done.</summary>
internal sealed class CallRecord
{
    private static readonly HttpRequestOptionsKey<CallRecord> Key = new("CustomerProfiles.FullContact.CallRecord");

    /// <summary>Whether a call was sent of which it is not known what became: FullContact may have found the person, and charged for it.</summary>
    public bool MayBeCharged { get; set; }

    /// <summary>How many calls were made.</summary>
    public int Calls { get; set; }

    /// <summary>The record of a request; null for one that is not the provider's.</summary>
    public static CallRecord? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out var record) ? record : null;

    /// <summary>Begins a record.</summary>
    public static CallRecord For(HttpRequestMessage request)
    {
        var record = new CallRecord();
        request.Options.Set(Key, record);
        return record;
    }
}
