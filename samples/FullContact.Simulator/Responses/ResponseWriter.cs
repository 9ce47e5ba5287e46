using Microsoft.AspNetCore.Http.Features;

namespace FullContact.Simulator.Responses;

/// <summary>Sends responses, complete or not.</summary>
internal sealed class ResponseWriter(TimeProvider time)
{
    public static void Drop(HttpContext context) =>
        context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>().Abort();

    public async Task WriteAsync(HttpContext context, WireResponse result, Transmission transmission)
    {
        var response = context.Response;
        response.StatusCode = result.Status;
        response.ContentType = result.ContentType;
        foreach (var (name, value) in result.Headers)
        {
            response.Headers[name] = value;
        }

        var mayHaveBody = result.Status is not (204 or 304);
        if (mayHaveBody && transmission.IsCutOff)
        {
            // A truncated body needs a Content-Length, so that the client detects it. It starts at once, or the server
            // would notice and send a 500.
            response.ContentLength = result.Length == 0 ? 1 : result.Length;
            await response.StartAsync(context.RequestAborted);
        }
        else if (mayHaveBody && result.IsLengthAnnounced)
        {
            response.ContentLength = result.Length;
        }

        // Otherwise the server ends the body after the request is counted as completed, so that the next request never
        // counts as concurrent.
        if (mayHaveBody && !HttpMethods.IsHead(context.Request.Method))
        {
            await WriteBodyAsync(context, result, transmission);
        }

        if (transmission.IsCutOff && result.Length is null)
        {
            Drop(context);
        }

        // When a body ends before its Content-Length, the server sends what was written and closes the connection.
    }

    private async Task WriteBodyAsync(HttpContext context, WireResponse result, Transmission transmission)
    {
        var (body, cancellation) = (context.Response.Body, context.RequestAborted);
        var left = transmission.BytesOf(result.Length) ?? long.MaxValue;
        foreach (var piece in result.Body)
        {
            if (left <= 0 || cancellation.IsCancellationRequested)
            {
                break;
            }

            var sent = piece[..(int)Math.Min(piece.Length, left)];
            left -= sent.Length;
            if (transmission.BetweenBytes is not { } pause)
            {
                await body.WriteAsync(sent, cancellation);
                continue;
            }

            for (var at = 0; at < sent.Length; at++)
            {
                await body.WriteAsync(sent.Slice(at, 1), cancellation);
                await body.FlushAsync(cancellation);
                if (at + 1 < sent.Length || left > 0)
                {
                    await Task.Delay(pause, time, cancellation);
                }
            }
        }
    }
}
