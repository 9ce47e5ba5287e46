using FullContact.Simulator;

// Kept to one option: where to listen. Everything else is the API's own shape.
const int defaultPort = 5080;
var urls = args.SkipWhile(arg => arg != "--urls").Skip(1).FirstOrDefault();
var port = urls is null ? defaultPort : Uri.TryCreate(urls, UriKind.Absolute, out var url) && url is { Scheme: "http", IsLoopback: true } ? url.Port : -1;
if (port < 0 || args.Length is not (0 or 2))
{
    Console.Error.WriteLine("Usage: FullContact.Simulator [--urls http://127.0.0.1:5080]   (loopback and http only)");
    return 2;
}

try
{
    await using var simulator = await FullContactSimulator.StartAsync(port: port);
    Console.WriteLine($"FullContact simulator at {simulator.BaseAddress} with the key {simulator.ApiKey}. Ctrl+C ends it. Try:");
    Console.WriteLine($"""curl -s {simulator.BaseAddress}v3/person.enrich -H 'Authorization: Bearer {simulator.ApiKey}' -H 'Content-Type: application/json' -d '{"{"}"email":"maria.quill@example.org"{"}"}'""");
    var ended = new TaskCompletionSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        ended.TrySetResult();
    };
    using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(System.Runtime.InteropServices.PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        ended.TrySetResult();
    });
    await ended.Task;
    return 0;
}
catch (IOException exception)
{
    Console.Error.WriteLine($"{exception.Message} Choose another port with --urls.");
    return 2;
}
