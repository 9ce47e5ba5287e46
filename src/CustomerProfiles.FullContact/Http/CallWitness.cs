namespace CustomerProfiles.FullContact.Http;

/// <summary>The innermost handler: sees each single call of a question, keeps the record, and measures by how much FullContact held it back.</summary>
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
        record.Calls++;
        var mayBeCharged = record.MayBeCharged;
        using var witnessed = new WitnessedContent(content, record);
        request.Content = witnessed;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            record.MayBeCharged = mayBeCharged;
            return response;
        }
        finally
        {
            request.Content = content;
        }
    }
}
