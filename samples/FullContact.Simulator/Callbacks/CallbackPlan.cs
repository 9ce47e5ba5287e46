namespace FullContact.Simulator.Callbacks;

/// <summary>
/// How results of lookups with a webhookUrl are sent. By default, each is sent once, right after the 202.
/// </summary>
public sealed record CallbackPlan
{
    /// <summary>
    /// Whether they are held until <see cref="SimulatedCallbacks.ReleaseAsync"/>, as by a long search.
    /// </summary>
    public bool IsHeld { get; init; }

    /// <summary>How often each is sent; 0 for a lost callback.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The form.</summary>
    public CallbackForm Form { get; init; }

    /// <summary>The duration of the search, by the simulator's clock.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The value of "webhookId" in the forms that have one.</summary>
    public string WebhookId { get; init; } = "";
}
