using System.Buffers;

namespace CustomerProfiles.FullContact.Wire;

/// <summary>The bytes of an answer, never more than allowed: the limit holds while they arrive, whatever the length that was announced.</summary>
internal static class AnswerBody
{
    private const int FirstBuffer = 4 * 1024;

    /// <summary>Reads the body to its end; null when it is longer than allowed.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            return null;
        }

        // Not from a pool: the buffer holds somebody's data, which a pool would hand on.
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            while (true)
            {
                var free = body.GetMemory(1);
                var read = await stream.ReadAsync(free, cancellationToken).ConfigureAwait(false);
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
    }
}
