using System.Collections.Immutable;

namespace FullContact.Simulator.Callbacks;

/// <summary>The callback of one lookup with a webhookUrl.</summary>
public sealed class SimulatedCallback
{
    private readonly SimulatedCallbacks _owner;
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ImmutableArray<CallbackDelivery> _deliveries = [];
    private int _started;

    internal SimulatedCallback(SimulatedCallbacks owner, Uri url, string? body, CallbackPlan plan, Action found)
    {
        _owner = owner;
        Url = url;
        Body = body;
        Plan = plan;
        Found = found;
        if (body is null)
        {
            _settled.TrySetResult();
        }
    }

    /// <summary>The URL of the webhook.</summary>
    public Uri Url { get; }

    /// <summary>
    /// The result as JSON, a person or {"status":404,...}; null when the search never ends, so that nothing is sent.
    /// </summary>
    public string? Body { get; }

    /// <summary>The plan when the lookup arrived.</summary>
    public CallbackPlan Plan { get; }

    /// <summary>The attempts so far.</summary>
    public ImmutableArray<CallbackDelivery> Deliveries
    {
        get
        {
            lock (_lock)
            {
                return _deliveries;
            }
        }
    }

    /// <summary>
    /// Completes when it has been sent as often as planned, or when nothing is to be sent. A held callback must be
    /// released first.
    /// </summary>
    public Task Settled => _settled.Task;

    internal Action Found { get; }

    /// <summary>Sends it once more, as a duplicate or late. It is not billed again.</summary>
    /// <returns>The response of the receiver.</returns>
    /// <exception cref="InvalidOperationException">The search never ends, so there is nothing to send.</exception>
    public async Task<CallbackDelivery> SendAsync()
    {
        if (Body is null)
        {
            throw new InvalidOperationException("There is nothing to send.");
        }

        var delivery = await _owner.PostAsync(this);
        lock (_lock)
        {
            _deliveries = _deliveries.Add(delivery);
        }

        return delivery;
    }

    internal bool TryStart() => Interlocked.Exchange(ref _started, 1) == 0;

    internal void Settle() => _settled.TrySetResult();
}
