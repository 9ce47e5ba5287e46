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

    /// <summary>The custom properties by which the customer is found; null without a customer.</summary>
    public SearchableProperties? Searchable { get; init; }

    /// <summary>Calls that create and calls that only record are written by different statements.</summary>
    public bool IsCreation => customer is not null;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The batch in which the call is written; null while it waits.</summary>
    public GatheredBatch? Batch { get; set; }

    /// <summary>Its turn, or the exception of the batch.</summary>
    public Task<GatheredTurn> Turn => _turn.Task;

    public bool TryEnd(GatheredTurn turn) => _turn.TrySetResult(turn);

    public bool TryFail(Exception exception) => _turn.TrySetException(exception);

    public bool TryCancel() => _turn.TrySetCanceled(cancellationToken);
}

/// <summary>What a call that waited gets: its result, or that it is written alone, by its caller.</summary>
/// <param name="Lookup">The result.</param>
/// <param name="IsAlone">Whether the call is written alone instead.</param>
/// <param name="IsRetry">Whether a batch whose connection broke may have written it.</param>
/// <param name="Lane">The lane that the call has to itself; null when it has only its identity.</param>
internal readonly record struct GatheredTurn(ConversationLookup? Lookup, bool IsAlone, bool IsRetry, Lane? Lane)
{
    public static GatheredTurn Of(ConversationLookup? lookup) => new(lookup, false, false, null);

    public static GatheredTurn Alone(bool isRetry, Lane? lane = null) => new(null, true, isRetry, lane);
}

/// <summary>A call or batch that is being written, which keeps others of its kind waiting.</summary>
/// <param name="queue">The queue of its tenant.</param>
/// <param name="isCreation">Whether it creates customers.</param>
/// <param name="since">The timestamp of its beginning.</param>
internal sealed class Lane(TenantQueue queue, bool isCreation, long since)
{
    public TenantQueue Queue => queue;

    public bool IsCreation => isCreation;

    public long Since => since;
}

/// <summary>The calls of a tenant that wait, and the number of lanes by which others are written.</summary>
internal sealed class TenantQueue
{
    private int _recording;
    private int _creating;

    public LinkedList<GatheredCall> Waiting { get; } = [];

    public bool IsIdle => _recording == 0 && _creating == 0 && Waiting.Count == 0;

    public int Lanes(bool isCreation) => isCreation ? _creating : _recording;

    public void Add(bool isCreation, int lanes) => _ = isCreation ? _creating += lanes : _recording += lanes;
}

/// <summary>Calls that are written together, and the token of the batch.</summary>
internal sealed class GatheredBatch(IReadOnlyList<GatheredCall> calls, Lane lane) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private int _wanted = calls.Count;
    private bool _isOver;

    public IReadOnlyList<GatheredCall> Calls => calls;

    public Lane Lane => lane;

    /// <summary>Is cancelled only when every caller has cancelled.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>A caller has cancelled; perhaps when the batch is over.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_wanted == 0 && !_isOver)
            {
                _cancellation.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _cancellation.Dispose();
        }
    }
}
