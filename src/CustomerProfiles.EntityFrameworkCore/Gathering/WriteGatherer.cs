using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Group commit: the calls of a tenant that come while others of that tenant are being written wait, and are written
/// together as soon as those are done. No timer delays them, and a call that finds nothing being written is written at
/// once, alone, by its caller.
/// </summary>
/// <remarks>
/// Calls with the same identity are written one after the other, in the order in which they came. The others have no
/// order, as concurrent calls never had. One batch at a time is cheaper than several that share the calls; only what
/// does not fit into a batch is written beside it.
/// </remarks>
/// <param name="mostBeside">How many batches of one tenant and kind are written at once when each is full.</param>
/// <param name="longestHold">
/// How long a call or batch keeps others waiting. After that they go on beside it, so that what waits for a lock does
/// not hold everybody. <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
/// </param>
/// <param name="time">The clock for that.</param>
/// <param name="writeAlone">Writes one call; the flag says whether a batch may have written it.</param>
/// <param name="writeTogether">
/// Writes a batch. Returns the turn of each call, in their order. Its exception is that of every call.
/// </param>
internal sealed class WriteGatherer(
    int mostBeside,
    TimeSpan longestHold,
    TimeProvider time,
    Func<GatheredCall, bool, Task<ConversationLookup?>> writeAlone,
    Func<IReadOnlyList<GatheredCall>, CancellationToken, Task<IReadOnlyList<GatheredTurn>>> writeTogether
) : IDisposable
{
    /// <summary>The most calls of a batch: others that need its rows wait for all of it.</summary>
    public const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<TenantId, TenantQueue> _queues = [];
    private readonly HashSet<(TenantId, Identity)> _inUse = [];
    private readonly List<Lane> _lanes = [];
    private ITimer? _watch;
    private bool _isWatching;

    /// <summary>For tests: the number of calls that wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _queues.Values.Sum(queue => queue.Waiting.Count);
            }
        }
    }

    public void Dispose() => _watch?.Dispose();

    /// <summary>Writes a call, alone or with others.</summary>
    public async Task<ConversationLookup?> RunAsync(GatheredCall call)
    {
        call.CancellationToken.ThrowIfCancellationRequested();
        if (LaneAtOnce(call) is { } lane)
        {
            return await RunAloneAsync(call, isRetry: false, lane).ConfigureAwait(false);
        }

        GatheredTurn turn;
        var registration = call.CancellationToken.UnsafeRegister(
            static state => ((Cancelling)state!).Invoke(),
            new Cancelling(this, call)
        );
        await using (registration.ConfigureAwait(false))
        {
            turn = await call.Turn.ConfigureAwait(false);
        }

        return turn.IsAlone ? await RunAloneAsync(call, turn.IsRetry, turn.Lane).ConfigureAwait(false) : turn.Lookup;
    }

    /// <summary>A lane for the call, or null when it waits for its turn.</summary>
    private Lane? LaneAtOnce(GatheredCall call)
    {
        lock (_lock)
        {
            if (!_queues.TryGetValue(call.Tenant, out var queue))
            {
                _queues.Add(call.Tenant, queue = new TenantQueue());
            }

            if (
                queue.Lanes(call.IsCreation) == 0
                && !queue.Waiting.Any(waiting => waiting.Identity == call.Identity)
                && _inUse.Add((call.Tenant, call.Identity))
            )
            {
                return Take(queue, call.IsCreation);
            }

            queue.Waiting.AddLast(call);
            Watch();
            if (queue.Waiting.Count < MostTogether || NextBatch(queue, call.IsCreation) is not { } full)
            {
                return null;
            }

            Start(full);
            return null;
        }
    }

    private async Task<ConversationLookup?> RunAloneAsync(GatheredCall call, bool isRetry, Lane? lane)
    {
        try
        {
            return await writeAlone(call, isRetry).ConfigureAwait(false);
        }
        finally
        {
            Release(call.Tenant, [call], lane);
        }
    }

    private void Cancel(GatheredCall call)
    {
        if (!call.TryCancel())
        {
            return;
        }

        GatheredBatch? batch;
        lock (_lock)
        {
            batch = call.Batch;
            if (batch is null && _queues.TryGetValue(call.Tenant, out var queue))
            {
                queue.Waiting.Remove(call);
            }
        }

        batch?.Leave();
    }

    /// <summary>Frees identities and a lane, and starts what waited for them.</summary>
    private void Release(TenantId tenant, IEnumerable<GatheredCall> calls, Lane? lane)
    {
        lock (_lock)
        {
            foreach (var call in calls)
            {
                _inUse.Remove((tenant, call.Identity));
            }

            if (lane is not null)
            {
                End(lane);
            }

            if (_queues.TryGetValue(tenant, out var queue))
            {
                StartNext(tenant, queue);
            }
        }
    }

    /// <summary>Within the lock.</summary>
    private Lane Take(TenantQueue queue, bool isCreation)
    {
        var lane = new Lane(queue, isCreation, time.GetTimestamp());
        queue.Add(isCreation, 1);
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>Within the lock; does nothing when the lane was given up.</summary>
    private void End(Lane lane)
    {
        if (_lanes.Remove(lane))
        {
            lane.Queue.Add(lane.IsCreation, -1);
        }
    }

    /// <summary>Within the lock: makes sure that a lane is given up in time while calls wait.</summary>
    private void Watch()
    {
        if (_isWatching || longestHold == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        if (_watch is null)
        {
            // The timer outlives the caller, whose context it must not keep.
            using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
            _watch = time.CreateTimer(
                static gatherer => ((WriteGatherer)gatherer!).GiveUpLanes(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        }

        _isWatching = _watch.Change(longestHold, Timeout.InfiniteTimeSpan);
    }

    private void GiveUpLanes()
    {
        lock (_lock)
        {
            _isWatching = false;
            foreach (var lane in _lanes.Where(lane => time.GetElapsedTime(lane.Since) >= longestHold).ToArray())
            {
                End(lane);
            }

            foreach (var (tenant, queue) in _queues.ToArray())
            {
                StartNext(tenant, queue);
                if (queue.Waiting.Count > 0)
                {
                    Watch();
                }
            }
        }
    }

    /// <summary>Within the lock: starts what can be, and forgets a tenant for whom nothing is to be done.</summary>
    private void StartNext(TenantId tenant, TenantQueue queue)
    {
        foreach (var isCreation in (ReadOnlySpan<bool>)[false, true])
        {
            while (queue.Waiting.Count > 0 && NextBatch(queue, isCreation) is { } batch)
            {
                Start(batch);
            }
        }

        if (queue.IsIdle)
        {
            _queues.Remove(tenant);
        }
    }

    private void Start(GatheredBatch batch) =>
        // Without the context of the caller who happened to be first: its transaction, its trace.
        ThreadPool.UnsafeQueueUserWorkItem(
            static work => _ = work.Gatherer.RunBatchAsync(work.Batch),
            (Gatherer: this, Batch: batch),
            preferLocal: false
        );

    /// <summary>
    /// Within the lock: the waiting calls of this kind whose identities are free, unless others of them are being
    /// written and these do not fill a batch.
    /// </summary>
    private GatheredBatch? NextBatch(TenantQueue queue, bool isCreation)
    {
        var lanes = queue.Lanes(isCreation);
        if (lanes >= mostBeside)
        {
            return null;
        }

        List<GatheredCall>? calls = null;
        HashSet<Identity>? skipped = null;
        foreach (var call in queue.Waiting)
        {
            // A call that is left out keeps those behind it with the same identity out as well.
            if (
                call.IsCreation != isCreation
                || skipped?.Contains(call.Identity) == true
                || _inUse.Contains((call.Tenant, call.Identity))
            )
            {
                (skipped ??= []).Add(call.Identity);
                continue;
            }

            (calls ??= []).Add(call);
            (skipped ??= []).Add(call.Identity);
            if (calls.Count == MostTogether)
            {
                break;
            }
        }

        if (calls is null || (lanes > 0 && calls.Count < MostTogether))
        {
            return null;
        }

        var batch = new GatheredBatch(calls, Take(queue, isCreation));
        foreach (var call in calls)
        {
            _inUse.Add((call.Tenant, call.Identity));
            queue.Waiting.Remove(call);
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
            if (!calls[0].TryEnd(GatheredTurn.Alone(isRetry: false, batch.Lane)))
            {
                Release(calls[0].Tenant, calls, batch.Lane);
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
            Release(calls[0].Tenant, done, batch.Lane);
        }
    }

    private sealed class Cancelling(WriteGatherer gatherer, GatheredCall call)
    {
        public void Invoke() => gatherer.Cancel(call);
    }
}
