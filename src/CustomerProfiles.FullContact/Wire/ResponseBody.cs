using System.Buffers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The bytes of an answer, never more than allowed: the limit holds while they arrive, whatever the length that was
/// announced. To be disposed of as soon as it has been read.
/// </summary>
/// <remarks>
/// The bytes are somebody's data. They stand in a rented buffer that is cleared before it goes back, so that they are
/// gone once the answer has been read; an array of our own, and each smaller one that it grew out of, would hold them
/// until the garbage collector has come by and the memory has been used again.
/// </remarks>
internal sealed class ResponseBody : IDisposable
{
    // A full answer has some 10 KB. What is announced is believed up to here; beyond, the buffer grows with what has
    // really come.
    private const int FirstBuffer = 16 * 1024;
    private const int MostBelieved = 64 * 1024;

    private byte[] _buffer;
    private int _length;

    private ResponseBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>The bytes. Empty once disposed of.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    /// <summary>Reads the body to its end; null when it is longer than allowed.</summary>
    public static async ValueTask<ResponseBody?> ReadAsync(
        HttpContent content,
        int maxBytes,
        CancellationToken cancellationToken
    )
    {
        var announced = content.Headers.ContentLength;
        if (announced > maxBytes)
        {
            return null;
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var body = new ResponseBody((int)Math.Min(maxBytes, Math.Clamp(announced ?? 0, FirstBuffer, MostBelieved)));
            try
            {
                if (await body.FillAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false))
                {
                    return body;
                }
            }
            catch
            {
                // A read that was broken off may still write into the buffer: nobody else may get it.
                Array.Clear(body._buffer);
                throw;
            }

            body.Dispose();
            return null;
        }
    }

    /// <summary>Clears the buffer and gives it back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = [];
        _length = 0;
    }

    /// <returns>Whether the stream came to its end within the limit.</returns>
    private async ValueTask<bool> FillAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            // A stream that always has something at hand need not look at the token.
            cancellationToken.ThrowIfCancellationRequested();
            if (_length == maxBytes)
            {
                // One byte more decides, and needs no larger buffer.
                return await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 0;
            }

            if (_length == _buffer.Length)
            {
                Grow(maxBytes);
            }

            var free = _buffer.AsMemory(_length, Math.Min(_buffer.Length, maxBytes) - _length);
            var read = await stream.ReadAsync(free, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return true;
            }

            _length += read;
        }
    }

    private void Grow(int maxBytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(maxBytes, 2L * _buffer.Length));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer, clearArray: true);
        _buffer = larger;
    }
}
