using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>
/// A host in a process of its own. Disposing it stops it gracefully, and kills it if that takes long.
/// </summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _input = Channel.CreateUnbounded<string>();
    private readonly ConcurrentDictionary<int, (HostCommand Command, TaskCompletionSource<HostReply?> Reply)> _waiting =
        new();
    private readonly Task _writing;
    private readonly Task _reading;
    private readonly Task<string> _log;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _number;
    private bool _isKilled;

    private HostProcess(HostSettings settings)
    {
        Name = settings.Name;
        _process = Process.Start(
            new ProcessStartInfo("dotnet", [typeof(HostSettings).Assembly.Location])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _input.Writer.TryWrite(JsonSerializer.Serialize(settings));
        _log = _process.StandardError.ReadToEndAsync();
        _writing = WriteAsync();
        _reading = ReadAsync();
    }

    public string Name { get; }

    /// <summary>The number of commands without a reply.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>The commands without a reply when the host was killed. Mail would be redelivered.</summary>
    public IReadOnlyList<HostCommand> Left => [.. _waiting.Values.Select(waiting => waiting.Command)];

    public static async Task<HostProcess> StartAsync(HostSettings settings)
    {
        var host = new HostProcess(settings);
        try
        {
            await host._ready.Task.WithinMinutes();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command to the host.</summary>
    /// <returns>The reply; null when the host was killed before.</returns>
    public async Task<HostReply?> SendAsync(HostCommand command)
    {
        var number = Interlocked.Increment(ref _number);
        var reply = new TaskCompletionSource<HostReply?>(TaskCreationOptions.RunContinuationsAsynchronously);
        command = command with { Number = number };
        _waiting[number] = (command, reply);
        _input.Writer.TryWrite(JsonSerializer.Serialize(command));
        if (_reading.IsCompleted)
        {
            Fail();
        }

        return await reply.Task.WithinMinutes();
    }

    /// <summary>Kills it with SIGKILL and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        Volatile.Write(ref _isKilled, true);
        _process.Kill();
        await _process.WaitForExitAsync().WithinMinutes();
        await _reading.WithinMinutes();
    }

    /// <summary>Pauses it with SIGSTOP: its connections stay open, and none of its code runs.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    /// <summary>Resumes it.</summary>
    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>Stops the host and returns its log.</summary>
    public async Task<string> LogAsync()
    {
        await DisposeAsync();
        return await _log;
    }

    public async ValueTask DisposeAsync()
    {
        _input.Writer.TryComplete();
        try
        {
            await _process.WaitForExitAsync().WithinMinutes();
        }
        finally
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await Task.WhenAll(_writing, _reading).WithinMinutes();
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(
            "kill",
            [signal, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_process.Id}")]
        )!;
        await kill.WaitForExitAsync().WithinMinutes();
        if (kill.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Name} could not be sent {signal}.");
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _input.Reader.ReadAllAsync())
            {
                await _process.StandardInput.WriteLineAsync(line);
                await _process.StandardInput.FlushAsync();
            }

            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                _ready.TrySetResult();
            }
            else
            {
                var reply = JsonSerializer.Deserialize<HostReply>(line)!;
                if (_waiting.TryRemove(reply.Number, out var waiting))
                {
                    waiting.Reply.TrySetResult(reply);
                }
            }
        }

        if (!Volatile.Read(ref _isKilled))
        {
            _ready.TrySetException(new InvalidOperationException($"{Name} ended: {await _log}"));
        }

        Fail();
    }

    private void Fail()
    {
        foreach (var (_, reply) in _waiting.Values)
        {
            if (Volatile.Read(ref _isKilled))
            {
                reply.TrySetResult(null);
            }
            else
            {
                reply.TrySetException(
                    new InvalidOperationException($"{Name} ended, and nobody killed it. Its log: {_log.Result}")
                );
            }
        }
    }
}
