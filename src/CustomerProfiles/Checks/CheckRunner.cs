using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using Microsoft.Extensions.Options;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// Claims the checks that may run now and starts each one, as many at once as the host allows. The store is the only
/// queue, so any host can continue what another leaves behind.
/// </summary>
internal sealed class CheckRunner(
    ICustomerProfileStore store,
    ProviderRegistry providers,
    CheckExecution execution,
    CheckBudget budget,
    CheckSignal signal,
    PendingCheckGauge pending,
    IOptions<CustomerProfilesOptions> options,
    IClock clock,
    TimeProvider time,
    CustomerProfilesTelemetry telemetry
) : ICheckRunner, IDisposable, IAsyncDisposable
{
    /// <summary>A store that hangs must not keep the process from ending.</summary>
    private static readonly TimeSpan DisposalTimeout = TimeSpan.FromSeconds(5);

    private readonly CustomerProfilesOptions _options = options.Value;

    // Neither this nor the source below is ever disposed: who waits for a disposed one waits for ever or meets an
    // exception. Without a timer or a wait handle neither holds anything to free.
    private readonly SemaphoreSlim _slots = new(options.Value.MaxConcurrentChecks);
    private readonly CancellationTokenSource _disposal = new();
    private readonly Lock _runsLock = new();
    private int _runs;
    private TaskCompletionSource? _runsEnded;
    private int _hasWarned;

    /// <summary>Whether nothing runs any more.</summary>
    public bool IsDisposed => _disposal.IsCancellationRequested;

    /// <summary>Ends every run. Checks under way are released while the store still accepts it.</summary>
    public void Dispose() => _ = CancelRunsAsync();

    /// <summary>
    /// Ends every run and waits for it, so that checks under way are released before the store is disposed.
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

        await ended.WaitAsync(DisposalTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask<int> DrainAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, typeof(ICheckRunner));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposal.Token);
        var attempts = await RunAsync(either.Token, either.Token).ConfigureAwait(false);
        await pending.CountAsync(either.Token).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return IsDisposed
            ? throw new OperationCanceledException(
                "The service provider was disposed while checks ran. Those under way stay pending."
            )
            : attempts;
    }

    /// <summary>Runs every check that may run now.</summary>
    /// <param name="stop">Stops claiming; checks under way finish.</param>
    /// <param name="abort">Also releases checks under way, as disposing does.</param>
    /// <returns>The number of attempts.</returns>
    public async Task<int> RunAsync(CancellationToken stop, CancellationToken abort)
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
            return await ClaimAndStartAllAsync(stopping.Token, aborting.Token).ConfigureAwait(false);
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

    private async Task<int> ClaimAndStartAllAsync(CancellationToken stop, CancellationToken abort)
    {
        var attempts = 0;
        var running = new List<Task>();
        Task? signalled = null;
        var (counting, countedAt) = (Task.CompletedTask, time.GetTimestamp());
        using var draining = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            // Both tokens are tested, because one may be cancelled a moment before the other. A check that is released
            // in between would be claimed again and again.
            while (!stop.IsCancellationRequested && !abort.IsCancellationRequested && !IsDisposed)
            {
                signal.Lower();
                if (counting.IsCompleted && time.GetElapsedTime(countedAt) >= _options.SweepInterval)
                {
                    // A long queue keeps this loop busy, and that is when the count matters most. Nothing waits for it.
                    (counting, countedAt) = (pending.CountAsync(draining.Token), time.GetTimestamp());
                }

                var claim = await ClaimAsync(stop).ConfigureAwait(false);
                if (claim is not null)
                {
                    attempts++;
                    running.Add(ExecuteAsync(claim, abort));
                }

                running.RemoveAll(task => task.IsCompleted);
                if (claim is not null)
                {
                    continue;
                }

                if (running.Count == 0)
                {
                    break;
                }

                // A check that ends may be due again, and a new one may be requested: claim again after either.
                signalled = signalled is { IsCompleted: false } ? signalled : signal.WaitAsync(draining.Token);
                await Task.WhenAny([.. running, signalled]).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
            when (stop.IsCancellationRequested || abort.IsCancellationRequested || IsDisposed)
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

    /// <summary>Takes a slot and claims the next check; a slot without a claim is free again.</summary>
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

    private async Task ExecuteAsync(CheckClaim claim, CancellationToken abort)
    {
        try
        {
            await execution.RunAsync(claim, abort, _disposal.Token).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Whether a provider's checks are not claimed for now. The next sweep tests again.</summary>
    private bool IsPaused(IProfileProvider provider) =>
        provider.CurrentPause() is not null || budget.IsExhausted(provider);

    /// <summary>Suppresses what a provider's code throws when it is cancelled.</summary>
    private async Task CancelRunsAsync() =>
        await _disposal.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>
    /// Warns at the first run, which is when a host starts: without a budget nothing limits what forged senders cost.
    /// </summary>
    private void WarnOnceOfMissingBudgets()
    {
        if (Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            foreach (var provider in providers.All.Where(CheckBudget.IsUnlimited))
            {
                telemetry.Logger.NoBudget(provider.Name);
            }
        }
    }
}
