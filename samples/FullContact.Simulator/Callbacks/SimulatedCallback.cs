using System.Collections.Immutable;

namespace FullContact.Simulator.Callbacks;

/// <summary>The answer to one question with a webhookUrl.</summary>
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

    /// <summary>Where it is sent.</summary>
    public Uri Url { get; }

    /// <summary>
    /// The answer as JSON, a person or {"status":404,...}; null when the search never ends, so that nothing is ever
    /// sent.
    /// </summary>
    public string? Body { get; }

    /// <summary>What held for it when its question came.</summary>
    public CallbackPlan Plan { get; }

    /// <summary>Every try to send it so far.</summary>
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
    /// Ends when it has been sent as often as planned, or when nothing is to be sent. One that is held lasts until its
    /// release.
    /// </summary>
    public Task Settled => _settled.Task;

    internal Action Found { get; }

    /// <summary>Sends it once more, now: a duplicate, or a late one. Nothing is billed for it.</summary>
    /// <returns>What the receiver said.</returns>
    /// <exception cref="InvalidOperationException">The search never ended, and there is nothing to send.</exception>
    public async Task<CallbackDelivery> SendAsync()
    {
        if (Body is null)
        {
            throw new InvalidOperationException("There is no answer to send.");
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
