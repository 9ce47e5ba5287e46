namespace CustomerProfiles.FullContact.Tests.Support;

/// <summary>A handler of the host that sees requests and responses, or responds itself.</summary>
internal sealed class OnTheWay(
    Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> handle
) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => handle(request, () => base.SendAsync(request, cancellationToken));
}
