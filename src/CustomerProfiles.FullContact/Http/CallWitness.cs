namespace CustomerProfiles.FullContact.Http;

/// <summary>Innermost of what is ours: sees each single call of a question, keeps the record, and measures by how much FullContact held it back.</summary>
internal sealed class CallWitness(FullContactMetrics metrics) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (CallRecord.Of(request) is not { } record || request.Content is not { } content)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        record.Calls++;
        var mayBeCharged = record.MayBeCharged;
        using var witnessed = new WitnessedContent(content, record);
        request.Content = witnessed;
        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            metrics.HeldBackBy(response);
            record.MayBeCharged = mayBeCharged;
            return response;
        }
        finally
        {
            request.Content = content;
        }
    }
}
