using System.Diagnostics;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>Executes one claimed check from start to end: request, lookup, record.</summary>
internal sealed class CheckExecution(
    CustomersById customers,
    ProviderRegistry providers,
    CheckPlanner planner,
    CheckBudget budget,
    CheckCompletion completion,
    IOptions<CustomerProfilesOptions> options,
    IClock clock,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
)
{
    private const int MaxReleaseAttempts = 3;

    private static readonly TimeSpan FirstRecordingDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A pending check keeps a customer's next ones from being requested, so a provider cannot delay it without end.
    /// </summary>
    private static readonly Duration MaxWait = Duration.FromDays(30);

    /// <summary>
    /// A failure that does not count as an attempt may repeat without end. This wait keeps a provider that does not
    /// pause from keeping the host busy.
    /// </summary>
    private static readonly Duration MinUncountedWait = Duration.FromSeconds(1);

    /// <summary>How long a check waits after it was released because its result lost too many races.</summary>
    private static readonly Duration RetryAfterRaces = Duration.FromMinutes(1);

    private readonly CustomerProfilesOptions _options = options.Value;

    /// <summary>
    /// Executes the check. Never throws: what cannot be recorded becomes available again when its lease expires.
    /// </summary>
    /// <param name="claim">The claim.</param>
    /// <param name="abort">Releases the check.</param>
    /// <param name="disposal">Cancelled before <paramref name="abort"/> when the host is disposed: the store may be
    /// gone soon, so nothing is retried for long.</param>
    /// <returns>A task that ends with the check.</returns>
    public async Task RunAsync(CheckClaim claim, CancellationToken abort, CancellationToken disposal)
    {
        try
        {
            telemetry.UnderWay(claim.Provider, 1);
            try
            {
                using var activity = telemetry.StartCheck(claim.Provider);
                var check = new ClaimedCheck(claim, activity, time.GetTimestamp(), abort, disposal);
                await ExecuteAsync(check).ConfigureAwait(false);
            }
            finally
            {
                telemetry.UnderWay(claim.Provider, -1);
            }
        }
        catch (Exception exception)
        {
            // A listener of the host may throw, for example.
            telemetry.Logger.RecordingFailed(claim.CustomerId, exception.GetType().Name, triedAgain: false);
        }
    }

    private async Task ExecuteAsync(ClaimedCheck check)
    {
        var claim = check.Claim;
        var provider = providers.Find(claim.Provider)!;
        var isSent = false;
        try
        {
            if (planner.RequestFor(provider, claim.Profile) is not { } request)
            {
                // What the provider could look up by was removed after the check was requested.
                telemetry.Logger.CheckWithdrawn(claim.CustomerId, claim.Provider);
                await ReleaseAsync(check, failure: null, retryAfter: null).ConfigureAwait(false);
                telemetry.NotMade(check.Activity, claim.Provider, TagValues.Of(CheckReason.NothingToLookUpBy));
                return;
            }

            if (claim.Attempt > _options.MaxAttempts)
            {
                // Every host that claimed this check died before it ended.
                telemetry.Logger.TooManyAttempts(claim.CustomerId, claim.Provider, claim.Attempt);
                await FailAsync(check, new ProviderResult.Failed(ProviderFailure.Unexpected)).ConfigureAwait(false);
                telemetry.NotMade(check.Activity, claim.Provider, TagValues.TooManyAttempts);
                return;
            }

            check.ThrowIfAborted();
            var requestedAt = Now();
            if (await ReserveAsync(provider, requestedAt, check.Abort).ConfigureAwait(false) is { } reasonToWait)
            {
                // Whoever paused the provider has logged it. The check is claimed again when the pause ends.
                await ReleaseAsync(check, reasonToWait, Duration.Zero, countsAsAttempt: false).ConfigureAwait(false);
                telemetry.NotMade(
                    check.Activity,
                    claim.Provider,
                    reasonToWait == ProviderFailure.BudgetExhausted
                        ? TagValues.BudgetExhausted
                        : TagValues.ProviderPaused
                );
                return;
            }

            isSent = true;
            var sentAt = time.GetTimestamp();
            request = request with
            {
                Attempt = claim.Attempt,
                Callback = new CallbackReference(
                    claim.Tenant,
                    claim.CustomerId,
                    claim.Provider,
                    claim.LeaseId,
                    requestedAt
                ),
            };
            var result = completion.Fitted(await LookUpAsync(provider, request, check.Abort).ConfigureAwait(false));
            var duration = time.GetElapsedTime(sentAt);
            var completed = await RecordAsync(check, result).ConfigureAwait(false);
            if (!CheckBudget.IsPaid(result))
            {
                await budget.RefundAsync(provider, requestedAt, CancellationToken.None).ConfigureAwait(false);
            }

            // Counted last: a listener of the host that throws must not keep a result from being recorded.
            telemetry.Checked(check.Activity, claim.Provider, duration, result, completed);
        }
        catch (OperationCanceledException) when (check.IsAborted)
        {
            // The check stays pending, for this host after its restart or for another one now. A request that was sent
            // may be paid for, so it counts as an attempt: a host that is stopped again and again must not pay without
            // end.
            telemetry.Logger.CheckReleased(claim.CustomerId, claim.Provider, isSent);
            await ReleaseAsync(check, failure: null, Duration.Zero, isSent, MaxReleaseAttempts).ConfigureAwait(false);
            telemetry.NotMade(check.Activity, claim.Provider, TagValues.Released);
        }
    }

    /// <summary>
    /// Reserves one result of the provider's budget, unless the provider has paused since the claim.
    /// </summary>
    /// <returns>Why the request must wait; null when it may be sent.</returns>
    private async ValueTask<ProviderFailure?> ReserveAsync(
        IProfileProvider provider,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        if (provider.CurrentPause() is { } pause)
        {
            return pause.Failure;
        }

        var exhaustedUntil = await budget.TryReserveAsync(provider, now, cancellationToken).ConfigureAwait(false);
        return exhaustedUntil is null ? null : ProviderFailure.BudgetExhausted;
    }

    private async ValueTask<ProviderResult> LookUpAsync(
        IProfileProvider provider,
        ProviderRequest request,
        CancellationToken abort
    )
    {
        using var timeout = new CancellationTokenSource(_options.CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(abort, timeout.Token);
        try
        {
            // On a thread of its own and with a wait that ends by itself, so that a provider that blocks or ignores its
            // token delays neither the other checks nor a host that shuts down.
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

    /// <summary>Records what a result means for the check.</summary>
    /// <returns>What the store did with a result that ends the check; null for any other, and when it could not be
    /// recorded.</returns>
    private async Task<CompleteResult?> RecordAsync(ClaimedCheck check, ProviderResult result)
    {
        var claim = check.Claim;
        switch (result)
        {
            case ProviderResult.Matched or ProviderResult.NoMatch or ProviderResult.Withheld:
                return await CompleteAsync(check, result).ConfigureAwait(false);
            case ProviderResult.CallbackExpected expected:
                telemetry.Logger.CheckPending(claim.CustomerId, claim.Provider);
                await WaitForCallbackAsync(check, expected.Timeout).ConfigureAwait(false);
                return null;
            case ProviderResult.Pending pending when claim.Attempt < _options.MaxAttempts:
                telemetry.Logger.CheckPending(claim.CustomerId, claim.Provider);
                await ReleaseAsync(check, failure: null, pending.RetryAfter).ConfigureAwait(false);
                return null;
            case ProviderResult.Failed failed:
                await FailAsync(check, failed).ConfigureAwait(false);
                return null;
            default:
                await FailAsync(check, new ProviderResult.Failed(ProviderFailure.Unavailable)).ConfigureAwait(false);
                return null;
        }
    }

    private async Task<CompleteResult?> CompleteAsync(ClaimedCheck check, ProviderResult result)
    {
        var now = Now();
        CompleteResult? completed = null;
        var lostRaces = false;
        await WriteAsync(
                check,
                async () =>
                {
                    completed = await completion
                        .CompleteAsync(check.Claim, result, now, CancellationToken.None)
                        .ConfigureAwait(false);
                    lostRaces = completed is null;
                }
            )
            .ConfigureAwait(false);
        if (lostRaces)
        {
            telemetry.Logger.CheckLostRaces(check.Claim.CustomerId, check.Claim.Provider, ProfileWriter.MaxRaces);
            await ReleaseAsync(check, failure: null, RetryAfterRaces).ConfigureAwait(false);
        }

        if (completed is CompleteResult.LeaseLost)
        {
            telemetry.Logger.LeaseLost(check.Claim.CustomerId, check.Claim.Provider);
        }

        return completed;
    }

    /// <summary>
    /// Renews the lease as if the provider held the check, because the result may come to any host. Disabling the
    /// provider marks the check, the result ends it, and when the lease expires the lookup is made again.
    /// </summary>
    private Task WaitForCallbackAsync(ClaimedCheck check, Duration timeout) =>
        WriteAsync(
            check,
            async () =>
            {
                var isHeld = await customers
                    .RenewLeaseAsync(check.Claim, Within(timeout), CancellationToken.None)
                    .ConfigureAwait(false);
                if (!isHeld)
                {
                    telemetry.Logger.CompletedBefore(check.Claim.CustomerId, check.Claim.Provider);
                }
            }
        );

    private Task FailAsync(ClaimedCheck check, ProviderResult.Failed failed)
    {
        var claim = check.Claim;
        var retryAfter = failed switch
        {
            { CountsAsAttempt: false, RetryAfter: { } wait }
                when providers.Find(claim.Provider)?.CurrentPause() is null => Duration.Max(wait, MinUncountedWait),
            _ when claim.Attempt < _options.MaxAttempts || !failed.CountsAsAttempt => failed.RetryAfter,
            _ => (Duration?)null,
        };
        telemetry.Logger.CheckFailed(claim.CustomerId, claim.Provider, failed.Failure, retryAfter is not null);
        return ReleaseAsync(check, failed.Failure, retryAfter, failed.CountsAsAttempt);
    }

    /// <summary>Releases the check without a result: until the wait is over, or for good when there is none.</summary>
    private Task ReleaseAsync(
        ClaimedCheck check,
        ProviderFailure? failure,
        Duration? retryAfter,
        bool countsAsAttempt = true,
        int maxTries = int.MaxValue
    ) =>
        WriteAsync(
            check,
            () =>
            {
                var now = Now();
                var release = new CheckRelease
                {
                    At = now,
                    Failure = failure,
                    RetryAt = retryAfter is { } wait ? now + Within(wait) : null,
                    CountsAsAttempt = countsAsAttempt,
                };
                return customers.ReleaseCheckAsync(check.Claim, release, CancellationToken.None);
            },
            maxTries
        );

    /// <summary>
    /// Writes to the store, and tries again while the lease lasts: a result may be paid for, so it is written even
    /// while the host shuts down. A release is not tried for long, because the lease ends anyway; neither is anything
    /// after the host was disposed.
    /// </summary>
    private async Task WriteAsync(ClaimedCheck check, Func<ValueTask> write, int maxTries = int.MaxValue)
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
                var triesLeft = check.Disposal.IsCancellationRequested
                    ? Math.Min(maxTries, MaxReleaseAttempts) - tries
                    : maxTries - tries;
                var isRetried = triesLeft > 0 && time.GetElapsedTime(check.ClaimedAt) + delay < _options.LeaseDuration;
                telemetry.Logger.RecordingFailed(check.Claim.CustomerId, exception.GetType().Name, isRetried);
                if (!isRetried)
                {
                    return;
                }
            }

            await Task.Delay(delay, time, check.Disposal).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Duration Within(Duration wait) => Duration.Min(Duration.Max(wait, Duration.Zero), MaxWait);

    private Instant Now() => clock.GetCurrentInstant().ToMicroseconds();

    /// <summary>A claim, with what its execution needs.</summary>
    /// <param name="Claim">The claim.</param>
    /// <param name="Activity">The activity of the check; null when nobody listens.</param>
    /// <param name="ClaimedAt">When it was claimed, as a timestamp of the time provider.</param>
    /// <param name="Abort">Releases the check.</param>
    /// <param name="Disposal">Cancelled when the host is disposed.</param>
    private sealed record ClaimedCheck(
        CheckClaim Claim,
        Activity? Activity,
        long ClaimedAt,
        CancellationToken Abort,
        CancellationToken Disposal
    )
    {
        /// <summary>
        /// Whether the check is to be released. The disposal is cancelled before the tokens that follow it, so that no
        /// request is sent in between.
        /// </summary>
        public bool IsAborted => Abort.IsCancellationRequested || Disposal.IsCancellationRequested;

        public void ThrowIfAborted()
        {
            if (IsAborted)
            {
                throw new OperationCanceledException(Abort);
            }
        }
    }
}
