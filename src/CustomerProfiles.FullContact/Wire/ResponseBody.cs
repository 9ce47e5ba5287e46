using System.Buffers;

namespace CustomerProfiles.FullContact;

/// <summary>
/// The body of a response, up to a limit that is enforced while it arrives, whatever its announced length. Dispose it
/// as soon as it has been read.
/// </summary>
/// <remarks>
/// The body contains personal data, so it is in a rented buffer that is cleared before it returns to the pool. An array
/// of its own, and each smaller one before it, would stay in memory until the garbage collector reuses it.
/// </remarks>
internal sealed class ResponseBody : IDisposable
{
    // A full response has about 10 KB. The announced length is trusted up to a limit; beyond that the buffer grows with
    // the received bytes.
    private const int InitialBuffer = 16 * 1024;
    private const int MaxTrustedLength = 64 * 1024;

    private byte[] _buffer;
    private int _length;

    private ResponseBody(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>The bytes. Empty after disposal.</summary>
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
            var body = new ResponseBody(
                (int)Math.Min(maxBytes, Math.Clamp(announced ?? 0, InitialBuffer, MaxTrustedLength))
            );
            try
            {
                if (await body.FillAsync(stream, maxBytes, cancellationToken).ConfigureAwait(false))
                {
                    return body;
                }
            }
            catch
            {
                // A cancelled read may still write into the buffer, so it is not returned to the pool.
                Array.Clear(body._buffer);
                throw;
            }

            body.Dispose();
            return null;
        }
    }

    /// <summary>Clears the buffer and returns it to the pool.</summary>
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
            // A stream with buffered data need not check the token.
            cancellationToken.ThrowIfCancellationRequested();
            if (_length == maxBytes)
            {
                // One more byte decides, without a larger buffer.
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
