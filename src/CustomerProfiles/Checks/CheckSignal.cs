using System.Threading.Channels;
using CustomerProfiles.Providers;

namespace CustomerProfiles;

/// <summary>
/// Wakes the check runner of this host. The checks themselves are in the store, so a lost signal costs only time.
/// </summary>
internal sealed class CheckSignal : ICheckSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(1);

    public void Raise() => _channel.Writer.TryWrite(true);

    public void Lower() => _channel.Reader.TryRead(out _);

    public Task WaitAsync(CancellationToken cancellationToken) =>
        _channel.Reader.WaitToReadAsync(cancellationToken).AsTask();
}
