using System.Globalization;

namespace CustomerProfiles.Sample.Customers;

/// <summary>One line of a terminal that shows how far an import is.</summary>
/// <param name="terminal">The terminal; null for none.</param>
/// <param name="time">Tells how often the line is written.</param>
internal sealed class ImportProgress(TextWriter? terminal, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly long _started = time.GetTimestamp();
    private long _shown = time.GetTimestamp();
    private int _length;

    /// <summary>Standard error, if it is a terminal.</summary>
    public static ImportProgress OfConsole() =>
        new(Console.IsErrorRedirected ? null : Console.Error, TimeProvider.System);

    /// <summary>Shows the number of rows, at most four times a second.</summary>
    public void Show(long rows)
    {
        if (terminal is null || time.GetElapsedTime(_shown) < Interval)
        {
            return;
        }

        _shown = time.GetTimestamp();
        var speed = rows / time.GetElapsedTime(_started).TotalSeconds;
        var line = string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, {speed:N0} rows/s");
        terminal.Write($"\r{line.PadRight(_length)}");
        _length = line.Length;
    }

    /// <summary>Makes room for other output.</summary>
    public void Clear()
    {
        if (_length > 0)
        {
            terminal!.Write($"\r{new string(' ', _length)}\r");
            _length = 0;
        }
    }
}
