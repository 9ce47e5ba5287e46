namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>Replaces the network behind all handlers.</summary>
internal sealed class AtTheEnd(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> handle)
    : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => handle(request, cancellationToken);
}
