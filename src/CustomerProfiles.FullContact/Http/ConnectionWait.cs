using System.Net.Sockets;

namespace CustomerProfiles.FullContact.Http;

/// <summary>
/// How long a connection is waited for. Behind a firewall that drops packets nothing is refused, and the time-out of a call cannot tell whether the question was sent. This one can: it was not,
/// so it costs neither budget nor a day, unless the time of the call ends first. (<see cref="SocketsHttpHandler.ConnectTimeout"/> ends in a cancellation like any other.)
/// </summary>
internal static class ConnectionWait
{
    /// <summary>Long enough for a name server that is down (a resolver asks the next one after 5 seconds) and for a SYN that is lost twice.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(7);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>: connects as the handler itself does.</summary>
    public static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
        WithinAsync(token => OpenAsync(context, token), TimeProvider.System, cancellationToken);

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="TimeoutException">There was none in time, which the handler makes an <see cref="HttpRequestError.ConnectionError"/>.</exception>
    public static async ValueTask<Stream> WithinAsync(Func<CancellationToken, ValueTask<Stream>> open, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await open(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"There was no connection within {Longest}.");
        }
    }

    private static async ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
