namespace CustomerProfiles.FullContact;

/// <summary>
/// Counts each call that leaves the resilience pipeline, whatever the handlers of the host do with it.
/// </summary>
internal sealed class CallCounter : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var record = CallRecord.Of(request);
        record?.Begin();
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        record?.Track();
        return response;
    }
}
