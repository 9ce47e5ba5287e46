using Microsoft.AspNetCore.Http.Features;

namespace FullContact.Simulator.Answers;

/// <summary>Sends answers, whole and otherwise.</summary>
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
            // What is cut off announces more than comes, or nobody could tell it from a whole one. It begins at once,
            // or the server would notice and answer 500.
            response.ContentLength = result.Length == 0 ? 1 : result.Length;
            await response.StartAsync(context.RequestAborted);
        }
        else if (mayHaveBody && result.IsLengthAnnounced)
        {
            response.ContentLength = result.Length;
        }

        // Of everything else the client learns the end from the server when the question is done with, so that the next
        // one is never counted as being at once with it.
        if (mayHaveBody && !HttpMethods.IsHead(context.Request.Method))
        {
            await WriteBodyAsync(context, result, transmission);
        }

        if (transmission.IsCutOff && result.Length is null)
        {
            Drop(context);
        }

        // A body that ends before its announced length makes the server close the connection after all that was written
        // has been sent, which a drop here could lose.
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
