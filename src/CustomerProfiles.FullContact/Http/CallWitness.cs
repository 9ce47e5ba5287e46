namespace CustomerProfiles.FullContact.Http;

/// <summary>Innermost of all handlers but what the factory itself puts around the network: sees whether a call goes out, and measures by how much FullContact held it back.</summary>
internal sealed class CallWitness(FullContactMetrics metrics) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = CallRecord.Of(request) is { } record && request.Content is { } content
            ? await SendAsync(request, content, record, cancellationToken).ConfigureAwait(false)
            : await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        metrics.HeldBackBy(response);
        return response;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpContent content, CallRecord record, CancellationToken cancellationToken)
    {
        record.Watch();
        using var witnessed = new WitnessedContent(content, record);
        var called = request.RequestUri;
        request.Content = witnessed;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            witnessed.Answered();
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
