using System.Globalization;
using FullContact.Simulator.Callbacks;

namespace FullContact.Simulator;

/// <summary>What the program is started with: pairs of an option and its value.</summary>
internal static class CommandLine
{
    public const string Usage = """
        Usage: FullContact.Simulator [options]
          --port <port>             where to listen on 127.0.0.1; 5080 unless another is given, 0 for any that is free
          --urls <url>              the same as a URL, such as http://127.0.0.1:5080 (loopback and http only)
          --key <key>               the API key to accept; simulated-key unless another is given
          --rate <requests>         how many requests a minute are answered without delay; any number unless one is given
          --people <file>           people in place of the bundled ones, in the form of People/people.json
          --webhook-delay <ms>      how long after the 202 a webhook is called; at once unless more is given
        """;

    private const int DefaultPort = 5080;

    /// <summary>Reads the arguments; null when they are none that the program knows.</summary>
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
