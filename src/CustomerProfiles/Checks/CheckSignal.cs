using System.Threading.Channels;
using CustomerProfiles.Providers;

namespace CustomerProfiles;

/// <summary>
/// Tells the runner of this host that there is a check to run. The check itself is in the store, so a lost signal costs
/// only time.
/// </summary>
internal sealed class CheckSignal : ICheckSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(1);

    public void Raise() => _channel.Writer.TryWrite(true);

    public void Lower() => _channel.Reader.TryRead(out _);

    public Task WaitAsync(CancellationToken cancellationToken) =>
        _channel.Reader.WaitToReadAsync(cancellationToken).AsTask();
}
