namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>In the place of the network: what a call comes to that has passed every handler.</summary>
internal sealed class AtTheEnd(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> handle)
    : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => handle(request, cancellationToken);
}
