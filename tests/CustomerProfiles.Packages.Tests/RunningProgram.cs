using System.Diagnostics;
using System.Text;

namespace CustomerProfiles.Packages.Tests;

/// <summary>A program that runs until it is disposed of.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RunningProgram(Process process) => _process = process;

    /// <summary>Starts a command line. Arguments are separated by blanks.</summary>
    public static RunningProgram Start(string folder, string commandLine)
    {
        var words = commandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var process = new Process { StartInfo = Command.StartOf(folder, words[0], words[1..]) };
        var program = new RunningProgram(process);
        process.OutputDataReceived += (_, line) => program.Read(line.Data);
        process.ErrorDataReceived += (_, line) => program.Keep(line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return program;
    }

    /// <summary>The first line that the program writes.</summary>
    public async Task<string> ReadFirstLineAsync()
    {
        try
        {
            return await _firstLine.Task.WaitAsync(Timeout);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The program wrote nothing within {Timeout}.\n{Kept()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A null ends the output.</summary>
    private void Read(string? line)
    {
        Keep(line);
        if (line is null)
        {
            _firstLine.TrySetException(new InvalidOperationException($"The program ended.\n{Kept()}"));
        }
        else
        {
            _firstLine.TrySetResult(line);
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }

    private string Kept()
    {
        lock (_output)
        {
            return _output.ToString();
        }
    }
}
