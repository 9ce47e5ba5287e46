using FullContact.Simulator;

if (CommandLine.Read(args) is not { } options)
{
    Console.Error.WriteLine(CommandLine.Usage);
    return 2;
}

try
{
    await using var simulator = await FullContactSimulator.StartAsync(options);

    // A custom key may be a real one, and must not be printed.
    var key = simulator.ApiKey == FullContactSimulator.DefaultApiKey ? simulator.ApiKey : "<key>";
    Console.WriteLine(
        $"FullContact simulator at {simulator.BaseAddress} with the key {key}. Press Ctrl+C to stop it. Try:"
    );
    Console.WriteLine(
        $"curl -s {simulator.BaseAddress}v3/person.enrich -H 'Authorization: Bearer {key}' "
            + """-H 'Content-Type: application/json' -d '{"email":"maria.quill@example.org"}'"""
    );
    var ended = new TaskCompletionSource();
    Console.CancelKeyPress += (_, pressed) =>
    {
        pressed.Cancel = true;
        ended.TrySetResult();
    };
    using var terminated = System.Runtime.InteropServices.PosixSignalRegistration.Create(
        System.Runtime.InteropServices.PosixSignal.SIGTERM,
        signal =>
        {
            signal.Cancel = true;
            ended.TrySetResult();
        }
    );
    await ended.Task;
    return 0;
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"{exception.Message} Use --port for another port, --people for another file.");
    return 2;
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
