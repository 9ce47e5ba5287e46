using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Group commit: calls that come while others are being written wait, and are written together as soon as a lane is
/// free. There is no timer, and a call that finds a lane free is written at once, alone, by its caller.
/// </summary>
/// <remarks>
/// Calls with the same identity are written one after the other, in the order in which they came. The others have no
/// order, as concurrent calls never had.
/// </remarks>
/// <param name="lanes">How many calls or batches are written at once.</param>
/// <param name="writeAlone">Writes one call; the flag says whether a batch may have written it.</param>
/// <param name="writeTogether">
/// Writes a batch. Returns the turn of each call, in their order. Its exception is that of every call.
/// </param>
internal sealed class WriteGatherer(
    int lanes,
    Func<GatheredCall, bool, Task<ConversationLookup?>> writeAlone,
    Func<IReadOnlyList<GatheredCall>, CancellationToken, Task<IReadOnlyList<GatheredTurn>>> writeTogether
)
{
    /// <summary>The most calls of a batch: others that need its rows wait for all of it.</summary>
    public const int MostTogether = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<GatheredCall> _waiting = [];
    private readonly HashSet<(TenantId, Identity)> _inUse = [];
    private int _free = lanes;

    /// <summary>For tests: the number of calls that wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Writes a call, alone or with others.</summary>
    public async Task<ConversationLookup?> RunAsync(GatheredCall call)
    {
        call.CancellationToken.ThrowIfCancellationRequested();
        if (!HasLaneAtOnce(call))
        {
            GatheredTurn turn;
            var registration = call.CancellationToken.UnsafeRegister(
                static state => ((Cancelling)state!).Invoke(),
                new Cancelling(this, call)
            );
            await using (registration.ConfigureAwait(false))
            {
                turn = await call.Turn.ConfigureAwait(false);
            }

            return turn.IsAlone
                ? await RunAloneAsync(call, turn.IsRetry, turn.HasLane).ConfigureAwait(false)
                : turn.Lookup;
        }

        return await RunAloneAsync(call, isRetry: false, hasLane: true).ConfigureAwait(false);
    }

    private bool HasLaneAtOnce(GatheredCall call)
    {
        lock (_gate)
        {
            // An identity that is in use has others waiting for it, perhaps.
            if (_free > 0 && _inUse.Add((call.Tenant, call.Identity)))
            {
                _free--;
                return true;
            }

            _waiting.AddLast(call);
            return false;
        }
    }

    private async Task<ConversationLookup?> RunAloneAsync(GatheredCall call, bool isRetry, bool hasLane)
    {
        try
        {
            return await writeAlone(call, isRetry).ConfigureAwait(false);
        }
        finally
        {
            Release([call], hasLane ? 1 : 0);
        }
    }

    private void Cancel(GatheredCall call)
    {
        if (!call.TryCancel())
        {
            return;
        }

        GatheredBatch? batch;
        lock (_gate)
        {
            batch = call.Batch;
            if (batch is null)
            {
                _waiting.Remove(call);
            }
        }

        batch?.Leave();
    }

    /// <summary>Frees identities and lanes, and starts what waited for them.</summary>
    private void Release(IEnumerable<GatheredCall> calls, int freed)
    {
        List<GatheredBatch>? ready = null;
        lock (_gate)
        {
            foreach (var call in calls)
            {
                _inUse.Remove((call.Tenant, call.Identity));
            }

            _free += freed;
            while (_free > 0 && NextBatch() is { } batch)
            {
                _free--;
                (ready ??= []).Add(batch);
            }
        }

        foreach (var batch in ready ?? [])
        {
            // Without the context of the caller who happened to be first: its transaction, its trace.
            ThreadPool.UnsafeQueueUserWorkItem(
                static work => _ = work.Gatherer.RunBatchAsync(work.Batch),
                (Gatherer: this, Batch: batch),
                preferLocal: false
            );
        }
    }

    /// <summary>The first call whose identity is free, and those that fit with it.</summary>
    private GatheredBatch? NextBatch()
    {
        List<GatheredCall>? calls = null;
        HashSet<(TenantId, Identity)>? skipped = null;
        for (var node = _waiting.First; node is not null && (calls?.Count ?? 0) < MostTogether; )
        {
            var (call, next) = (node.Value, node.Next);
            var key = (call.Tenant, call.Identity);

            // A call that is left out keeps those behind it with the same identity out as well.
            if (skipped?.Contains(key) == true)
            {
                node = next;
                continue;
            }

            if (calls is null || calls[0].FitsWith(call))
            {
                if (_inUse.Add(key))
                {
                    (calls ??= []).Add(call);
                    _waiting.Remove(node);
                }
            }
            else
            {
                (skipped ??= []).Add(key);
            }

            node = next;
        }

        if (calls is null)
        {
            return null;
        }

        var batch = new GatheredBatch(calls);
        foreach (var call in calls)
        {
            call.Batch = batch;
        }

        return batch;
    }

    private async Task RunBatchAsync(GatheredBatch batch)
    {
        using var over = batch;
        var calls = batch.Calls;
        if (calls.Count == 1)
        {
            if (!calls[0].TryEnd(GatheredTurn.Alone(isRetry: false, hasLane: true)))
            {
                Release(calls, 1);
            }

            return;
        }

        var done = new List<GatheredCall>(calls.Count);
        try
        {
            var turns = await writeTogether(calls, batch.CancellationToken).ConfigureAwait(false);
            for (var i = 0; i < calls.Count; i++)
            {
                // A call that goes on alone keeps its identity; one that was cancelled does not go on.
                var isTaken = calls[i].TryEnd(turns[i]);
                if (!isTaken || !turns[i].IsAlone)
                {
                    done.Add(calls[i]);
                }
            }
        }
        catch (Exception exception)
        {
            done.Clear();
            done.AddRange(calls);
            foreach (var call in calls)
            {
                call.TryFail(exception);
            }
        }
        finally
        {
            // Behind the callers that have just got their results: what they do next is gathered as well, where the
            // first of them would otherwise find the lane free and keep the others waiting.
            await Task.Yield();
            Release(done, 1);
        }
    }

    private sealed class Cancelling(WriteGatherer gatherer, GatheredCall call)
    {
        public void Invoke() => gatherer.Cancel(call);
    }
}
