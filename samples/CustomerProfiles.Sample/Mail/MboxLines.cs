namespace CustomerProfiles.Sample.Mail;

/// <summary>
/// Reads the lines of a stream of any size with one buffer of a fixed size. A line that does not fit comes in pieces.
/// Not thread-safe, except for <see cref="BytesRead"/>.
/// </summary>
internal sealed class MboxLines(Stream stream)
{
    private const int BufferLength = 128 * 1024;

    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly long _origin = stream.CanSeek ? stream.Position : 0;
    private int _next;
    private int _end;
    private long _bytesRead;
    private bool _streamEnded;
    private bool _inLine;

    /// <summary>The number of bytes read from the stream so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>
    /// The current line, or a piece of it, without its line break. Valid until the next call of
    /// <see cref="ReadAsync"/>.
    /// </summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>The offset of <see cref="Text"/> in the stream.</summary>
    public long Offset { get; private set; }

    /// <summary>Whether <see cref="Text"/> begins a line.</summary>
    public bool IsStart { get; private set; }

    /// <summary>
    /// Whether a line break follows. False for all pieces of a long line but the last, and at the end of a stream
    /// without a final line break.
    /// </summary>
    public bool IsTerminated { get; private set; }

    /// <summary>Reads the next line or piece.</summary>
    /// <returns>False at the end of the stream.</returns>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        // Fast path: the line is in the buffer.
        var length = _buffer.AsSpan(_next, _end - _next).IndexOf((byte)'\n');
        if (length < 0)
        {
            return ReadOnAsync(cancellationToken);
        }

        Take(length, terminated: true);
        return ValueTask.FromResult(true);
    }

    /// <summary>The offset of the next line or piece in the stream.</summary>
    public long NextOffset => BytesRead - (_end - _next);

    /// <summary>Reads ahead without changing the position.</summary>
    /// <param name="offset">The offset in the stream.</param>
    /// <param name="buffer">The buffer to fill.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The number of bytes read; null when the stream ends before the offset, or cannot seek.</returns>
    public async ValueTask<int?> PeekAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (!stream.CanSeek || offset > stream.Length - _origin)
        {
            return null;
        }

        var position = stream.Position;
        stream.Position = _origin + offset;
        var count = await stream
            .ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        stream.Position = position;
        return count;
    }

    private async ValueTask<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // There is no line break in the buffer.
            var searched = _end - _next;
            if (_streamEnded || searched == _buffer.Length)
            {
                if (searched > 0)
                {
                    Take(searched, terminated: false);
                }

                return searched > 0;
            }

            await FillAsync(cancellationToken).ConfigureAwait(false);
            var found = _buffer.AsSpan(_next + searched, _end - _next - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                Take(searched + found, terminated: true);
                return true;
            }
        }
    }

    private void Take(int length, bool terminated)
    {
        var text = _buffer.AsMemory(_next, length);
        Offset = NextOffset;
        IsStart = !_inLine;
        IsTerminated = terminated;
        Text = terminated && length > 0 && text.Span[^1] == (byte)'\r' ? text[..^1] : text;
        _next += terminated ? length + 1 : length;
        _inLine = !terminated;

        // A byte order mark would hide the first From_ line.
        if (Offset == 0 && Text.Span.StartsWith("\uFEFF"u8))
        {
            Text = Text[3..];
            Offset = 3;
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_next, _end - _next).CopyTo(_buffer);
        _end -= _next;
        _next = 0;
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _streamEnded = count == 0;
        _end += count;
        Interlocked.Add(ref _bytesRead, count);
    }
}
