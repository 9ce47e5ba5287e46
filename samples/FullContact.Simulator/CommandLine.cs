using System.Globalization;
using FullContact.Simulator.Callbacks;

namespace FullContact.Simulator;

/// <summary>The command line: pairs of an option and its value.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Usage: FullContact.Simulator [options]
          --port <port>           the port on 127.0.0.1; 5080 by default, 0 for a free port
          --urls <url>            the same as a URL, such as http://127.0.0.1:5080 (loopback and http only)
          --key <key>             the API key to accept; simulated-key by default
          --rate <requests>       the number of requests per minute without delay; unlimited by default
          --people <file>         a file of people that replaces People/people.json
          --webhook-delay <ms>    the delay between the 202 and the webhook call; 0 by default
        """;

    private const int DefaultPort = 5080;

    /// <summary>Reads the arguments; null when one of them is unknown or invalid.</summary>
    public static SimulatorOptions? Read(string[] args)
    {
        if (args.Length % 2 != 0)
        {
            return null;
        }

        SimulatorOptions? options = new() { Port = DefaultPort };
        foreach (var pair in args.Chunk(2))
        {
            options = options is null ? null : With(options, pair[0], pair[1]);
        }

        return options;
    }

    private static SimulatorOptions? With(SimulatorOptions options, string name, string value) =>
        name switch
        {
            "--port" when Number(value) is { } port and <= ushort.MaxValue => options with { Port = port },
            "--urls"
                when Uri.TryCreate(value, UriKind.Absolute, out var url)
                    && url is { Scheme: "http", IsLoopback: true } => options with
            {
                Port = url.Port,
            },
            "--key" when !string.IsNullOrWhiteSpace(value) => options with { ApiKey = value },
            "--rate" when Number(value) is { } rate and > 0 => options with { RequestsPerMinute = rate },
            "--people" => options with { PeopleFile = value },
            "--webhook-delay" when Number(value) is { } delay => options with
            {
                Callbacks = new CallbackPlan { Delay = TimeSpan.FromMilliseconds(delay) },
            },
            _ => null,
        };

    private static int? Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
