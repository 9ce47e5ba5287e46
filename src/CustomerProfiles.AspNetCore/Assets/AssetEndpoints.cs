using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CustomerProfiles.AspNetCore;

/// <summary>Serves the module, its stylesheet and its texts. They hold no data, so everybody may have them.</summary>
internal static class AssetEndpoints
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet($"/{AssetFiles.EntryName}", GetEntry).WithDisplayName("Customer profiles: entry module");
        group.MapGet("/assets/{file}", GetHashed).WithDisplayName("Customer profiles: hashed file");
    }

    private static Task GetEntry(HttpContext http)
    {
        var file = http.RequestServices.GetRequiredService<AssetFiles>().Entry;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.ETag = file.ETag;
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(file.ETag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return SendAsync(http, file);
    }

    private static Task GetHashed(HttpContext http)
    {
        var files = http.RequestServices.GetRequiredService<AssetFiles>().Hashed;
        if (http.GetRouteValue("file") is not string name || !files.TryGetValue(name, out var file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.ETag = file.ETag;
        return SendAsync(http, file);
    }

    private static Task SendAsync(HttpContext http, AssetFile file)
    {
        http.Response.ContentType = file.ContentType;
        http.Response.ContentLength = file.Content.Length;
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return http.Response.Body.WriteAsync(file.Content, http.RequestAborted).AsTask();
    }
}
