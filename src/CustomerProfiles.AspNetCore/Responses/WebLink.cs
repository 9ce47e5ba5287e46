namespace CustomerProfiles.AspNetCore;

/// <summary>Addresses that a page may make a link of.</summary>
internal static class WebLink
{
    /// <summary>The address, if it is of the web; null for any other, such as <c>javascript:</c>.</summary>
    public static string? Of(Uri? page) =>
        page is { IsAbsoluteUri: true } && (page.Scheme == Uri.UriSchemeHttps || page.Scheme == Uri.UriSchemeHttp)
            ? page.AbsoluteUri
            : null;
}
