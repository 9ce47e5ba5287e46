using System.Net;
using System.Net.Sockets;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A proxy between a host and its server that stops after any byte of what the host sends. To the server the host seems
/// paused or disconnected. It also cuts the host off there, as when the host's process is killed.
/// </summary>
public sealed class StallingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _pumps = [];
    private readonly Lock _lock = new();
    private readonly MemoryStream _sent = new();
    private Stall? _stall;
    private bool _isRecording;
    private Kill? _kill;
    private bool _isCut;

    public StallingProxy(string host, int port)
    {
        _server = new IPEndPoint(IPAddress.Parse(host), port);
        _listener.Start();
        _pumps.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Data that the host sends meanwhile.</summary>
    public async Task<byte[]> RecordAsync(Func<Task> call)
    {
        lock (_lock)
        {
            _sent.SetLength(0);
            _isRecording = true;
        }

        await call();
        lock (_lock)
        {
            _isRecording = false;
            return _sent.ToArray();
        }
    }

    /// <summary>Passes this number of bytes, and then none until the stall ends.</summary>
    public Stall StallAfter(int bytes)
    {
        lock (_lock)
        {
            return _stall = new Stall(bytes);
        }
    }

    /// <summary>
    /// Passes this number of bytes. Then it closes the host's connection, lets no response pass, and refuses
    /// connections until <see cref="Restore"/>.
    /// </summary>
    /// <returns>Completes when that happens.</returns>
    public Task KillAfter(int bytes)
    {
        lock (_lock)
        {
            _kill = new Kill(bytes);
            return _kill.Done.Task;
        }
    }

    /// <summary>Accepts connections again, as of another process of the host.</summary>
    public void Restore() => Volatile.Write(ref _isCut, false);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_pumps);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var host = await _listener.AcceptTcpClientAsync(_end.Token);
                if (Volatile.Read(ref _isCut))
                {
                    host.Dispose();
                    continue;
                }

                var server = new TcpClient();
                await server.ConnectAsync(_server, _end.Token);
                host.NoDelay = server.NoDelay = true;
                lock (_lock)
                {
                    _pumps.Add(PumpAsync(host, server, toServer: true));
                    _pumps.Add(PumpAsync(server, host, toServer: false));
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The end of the test.
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, bool toServer)
    {
        var buffer = new byte[8192];
        var isKilled = false;
        try
        {
            // A connection whose end was sent gives its stream no more.
            var (source, target) = (from.GetStream(), to.GetStream());
            int read;
            while ((read = await source.ReadAsync(buffer, _end.Token)) > 0)
            {
                var chunk = buffer.AsMemory(0, read);
                if (!toServer && Volatile.Read(ref _isCut))
                {
                    continue;
                }

                if (toServer && TakeLast(chunk) is { } last)
                {
                    // The server gets all of it, and then the end of the connection. Its last response is read and
                    // dropped.
                    isKilled = true;
                    await target.WriteAsync(last.Head, _end.Token);
                    to.Client.Shutdown(SocketShutdown.Send);
                    last.Of.Done.TrySetResult();
                    return;
                }

                while (toServer && Take(ref chunk) is { } stall)
                {
                    await target.WriteAsync(stall.Head, _end.Token);
                    stall.Of.Begin();
                    await stall.Of.Over.WaitAsync(_end.Token);
                }

                await target.WriteAsync(chunk, _end.Token);
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or IOException or SocketException or InvalidOperationException
            )
        {
            // One side has closed the connection.
        }
        finally
        {
            from.Dispose();
            if (!isKilled)
            {
                to.Dispose();
            }
        }
    }

    /// <summary>Subtracts the bytes that pass before the kill; null when more may pass.</summary>
    private (Kill Of, ReadOnlyMemory<byte> Head)? TakeLast(ReadOnlyMemory<byte> chunk)
    {
        lock (_lock)
        {
            if (_kill is not { } kill || !kill.Ends(chunk.Length, out var most))
            {
                return null;
            }

            _kill = null;
            Volatile.Write(ref _isCut, true);
            return (kill, chunk[..most]);
        }
    }

    /// <summary>Subtracts the bytes that pass before the stall; null when all of them pass.</summary>
    private (Stall Of, ReadOnlyMemory<byte> Head)? Take(ref Memory<byte> chunk)
    {
        lock (_lock)
        {
            if (_isRecording)
            {
                _sent.Write(chunk.Span);
            }

            if (_stall is not { } stall || !stall.Allow(chunk.Length, out var most))
            {
                return null;
            }

            _stall = null;
            var head = chunk[..most];
            chunk = chunk[most..];
            return (stall, head);
        }
    }

    /// <summary>One stall.</summary>
    public sealed class Stall(int bytes)
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = bytes;

        /// <summary>Completes when the server has been sent all bytes before the stall.</summary>
        public Task Begun => _begun.Task;

        internal Task Over => _over.Task;

        public void End() => _over.TrySetResult();

        internal void Begin() => _begun.TrySetResult();

        /// <summary>Whether the stall begins within so many bytes, and after how many.</summary>
        internal bool Allow(int length, out int most)
        {
            most = Math.Min(_left, length);
            _left -= most;
            return most < length;
        }
    }

    /// <summary>One kill.</summary>
    private sealed class Kill(int bytes)
    {
        private int _left = bytes;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Whether these bytes are the last ones, and how many of them pass.</summary>
        public bool Ends(int length, out int most)
        {
            most = Math.Min(_left, length);
            _left -= most;
            return _left == 0;
        }
    }
}
