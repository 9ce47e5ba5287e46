using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace CustomerProfiles.FullContact.AspNetCore;

/// <summary>
/// Reads the body of a callback, up to a limit that is enforced while it arrives, whatever its announced length.
/// </summary>
internal static class CallbackBody
{
    private const int FirstBuffer = 4 * 1024;

    /// <summary>Reads the body to its end; null when it is longer than allowed.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(
        HttpRequest request,
        int maxBytes,
        CancellationToken cancellationToken
    )
    {
        if (request.ContentLength > maxBytes)
        {
            return null;
        }

        // Not from a pool, because the buffer contains personal data.
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(1), cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return body.WrittenMemory;
            }

            body.Advance(read);
            if (body.WrittenCount > maxBytes)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// The JSON of a body: the body itself, or the form field <c>result</c>, the default of V2. The body decides and
    /// not its content type, which FullContact does not document.
    /// </summary>
    public static ReadOnlySpan<byte> JsonOf(ReadOnlySpan<byte> body)
    {
        var start = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 || body[start..].StartsWith("{"u8) || body.StartsWith("\uFEFF"u8))
        {
            return body;
        }

        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            if (field.StartsWith("result="u8))
            {
                var value = field["result=".Length..].ToArray();
                return WebUtility.UrlDecodeToBytes(value, 0, value.Length);
            }
        }

        return [];
    }
}
