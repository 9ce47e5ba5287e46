using FullContact.Simulator.Callbacks;

namespace FullContact.Simulator.Control;

/// <summary>A plan for callbacks, as set over HTTP.</summary>
internal sealed record RequestedCallbackPlan
{
    public bool Held { get; init; }

    public int Times { get; init; } = 1;

    public CallbackForm Form { get; init; }

    public double DelayMilliseconds { get; init; }

    public string WebhookId { get; init; } = "";
}
