using System.Collections.Concurrent;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Text;

namespace CustomerProfiles;

/// <summary>
/// Keeps what is paid within the budget of each provider. The store counts, so the limit holds for all hosts together.
/// </summary>
internal sealed class CheckBudget(ICustomerProfileStore store, IClock clock, CustomerProfilesTelemetry telemetry)
{
    private static readonly InstantPattern Day = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd");
    private static readonly InstantPattern Month = InstantPattern.CreateWithInvariantCulture("uuuu-MM");

    /// <summary>
    /// For how long a host goes by what it knows. Another host may give something back, and this one does not hear of
    /// it.
    /// </summary>
    private static readonly Duration LookAgainAfter = Duration.FromMinutes(15);

    /// <summary>
    /// What this host knows to be spent, and until when it goes by that: only so that it does not ask the store for
    /// each check.
    /// </summary>
    private readonly ConcurrentDictionary<(BudgetPeriod Period, int Most), Instant> _spentUntil = [];

    /// <summary>
    /// What this host has said to be spent: a budget can be spent again by the next question after a free answer, and
    /// one line is enough.
    /// </summary>
    private readonly ConcurrentDictionary<(BudgetPeriod Period, int Most), Instant> _saidUntil = [];

    private int _givenBack;

    /// <summary>Whether an answer is, or may be, paid for.</summary>
    public static bool IsPaid(ProviderResult result) =>
        result switch
        {
            { MayBeCharged: true } or ProviderResult.Matched or ProviderResult.CallbackExpected => true,
            ProviderResult.Failed { CountsAsAttempt: true, RetryAfter: null } failed => failed.Failure.MayBeCharged(),
            _ => false,
        };

    /// <summary>
    /// Whether a provider says nothing of a budget. One that says that it needs none has one without limits.
    /// </summary>
    public static bool IsUnlimited(IProfileProvider provider)
    {
        try
        {
            return provider.Budget is null;
        }
        catch (Exception)
        {
            // Settings that are wrong are told of where they are used.
            return false;
        }
    }

    /// <summary>
    /// Why a provider is not asked for the rest of a day or month; null when there is something left, as far as this
    /// host knows.
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
            if (_spentUntil.ContainsKey((period, most)))
            {
                return new ProviderPause(
                    ProviderFailure.BudgetExhausted,
                    $"The budget of {most} paid answers for {period.Period} (UTC) is spent. Raise it, or "
                        + $"wait until {end}."
                );
            }
        }

        return null;
    }

    /// <summary>
    /// Whether a provider's checks need not be claimed, for there is nothing to spend. From time to time it lets one be
    /// tried.
    /// </summary>
    public bool IsExhausted(IProfileProvider provider)
    {
        var now = clock.GetCurrentInstant();
        return provider.Budget is { } budget
            && PeriodsOf(provider.Name, budget, now).Any(of => IsKnown((of.Period, of.Most), now));
    }

    /// <summary>Counts a question before it is put.</summary>
    /// <returns>Null when it may be put; else from when on there is something to spend again.</returns>
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
            var released = Volatile.Read(ref _givenBack);
            var key = (period, most);
            var isKnown = IsKnown(key, now);
            if (!isKnown && await TryReserveAsync(key, counted, cancellationToken).ConfigureAwait(false))
            {
                _spentUntil.TryRemove(key, out _);
                counted = key;
                continue;
            }

            if (!isKnown)
            {
                _spentUntil[key] = Instant.Min(end, now + LookAgainAfter);
            }

            if (released != Volatile.Read(ref _givenBack))
            {
                // What was given back since the store refused was given back before this host knew that it was refused.
                _spentUntil.TryRemove(key, out _);
            }

            if (_saidUntil.TryAdd(key, end))
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

    /// <summary>Takes back what was counted for a question put at an instant, for its answer was free.</summary>
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
        _spentUntil.TryGetValue(key, out var until) && now < until;

    /// <summary>
    /// Whoever cannot count the month has not asked, so the day that is counted already is taken back.
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
        Interlocked.Increment(ref _givenBack);
        _spentUntil.TryRemove(key, out _);
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
        foreach (var (key, end) in _saidUntil)
        {
            if (end <= now)
            {
                _saidUntil.TryRemove(key, out _);
                _spentUntil.TryRemove(key, out _);
            }
        }
    }
}
