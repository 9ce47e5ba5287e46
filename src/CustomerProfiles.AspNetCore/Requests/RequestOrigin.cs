using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.AspNetCore;

/// <summary>Whether a request comes from a page of this host.</summary>
internal static class RequestOrigin
{
    private const string FetchSite = "Sec-Fetch-Site";

    /// <summary>
    /// A browser says so by Sec-Fetch-Site, which no page can forge; an older one by Origin. What is no browser sends
    /// neither, and carries no cookie that a page could misuse.
    /// </summary>
    public static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers[FetchSite];
        if (site.Count > 0)
        {
            // "none" is an address that a person typed, which only reads.
            return site is ["same-origin"] || (site is ["none"] && HttpMethods.IsGet(request.Method));
        }

        var origins = request.Headers.Origin;
        return origins.Count == 0
            || (
                origins is [{ } origin]
                && Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && page.Scheme is "https" or "http"
                && string.Equals(page.Authority, AuthorityOf(request, page), StringComparison.OrdinalIgnoreCase)
            );
    }

    /// <summary>The host and port of the request, as they are written for the page's scheme.</summary>
    /// <remarks>
    /// Not the scheme of the request itself: behind a proxy that ends TLS it is http unless the host is set up for it.
    /// </remarks>
    private static string? AuthorityOf(HttpRequest request, Uri page) =>
        Uri.TryCreate($"{page.Scheme}://{request.Host.Value}/", UriKind.Absolute, out var own) ? own.Authority : null;
}
