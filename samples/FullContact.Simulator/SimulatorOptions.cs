using FullContact.Simulator.Callbacks;

namespace FullContact.Simulator;

/// <summary>The options of a simulator.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The key to accept.</summary>
    public string ApiKey { get; init; } = FullContactSimulator.DefaultApiKey;

    /// <summary>The port on 127.0.0.1; 0 for a free port.</summary>
    public int Port { get; init; }

    /// <summary>The number of requests per minute without delay; null for no limit.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>
    /// A file in the form of people.json that replaces the bundled people; null for the bundled ones.
    /// </summary>
    public string? PeopleFile { get; init; }

    /// <summary>The plan for callbacks of lookups with a webhookUrl.</summary>
    public CallbackPlan Callbacks { get; init; } = new();

    /// <summary>Sends callbacks to a receiver in this process; null for the network.</summary>
    public HttpMessageHandler? CallbackHandler { get; init; }

    /// <summary>
    /// Runs before the simulator listens, for example to script responses; null for nothing. A client that waits for
    /// it to start may call at once.
    /// </summary>
    public Action<FullContactSimulator>? BeforeStart { get; init; }

    /// <summary>The clock for all delays.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
