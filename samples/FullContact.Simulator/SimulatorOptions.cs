using FullContact.Simulator.Callbacks;

namespace FullContact.Simulator;

/// <summary>How a simulator is started.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The key to accept.</summary>
    public string ApiKey { get; init; } = FullContactSimulator.DefaultApiKey;

    /// <summary>The port on 127.0.0.1; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>How many requests a minute are answered without delay; null for any number.</summary>
    public int? RequestsPerMinute { get; init; }

    /// <summary>
    /// A file of people who take the place of the bundled ones, in the form of people.json; null for those.
    /// </summary>
    public string? PeopleFile { get; init; }

    /// <summary>What happens to the answers to questions with a webhookUrl.</summary>
    public CallbackPlan Callbacks { get; init; } = new();

    /// <summary>What callbacks go out through, for receivers that are not on a network; null for the network.</summary>
    public HttpMessageHandler? CallbackHandler { get; init; }

    /// <summary>The clock for everything that waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
