namespace CustomerProfiles.FullContact;

/// <summary>
/// Innermost of all handlers but what the factory itself puts around the network: sees whether a call goes out, and
/// measures by how much FullContact held it back.
/// </summary>
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
    /// Once more before the first call: a filter of the host's may have set another primary handler after ours was
    /// secured. Two first calls at a time do it twice, which changes nothing.
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
        record.Watch();
        using var tracked = new SendTrackingContent(content, record);
        var called = request.RequestUri;
        request.Content = tracked;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            tracked.Answered();
            if (response.RequestMessage?.RequestUri is { } answeredAt && answeredAt != called)
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
