using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>A call that may be written together with others.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="identity">The identity: of two calls with the same one, the second waits for the first.</param>
/// <param name="conversation">The conversation to record.</param>
/// <param name="customer">The customer to create; null for a call that only records the conversation.</param>
/// <param name="cancellationToken">The token of the caller.</param>
internal sealed class GatheredCall(
    TenantId tenant,
    Identity identity,
    ConversationRecord conversation,
    NewCustomer? customer,
    CancellationToken cancellationToken
)
{
    // The caller must not go on within the thread that writes for others.
    private readonly TaskCompletionSource<GatheredTurn> _turn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TenantId Tenant => tenant;

    public Identity Identity => identity;

    public ConversationRecord Conversation => conversation;

    public NewCustomer? Customer => customer;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The batch in which the call is written; null while it waits.</summary>
    public GatheredBatch? Batch { get; set; }

    /// <summary>Its turn, or the exception of the batch.</summary>
    public Task<GatheredTurn> Turn => _turn.Task;

    public bool TryEnd(GatheredTurn turn) => _turn.TrySetResult(turn);

    public bool TryFail(Exception exception) => _turn.TrySetException(exception);

    public bool TryCancel() => _turn.TrySetCanceled(cancellationToken);

    /// <summary>Whether two calls can be in one batch.</summary>
    public bool FitsWith(GatheredCall other) =>
        tenant == other.Tenant && (customer is null) == (other.Customer is null);
}

/// <summary>What a call that waited gets: its result, or that it is written alone, by its caller.</summary>
/// <param name="Lookup">The result.</param>
/// <param name="IsAlone">Whether the call is written alone instead.</param>
/// <param name="IsRetry">Whether a batch whose connection broke may have written it.</param>
/// <param name="HasLane">Whether the call has a lane of its own, and not only its identity.</param>
internal readonly record struct GatheredTurn(ConversationLookup? Lookup, bool IsAlone, bool IsRetry, bool HasLane)
{
    public static GatheredTurn Of(ConversationLookup? lookup) => new(lookup, false, false, false);

    public static GatheredTurn Alone(bool isRetry, bool hasLane) => new(null, true, isRetry, hasLane);
}

/// <summary>Calls that are written together, and the token of the batch.</summary>
internal sealed class GatheredBatch(IReadOnlyList<GatheredCall> calls) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancellation = new();
    private int _wanted = calls.Count;
    private bool _isOver;

    public IReadOnlyList<GatheredCall> Calls => calls;

    /// <summary>Is cancelled only when every caller has cancelled.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>A caller has cancelled; perhaps when the batch is over.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_wanted == 0 && !_isOver)
            {
                _cancellation.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _cancellation.Dispose();
        }
    }
}
