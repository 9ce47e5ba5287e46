namespace FullContact.Simulator.Callbacks;

/// <summary>
/// What happens to the answers to questions with a webhookUrl. By default each is sent once, right after the 202.
/// </summary>
public sealed record CallbackPlan
{
    /// <summary>
    /// Whether they are kept until <see cref="SimulatedCallbacks.ReleaseAsync"/>, as if the search took that long.
    /// </summary>
    public bool IsHeld { get; init; }

    /// <summary>How often each is sent, one after the other; 0 for lost ones.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The form.</summary>
    public CallbackForm Form { get; init; }

    /// <summary>How long the search takes, by the simulator's clock.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>What "webhookId" says in the forms that have one.</summary>
    public string WebhookId { get; init; } = "";
}
