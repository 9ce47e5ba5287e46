namespace CustomerProfiles.FullContact.Http;

/// <summary>The innermost handler: sees each single call of a question, keeps the record, and measures by how much FullContact held it back.</summary>
internal sealed class CallWitness(FullContactMetrics metrics) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var record = CallRecord.Of(request);
        var mayBeCharged = record?.MayBeCharged ?? false;
        if (record is not null)
        {
            record.Calls++;
            record.MayBeCharged = true;
        }

        try
        {
            var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
            metrics.HeldBackBy(response);
            if (record is not null)
            {
                record.MayBeCharged = mayBeCharged;
            }

            return response;
        }
        catch (HttpRequestException exception) when (record is not null && WasNeverSent(exception.HttpRequestError))
        {
            record.MayBeCharged = mayBeCharged;
            throw;
        }
    }

    /// <summary>Whether the trouble came before there was a connection to ask over.</summary>
    public static bool WasNeverSent(HttpRequestError error) => error is
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;
}
