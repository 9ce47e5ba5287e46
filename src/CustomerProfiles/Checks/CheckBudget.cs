using System.Collections.Concurrent;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles;

/// <summary>
/// Keeps paid results within the budget of each provider. The store counts, so the limit holds for all hosts together.
/// </summary>
internal sealed class CheckBudget(ICustomerProfileStore store, IClock clock, CustomerProfilesTelemetry telemetry)
{
    private static readonly InstantPattern Day = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd");
    private static readonly InstantPattern Month = InstantPattern.CreateWithInvariantCulture("uuuu-MM");

    /// <summary>
    /// How long this host relies on a refusal of the store. Another host may refund a result meanwhile.
    /// </summary>
    private static readonly Duration RetryStoreAfter = Duration.FromMinutes(15);

    /// <summary>
    /// The budgets that the store has refused, and until when this host relies on that instead of calling the store for
    /// each check.
    /// </summary>
    private readonly ConcurrentDictionary<(BudgetPeriod Period, int Most), Instant> _exhaustedUntil = [];

    /// <summary>
    /// The budgets whose exhaustion this host has logged, and until when. A refund can be used up by the next request,
    /// and one line for each period is enough.
    /// </summary>
    private readonly ConcurrentDictionary<(BudgetPeriod Period, int Most), Instant> _loggedUntil = [];

    private int _refunds;

    /// <summary>Whether a result is, or may be, paid for.</summary>
    public static bool IsPaid(ProviderResult result) =>
        result switch
        {
            { MayBeCharged: true } or ProviderResult.Matched or ProviderResult.CallbackExpected => true,
            ProviderResult.Failed { CountsAsAttempt: true, RetryAfter: null } failed => failed.Failure.MayBeCharged(),
            _ => false,
        };

    /// <summary>
    /// Whether a provider has no budget. A provider that costs nothing has one without limits.
    /// </summary>
    public static bool IsUnlimited(IProfileProvider provider)
    {
        try
        {
            return provider.Budget is null;
        }
        catch (Exception)
        {
            // Wrong settings are reported where they are used.
            return false;
        }
    }

    /// <summary>
    /// Why a provider is not called for the rest of a day or month; null when budget is left, as far as this host
    /// knows.
    /// </summary>
    public ProviderPause? PauseOf(IProfileProvider provider)
    {
        if (provider.Budget is not { } budget)
        {
            return null;
        }

        var now = clock.GetCurrentInstant();
        foreach (var (period, most, end) in PeriodsOf(provider.Name, budget, now))
        {
            if (_exhaustedUntil.ContainsKey((period, most)))
            {
                return new ProviderPause(
                    ProviderFailure.BudgetExhausted,
                    $"The budget of {most} paid results for {period.Period} (UTC) is exhausted. Raise it, or "
                        + $"wait until {end}."
                );
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a provider's checks need not be claimed, because its budget is exhausted. Now and then it lets one be
    /// tried.
    /// </summary>
    public bool IsExhausted(IProfileProvider provider)
    {
        var now = clock.GetCurrentInstant();
        return provider.Budget is { } budget
            && PeriodsOf(provider.Name, budget, now).Any(of => IsKnown((of.Period, of.Most), now));
    }

    /// <summary>Reserves one result before the request is sent.</summary>
    /// <returns>Null when the request may be sent; otherwise the time at which the budget is renewed.</returns>
    public async ValueTask<Instant?> TryReserveAsync(
        IProfileProvider provider,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        if (provider.Budget is not { } budget)
        {
            return null;
        }

        (BudgetPeriod Period, int Most)? counted = null;
        foreach (var (period, most, end) in PeriodsOf(provider.Name, budget, now))
        {
            var released = Volatile.Read(ref _refunds);
            var key = (period, most);
            var isKnown = IsKnown(key, now);
            if (!isKnown && await TryReserveAsync(key, counted, cancellationToken).ConfigureAwait(false))
            {
                _exhaustedUntil.TryRemove(key, out _);
                counted = key;
                continue;
            }

            if (!isKnown)
            {
                _exhaustedUntil[key] = Instant.Min(end, now + RetryStoreAfter);
            }

            if (released != Volatile.Read(ref _refunds))
            {
                // A refund since the store refused must not be hidden by the refusal.
                _exhaustedUntil.TryRemove(key, out _);
            }

            if (_loggedUntil.TryAdd(key, end))
            {
                RemovePastPeriods(now);
                telemetry.Logger.BudgetExhausted(provider.Name, most, period.Period, end);
            }

            if (counted is { } day)
            {
                await RefundAsync(day, cancellationToken).ConfigureAwait(false);
            }

            return end;
        }

        return null;
    }

    /// <summary>Refunds what was reserved for a request sent at an instant, because its result was free.</summary>
    public async ValueTask RefundAsync(
        IProfileProvider provider,
        Instant requestedAt,
        CancellationToken cancellationToken
    )
    {
        if (provider.Budget is not { } budget)
        {
            return;
        }

        foreach (var (period, most, _) in PeriodsOf(provider.Name, budget, requestedAt))
        {
            await RefundAsync((period, most), cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsKnown((BudgetPeriod Period, int Most) key, Instant now) =>
        _exhaustedUntil.TryGetValue(key, out var until) && now < until;

    /// <summary>
    /// Reserves in one period. When the month fails, the day that is reserved already is refunded.
    /// </summary>
    private async ValueTask<bool> TryReserveAsync(
        (BudgetPeriod Period, int Most) key,
        (BudgetPeriod Period, int Most)? counted,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await store.TryReserveBudgetAsync(key.Period, key.Most, cancellationToken).ConfigureAwait(false);
        }
        catch when (counted is not null)
        {
            await RefundAsync(counted.Value, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask RefundAsync((BudgetPeriod Period, int Most) key, CancellationToken cancellationToken)
    {
        await store.RefundAsync(key.Period, cancellationToken).ConfigureAwait(false);
        Interlocked.Increment(ref _refunds);
        _exhaustedUntil.TryRemove(key, out _);
    }

    private static IEnumerable<(BudgetPeriod Period, int Most, Instant End)> PeriodsOf(
        string provider,
        ProviderBudget budget,
        Instant at
    )
    {
        var today = at.InUtc().Date;
        if (budget.PerDay is { } perDay)
        {
            yield return (
                new BudgetPeriod(provider, Day.Format(at)),
                perDay,
                today.PlusDays(1).AtMidnight().InUtc().ToInstant()
            );
        }

        if (budget.PerMonth is { } perMonth)
        {
            yield return (
                new BudgetPeriod(provider, Month.Format(at)),
                perMonth,
                today.With(DateAdjusters.StartOfMonth).PlusMonths(1).AtMidnight().InUtc().ToInstant()
            );
        }
    }

    private void RemovePastPeriods(Instant now)
    {
        foreach (var (key, end) in _loggedUntil)
        {
            if (end <= now)
            {
                _loggedUntil.TryRemove(key, out _);
                _exhaustedUntil.TryRemove(key, out _);
            }
        }
    }
}
