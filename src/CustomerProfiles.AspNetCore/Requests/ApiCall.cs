using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.AspNetCore;

/// <summary>What <see cref="RequestGuard"/> has found out about a request.</summary>
internal sealed class ApiCall
{
    private const int FirstBuffer = 4 * 1024;

    /// <summary>The profiles of the request's tenant.</summary>
    public required ICustomerProfiles Profiles { get; init; }

    /// <summary>Who changes something; null for a request that only reads, and for nobody.</summary>
    public required Actor? Actor { get; init; }

    /// <summary>The longest body, in bytes.</summary>
    public required int MaxBodyBytes { get; init; }

    /// <summary>The call of a request that passed the guard.</summary>
    public static ApiCall Of(HttpContext http) =>
        http.Features.Get<ApiCall>()
        ?? throw new InvalidOperationException("The endpoint was mapped without its RequestGuard.");

    /// <summary>Reads the body, and refuses one that is too long whatever length it announces.</summary>
    /// <returns>The body, or the response that refuses it.</returns>
    public async ValueTask<RequestBody<T>> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type)
        where T : class
    {
        if (request.ContentLength > MaxBodyBytes)
        {
            return new RequestBody<T>(null, Problems.TooLarge(MaxBodyBytes));
        }

        // Not from a pool, because the buffer contains personal data.
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        while (true)
        {
            var read = await request
                .Body.ReadAsync(body.GetMemory(1), request.HttpContext.RequestAborted)
                .ConfigureAwait(false);
            if (read == 0)
            {
                break;
            }

            body.Advance(read);
            if (body.WrittenCount > MaxBodyBytes)
            {
                return new RequestBody<T>(null, Problems.TooLarge(MaxBodyBytes));
            }
        }

        try
        {
            return JsonSerializer.Deserialize(body.WrittenSpan, type) is { } value
                ? new RequestBody<T>(value, null)
                : new RequestBody<T>(null, Problems.InvalidBody());
        }
        catch (JsonException)
        {
            return new RequestBody<T>(null, Problems.InvalidBody());
        }
    }
}

/// <summary>A body, or the response that refuses it.</summary>
internal readonly record struct RequestBody<T>(T? Value, IResult? Refusal)
    where T : class;
