using System.Diagnostics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Claims checks from the store, asks, and applies what comes back to the profile as it is then. The store is the only
/// queue, so what a host leaves undone any other can go on with.
/// </summary>
internal sealed class CheckRunner(
    ICustomerProfileStore store,
    ProviderRegistry providers,
    CheckPlanner gate,
    CheckBudget budget,
    CheckCompletion completion,
    CheckSignal signal,
    PendingCheckGauge pending,
    IOptions<CustomerProfilesOptions> options,
    IClock clock,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
) : ICheckRunner, IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan FirstRecordingDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A pending check keeps a customer's next ones from being asked for, so a provider cannot put it off for ever.
    /// </summary>
    private static readonly Duration LongestWait = Duration.FromDays(30);

    /// <summary>
    /// A failure that counts as no attempt may come without end, so there is always a little time between two: a
    /// provider that forgets to pause keeps nobody busy.
    /// </summary>
    private static readonly Duration ShortestWaitUncounted = Duration.FromSeconds(1);

    private const int MaxReleaseAttempts = 3;

    /// <summary>A store that hangs must not keep the process from ending.</summary>
    private static readonly TimeSpan LongestGivingBack = TimeSpan.FromSeconds(5);

    private readonly CustomerProfilesOptions _options = options.Value;

    // Neither this nor the source below is ever disposed: whoever waits for a disposed one waits for ever or meets an
    // exception, and without a timer or a wait handle neither holds anything to be freed.
    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrentChecks);
    private readonly CancellationTokenSource _disposal = new();
    private readonly Lock _runsLock = new();
    private int _runs;
    private TaskCompletionSource? _runsEnded;
    private int _hasWarned;

    /// <summary>Whether nothing runs any more.</summary>
    public bool IsDisposed => _disposal.IsCancellationRequested;

    /// <summary>Ends every run. What is under way is given back while the store still takes it.</summary>
    public void Dispose() => _ = CancelRunsAsync();

    /// <summary>
    /// Ends every run and waits for it, so that what is under way is given back before the store is disposed.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await CancelRunsAsync().ConfigureAwait(false);
        Task ended;
        lock (_runsLock)
        {
            ended =
                _runs == 0
                    ? Task.CompletedTask
                    : (
                        _runsEnded ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
                    ).Task;
        }

        await ended.WaitAsync(LongestGivingBack, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask<int> DrainAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(ICheckRunner));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        var attempts = await DrainAsync(either.Token, either.Token).ConfigureAwait(false);
        await pending.CountAsync(either.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return IsDisposed
            ? throw new OperationCanceledException(
                "The service provider was disposed while checks ran. Those under way stay pending."
            )
            : attempts;
    }

    /// <summary>
    /// Runs what there is to run. The first token stops claiming and lets what is under way finish; the second gives
    /// that back too, as disposing does.
    /// </summary>
    public async Task<int> DrainAsync(CancellationToken stop, CancellationToken abort)
    {
        lock (_runsLock)
        {
            if (IsDisposed || providers.All.IsEmpty)
            {
                return 0;
            }

            _runs++;
        }

        try
        {
            WarnOnceOfMissingBudgets();
            using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposal.Token);
            using var aborting = CancellationTokenSource.CreateLinkedTokenSource(abort, _disposal.Token);
            return await RunAllAsync(stopping.Token, aborting.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_runsLock)
            {
                if (--_runs == 0)
                {
                    _runsEnded?.TrySetResult();
                }
            }
        }
    }

    private async Task<int> RunAllAsync(CancellationToken stop, CancellationToken abort)
    {
        var attempts = 0;
        var running = new List<Task>();
        Task? signalled = null;
        var (counting, lookedAt) = (Task.CompletedTask, time.GetTimestamp());
        using var draining = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // Both tokens are asked: of two that follow one, either may be cancelled a moment before the other, and a
            // check that is given back meanwhile would be claimed again and again.
            while (!stop.IsCancellationRequested && !IsAborted(abort))
            {
                signal.Lower();
                if (counting.IsCompleted && time.GetElapsedTime(lookedAt) >= _options.SweepInterval)
                {
                    // Of a queue so long that this goes on and on, the number is wanted most. Nothing waits for it.
                    (counting, lookedAt) = (pending.CountAsync(draining.Token), time.GetTimestamp());
                }

                if (await ClaimAsync(stop).ConfigureAwait(false) is { } claim)
                {
                    attempts++;
                    running.Add(RunAsync(claim, abort));
                    running.RemoveAll(task => task.IsCompleted);
                    continue;
                }

                running.RemoveAll(task => task.IsCompleted);
                if (running.Count == 0)
                {
                    break;
                }

                // A check that ends may make room or be due again, and a new one may come up: look again after either.
                signalled = signalled is { IsCompleted: false } ? signalled : signal.WaitAsync(draining.Token);
                await Task.WhenAny([.. running, signalled]).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested || IsAborted(abort))
        {
            // Stopping is not a failure of this method; the public one reports it.
        }
        catch (Exception) when (IsDisposed)
        {
            // The store, or what it needs, may be disposed already and throw anything.
        }
        finally
        {
            await draining.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll([counting, .. running]).ConfigureAwait(false);
        }

        return attempts;
    }

    /// <summary>
    /// Disposing is seen before the tokens that follow it are cancelled, so that nobody is asked in between.
    /// </summary>
    private bool IsAborted(CancellationToken abort) => IsDisposed || abort.IsCancellationRequested;

    /// <summary>Not awaited, nobody hears of a provider's code that throws when it is cancelled.</summary>
    private async Task CancelRunsAsync() =>
        await _disposal.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Said at the first run, which is when a host starts: without a budget nothing limits what forged senders cost.
    /// </summary>
    private void WarnOnceOfMissingBudgets()
    {
        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            foreach (var provider in providers.All.Where(provider => CheckBudget.IsUnlimited(provider)))
            {
                telemetry.Logger.NoBudget(provider.Name);
            }
        }
    }

    private async ValueTask<CheckClaim?> ClaimAsync(CancellationToken cancellationToken)
    {
        var names = providers.All.Any(IsPaused)
            ? [.. providers.All.Where(provider => !IsPaused(provider)).Select(provider => provider.Name)]
            : providers.Names;
        if (names.IsEmpty)
        {
            return null;
        }

        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        CheckClaim? claim = null;
        try
        {
            claim = await store
                .ClaimNextCheckAsync(
                    names,
                    clock.GetCurrentInstant().ToMicroseconds(),
                    Duration.FromTimeSpan(_options.LeaseDuration),
                    cancellationToken
                )
                .ConfigureAwait(false);
            return claim;
        }
        finally
        {
            if (claim is null)
            {
                _slots.Release();
            }
        }
    }

    /// <summary>Whether a provider's checks are left where they are. The next sweep looks again.</summary>
    private bool IsPaused(IProfileProvider provider) =>
        provider.Pause is { IsProbeDue: false } || budget.IsExhausted(provider);

    /// <summary>
    /// Why a claimed check is not to be put after all; null when it is, and then it is counted. A pause may have begun
    /// since the claim.
    /// </summary>
    private async ValueTask<ProviderFailure?> ReasonToWaitAsync(
        IProfileProvider provider,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        provider.Pause is { IsProbeDue: false } pause ? pause.Failure
        : (await budget.TryReserveAsync(provider, now, cancellationToken).ConfigureAwait(false)) is null ? null
        : ProviderFailure.BudgetExhausted;

    /// <summary>
    /// Runs one claimed check to its end. Never throws: what cannot be recorded, or is stood in the way of by a
    /// listener of the host's, is freed when the lease ends.
    /// </summary>
    private async Task RunAsync(CheckClaim claim, CancellationToken abort)
    {
        try
        {
            telemetry.UnderWay(claim.Provider, 1);
            try
            {
                using var activity = telemetry.StartCheck(claim.Provider);
                await RunAsync(claim, activity, abort).ConfigureAwait(false);
            }
            finally
            {
                telemetry.UnderWay(claim.Provider, -1);
            }
        }
        catch (Exception exception)
        {
            telemetry.Logger.RecordingFailed(claim.CustomerId, exception.GetType().Name, triedAgain: false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task RunAsync(CheckClaim claim, Activity? activity, CancellationToken abort)
    {
        var claimedAt = time.GetTimestamp();
        var asked = false;
        try
        {
            var provider = providers.Find(claim.Provider)!;
            if (gate.RequestFor(provider, claim.Profile) is not { } request)
            {
                // What it could be asked by was taken away since the check was asked for.
                telemetry.Logger.CheckWithdrawn(claim.CustomerId, claim.Provider);
                await RecordAsync(claim, claimedAt, () => ReleaseAsync(claim, failure: null, askAgainAfter: null))
                    .ConfigureAwait(false);
                telemetry.NotMade(activity, claim.Provider, TagValues.Of(CheckReason.NothingToLookUpBy));
                return;
            }

            if (claim.Attempt > _options.MaxAttempts)
            {
                // Every host that took this check died of it, or at it.
                telemetry.Logger.TooManyAttempts(claim.CustomerId, claim.Provider, claim.Attempt);
                await FailAsync(claim, claimedAt, new ProviderResult.Failed(ProviderFailure.Unexpected))
                    .ConfigureAwait(false);
                telemetry.NotMade(activity, claim.Provider, TagValues.TooManyAttempts);
                return;
            }

            if (IsAborted(abort))
            {
                throw new OperationCanceledException(abort);
            }

            var requestedAt = Now();
            if (await ReasonToWaitAsync(provider, requestedAt, abort).ConfigureAwait(false) is { } reason)
            {
                // Claimed again when the provider is not paused any more. The log has been told by who paused it.
                await RecordAsync(
                        claim,
                        claimedAt,
                        () => ReleaseAsync(claim, reason, Duration.Zero, countsAsAttempt: false)
                    )
                    .ConfigureAwait(false);
                telemetry.NotMade(
                    activity,
                    claim.Provider,
                    reason == ProviderFailure.BudgetExhausted ? TagValues.BudgetSpent : TagValues.ProviderPaused
                );
                return;
            }

            asked = true;
            var beganAt = time.GetTimestamp();
            var providerResult = await AskAsync(
                    provider,
                    request with
                    {
                        Attempt = claim.Attempt,
                        Callback = CallbackReferenceOf(claim, requestedAt),
                    },
                    abort
                )
                .ConfigureAwait(false);
            var duration = time.GetElapsedTime(beganAt);
            providerResult = completion.Fitted(providerResult);
            var result = await RecordAsync(claim, claimedAt, providerResult).ConfigureAwait(false);
            if (!CheckBudget.IsPaid(providerResult))
            {
                await budget.RefundAsync(provider, requestedAt, CancellationToken.None).ConfigureAwait(false);
            }

            // Counted last, for a listener of the host that throws must not stand between an answer and its record.
            telemetry.Checked(activity, claim.Provider, duration, providerResult, result);
        }
        catch (OperationCanceledException) when (IsAborted(abort))
        {
            // The check stays pending, for this host after its restart or for another one now. What was asked may be
            // paid, so it counts: a host that is cut off again and again must not pay without end.
            telemetry.Logger.CheckReleased(claim.CustomerId, claim.Provider, asked);
            await RecordAsync(
                    claim,
                    claimedAt,
                    () =>
                        store.ReleaseCheckAsync(
                            claim,
                            new CheckRelease(Now(), Failure: null, RetryAt: Now(), CountsAsAttempt: asked),
                            CancellationToken.None
                        ),
                    MaxReleaseAttempts
                )
                .ConfigureAwait(false);
            telemetry.NotMade(activity, claim.Provider, TagValues.Released);
        }
    }

    /// <summary>Writes what an answer means.</summary>
    /// <returns>What came of an answer that ends the check; null for any other, and when it could not be
    /// written.</returns>
    private async Task<CompleteResult?> RecordAsync(CheckClaim claim, long claimedAt, ProviderResult result)
    {
        switch (result)
        {
            case ProviderResult.Matched or ProviderResult.NoMatch or ProviderResult.Withheld:
                return await CompleteAsync(claim, claimedAt, result).ConfigureAwait(false);
            case ProviderResult.CallbackExpected willCall:
                telemetry.Logger.CheckQueued(claim.CustomerId, claim.Provider);
                await RecordAsync(claim, claimedAt, () => WaitForCallAsync(claim, willCall.Timeout))
                    .ConfigureAwait(false);
                break;
            case ProviderResult.Pending queued when claim.Attempt < _options.MaxAttempts:
                telemetry.Logger.CheckQueued(claim.CustomerId, claim.Provider);
                await RecordAsync(claim, claimedAt, () => ReleaseAsync(claim, failure: null, queued.RetryAfter))
                    .ConfigureAwait(false);
                break;
            case ProviderResult.Failed failed:
                await FailAsync(claim, claimedAt, failed).ConfigureAwait(false);
                break;
            default:
                await FailAsync(claim, claimedAt, new ProviderResult.Failed(ProviderFailure.Unavailable))
                    .ConfigureAwait(false);
                break;
        }

        return null;
    }

    private async ValueTask<ProviderResult> AskAsync(
        IProfileProvider provider,
        ProviderRequest request,
        CancellationToken abort
    )
    {
        using var timeout = new CancellationTokenSource(_options.CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, timeout.Token);
        try
        {
            // Begun on a thread of its own and waited for from outside as well, so that a provider that blocks or
            // ignores its token holds up neither the other checks nor a host that shuts down.
            var result = await Task.Run(
                    () => provider.LookUpAsync(request, either.Token).AsTask(),
                    CancellationToken.None
                )
                .WaitAsync(either.Token)
                .ConfigureAwait(false);
            return result ?? new ProviderResult.Failed(ProviderFailure.Unexpected);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !abort.IsCancellationRequested)
        {
            return new ProviderResult.Failed(ProviderFailure.TimedOut);
        }
        catch (Exception exception) when (!abort.IsCancellationRequested)
        {
            telemetry.Logger.ProviderThrew(provider.Name, exception.GetType().Name);
            return new ProviderResult.Failed(ProviderFailure.Unexpected);
        }
        catch (Exception)
        {
            // Whatever a cancelled provider throws, it was cancelled.
            throw new OperationCanceledException(abort);
        }
    }

    private async Task<CompleteResult?> CompleteAsync(CheckClaim claim, long claimedAt, ProviderResult providerResult)
    {
        var now = Now();
        CompleteResult? result = null;
        await RecordAsync(
                claim,
                claimedAt,
                async () =>
                {
                    result = await completion
                        .CompleteAsync(claim, claim.Profile, providerResult, now, CancellationToken.None)
                        .ConfigureAwait(false);
                }
            )
            .ConfigureAwait(false);
        if (result is CompleteResult.LeaseLost)
        {
            telemetry.Logger.LeaseLost(claim.CustomerId, claim.Provider);
        }

        return result;
    }

    private Task FailAsync(CheckClaim claim, long claimedAt, ProviderResult.Failed failed)
    {
        var askAgainAfter = failed switch
        {
            { CountsAsAttempt: false, RetryAfter: { } wait }
                when providers.Find(claim.Provider)?.Pause is not { IsProbeDue: false } => Duration.Max(
                wait,
                ShortestWaitUncounted
            ),
            _ when claim.Attempt < _options.MaxAttempts || !failed.CountsAsAttempt => failed.RetryAfter,
            _ => (Duration?)null,
        };
        telemetry.Logger.CheckFailed(claim.CustomerId, claim.Provider, failed.Failure, askAgainAfter is not null);
        return RecordAsync(
            claim,
            claimedAt,
            () => ReleaseAsync(claim, failed.Failure, askAgainAfter, failed.CountsAsAttempt)
        );
    }

    /// <summary>
    /// The answer may come to any host, at once or in an hour, so the lease goes on as if the provider held it:
    /// switching off marks it, the answer ends it, and when it runs out the question is put again.
    /// </summary>
    private async ValueTask WaitForCallAsync(CheckClaim claim, Duration timeout)
    {
        if (
            !await store
                .RenewLeaseAsync(
                    claim,
                    Duration.Min(Duration.Max(timeout, Duration.Zero), LongestWait),
                    CancellationToken.None
                )
                .ConfigureAwait(false)
        )
        {
            telemetry.Logger.CompletedBefore(claim.CustomerId, claim.Provider);
        }
    }

    private static CallbackReference CallbackReferenceOf(CheckClaim claim, Instant requestedAt) =>
        new(claim.Tenant, claim.CustomerId, claim.Provider, claim.LeaseId, requestedAt);

    private ValueTask ReleaseAsync(
        CheckClaim claim,
        ProviderFailure? failure,
        Duration? askAgainAfter,
        bool countsAsAttempt = true
    )
    {
        var now = Now();
        var askAgainAt = askAgainAfter is { } wait
            ? now + Duration.Min(Duration.Max(wait, Duration.Zero), LongestWait)
            : (Instant?)null;
        return store.ReleaseCheckAsync(
            claim,
            new CheckRelease(now, failure, askAgainAt, countsAsAttempt),
            CancellationToken.None
        );
    }

    /// <summary>
    /// Writes the result. An answer in hand may be paid for, so it is written even while the host shuts down, and tried
    /// again while the lease lasts if the store is in trouble, or once more when the host is disposed of. What is only
    /// given back is not tried for long: the lease frees it anyway, and a host that shuts down has no time.
    /// </summary>
    private async Task RecordAsync(
        CheckClaim claim,
        long claimedAt,
        Func<ValueTask> write,
        int mostTries = int.MaxValue
    )
    {
        var delay = FirstRecordingDelay;
        for (var tries = 1; ; tries++, delay *= 2)
        {
            try
            {
                await write().ConfigureAwait(false);
                return;
            }
            catch (Exception exception)
            {
                var again =
                    tries < (IsDisposed ? Math.Min(mostTries, MaxReleaseAttempts) : mostTries)
                    && time.GetElapsedTime(claimedAt) + delay < _options.LeaseDuration;
                telemetry.Logger.RecordingFailed(claim.CustomerId, exception.GetType().Name, again);
                if (!again)
                {
                    return;
                }
            }

            await Task.Delay(delay, time, _disposal.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Instant Now() => clock.GetCurrentInstant().ToMicroseconds();
}
