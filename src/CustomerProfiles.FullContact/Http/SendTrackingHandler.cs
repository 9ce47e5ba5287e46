namespace CustomerProfiles.FullContact;

/// <summary>The innermost handler: records whether a call is sent, and by how much FullContact delayed it.</summary>
internal sealed class SendTrackingHandler(FullContactMetrics metrics, FullContactOptions options) : DelegatingHandler
{
    private bool _isSecured;

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        Secure();
        var response =
            CallRecord.Of(request) is { } record && request.Content is { } content
                ? await SendAsync(request, content, record, cancellationToken).ConfigureAwait(false)
                : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        metrics.HeldBackBy(response);
        return response;
    }

    /// <summary>
    /// Repeated before the first call, because a filter of the host may have replaced the primary handler. Two first
    /// calls at once do it twice, which is harmless.
    /// </summary>
    private void Secure()
    {
        if (!Volatile.Read(ref _isSecured))
        {
            PrimaryHandler.Secure(InnerHandler!, options);
            Volatile.Write(ref _isSecured, true);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        HttpContent content,
        CallRecord record,
        CancellationToken cancellationToken
    )
    {
        record.Track();
        using var tracked = new SendTrackingContent(content, record);
        var called = request.RequestUri;
        request.Content = tracked;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            tracked.ResponseReceived();
            if (response.RequestMessage?.RequestUri is { } respondedFrom && respondedFrom != called)
            {
                record.Redirected();
            }

            return response;
        }
        finally
        {
            request.Content = content;
        }
    }
}
