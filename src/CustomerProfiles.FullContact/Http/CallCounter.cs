namespace CustomerProfiles.FullContact;

/// <summary>
/// The handler right inside the pipeline: counts each call that has got through it, whatever the host's handlers then
/// do with it.
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
        record?.Watch();
        return response;
    }
}
