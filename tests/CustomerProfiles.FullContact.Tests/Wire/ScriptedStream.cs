namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>A body that arrives in pieces, for ever, or not at all, without waiting for a clock.</summary>
/// <param name="arrives">Called for each read with the buffer; returns the number of bytes, 0 at the end.</param>
internal sealed class ScriptedStream(Func<Memory<byte>, CancellationToken, ValueTask<int>> arrives) : Stream
{
    /// <summary>The number of bytes that were read.</summary>
    public long Taken { get; private set; }

    public bool IsDisposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => Taken;
        set => throw new NotSupportedException();
    }

    /// <summary>A number of bytes, with a maximum for each read.</summary>
    public static ScriptedStream Of(long length, int piece = int.MaxValue)
    {
        var left = length;
        return new ScriptedStream(
            (place, _) =>
            {
                var count = (int)Math.Min(left, Math.Min(piece, place.Length));
                left -= count;
                place.Span[..count].Fill((byte)'x');
                return ValueTask.FromResult(count);
            }
        );
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await arrives(buffer, cancellationToken);
        Taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("It is read asynchronously.");

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
