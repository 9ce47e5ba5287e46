using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CustomerProfiles.AspNetCore;

/// <summary>
/// What every endpoint with data has in common: its headers, who may call it from where, the tenant and the actor, and
/// how an exception ends.
/// </summary>
internal sealed class RequestGuard(
    IOptions<CustomerProfilesWebOptions> options,
    ICustomerProfiles profiles,
    ILoggerFactory? loggers = null
) : IEndpointFilter
{
    private readonly CustomerProfilesWebOptions _options = options.Value;
    private readonly ILogger _logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(
        "CustomerProfiles.AspNetCore"
    );

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        SetHeaders(http.Response);
        if (Refuse(http) is { } refusal)
        {
            return refusal;
        }

        // A number or a flag of the path or the query that is none.
        if (http.Response.StatusCode == StatusCodes.Status400BadRequest)
        {
            return Problems.InvalidQuery("A number or a flag of the query is not one.");
        }

        try
        {
            return await next(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException broken)
        {
            // The server's own limits, which the host may have set lower than ours.
            return Problems.OfBrokenRequest(broken.StatusCode);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
        catch (Exception exception)
        {
            // Not passed on: its message may hold personal data, and a page for developers would show it.
            _logger.Failed(exception.GetType().Name);
            return Problems.Unavailable(http);
        }
    }

    /// <summary>The response that refuses a request; null when it may go on.</summary>
    private IResult? Refuse(HttpContext http)
    {
        if (!RequestOrigin.IsOwn(http.Request))
        {
            _logger.ForeignOrigin();
            return Problems.ForeignOrigin();
        }

        var changes = !HttpMethods.IsGet(http.Request.Method);
        if (changes && !IsJson(http.Request.ContentType))
        {
            return Problems.NotJson();
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = _options.MaxBodyBytes;
        }

        if (_options.ResolveTenant!(http) is not { } tenant)
        {
            _logger.NoTenant();
            return Problems.NoTenant();
        }

        http.Features.Set(
            new ApiCall
            {
                Profiles = profiles.ForTenant(tenant),
                MaxBodyBytes = _options.MaxBodyBytes,
                Actor = changes ? ActorOf(http) : null,
            }
        );
        return null;
    }

    private Actor? ActorOf(HttpContext http) =>
        _options.ResolveActor?.Invoke(http) is { Id: not null } actor ? actor : null;

    /// <summary>A page of another site can make a browser send a form, but no JSON.</summary>
    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    private static void SetHeaders(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
