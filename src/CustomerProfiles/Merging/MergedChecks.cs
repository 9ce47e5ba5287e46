using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles;

/// <summary>
/// What becomes of the checks of two customers who are merged: of each provider the later last check; of two waiting
/// checks one, requested at the earlier time and due at the later; a check under way goes on under its lease.
/// </summary>
internal static class MergedChecks
{
    /// <summary>The checks of the customer who stays.</summary>
    /// <param name="from">Those of the absorbed customer.</param>
    /// <param name="into">Those of the customer who stays.</param>
    /// <param name="isSuppressed">Whether the merged customer is suppressed. Then no waiting check stays, and the
    /// result of one under way is dropped.</param>
    public static ImmutableArray<StoredCheck> Of(
        ImmutableArray<StoredCheck> from,
        ImmutableArray<StoredCheck> into,
        bool isSuppressed
    ) =>
        [
            .. into.Concat(from)
                .Select(check => check.State.Provider)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(provider => Merge(provider, from.With(provider), into.With(provider), isSuppressed)),
        ];

    /// <summary>The checks with one provider; null for none.</summary>
    public static StoredCheck? With(this ImmutableArray<StoredCheck> checks, string provider) =>
        checks.FirstOrDefault(check => string.Equals(check.State.Provider, provider, StringComparison.Ordinal));

    /// <summary>The same last check without a pending one.</summary>
    public static StoredCheck WithoutPending(this StoredCheck check) =>
        new() { State = check.State with { IsPending = false }, SettingGeneration = check.SettingGeneration };

    private static StoredCheck Merge(string provider, StoredCheck? from, StoredCheck? into, bool isSuppressed)
    {
        var last = Later(from, into, check => check?.State.LastCheckAt);
        var failed = Later(from, into, check => check?.State.LastFailureAt);
        var state = new CheckState
        {
            Provider = provider,
            LastCheckAt = last?.State.LastCheckAt,
            LastOutcome = last?.State.LastOutcome,
            RequestedAt = Later(from, into, check => check?.State.RequestedAt)?.State.RequestedAt,
        };

        // A failure counts until the next check that completes.
        if (failed?.State.LastFailureAt is { } at && !(state.LastCheckAt >= at))
        {
            state = state with { LastFailureAt = at, LastFailure = failed.State.LastFailure };
        }

        return Pending(Lasting(from, isSuppressed), Lasting(into, isSuppressed)) is { } pending
            ? pending with
            {
                State = state with { IsPending = true, RequestedAt = pending.State.RequestedAt },
            }
            : new StoredCheck { State = state };
    }

    /// <summary>A pending check that a result may still come for; null for none.</summary>
    private static StoredCheck? Lasting(StoredCheck? check, bool isSuppressed) =>
        check is not { State.IsPending: true } ? null
        : check.LeaseId is not null ? check with { IsWanted = check.IsWanted && !isSuppressed }
        : check.IsWanted && !isSuppressed ? check
        : null;

    /// <summary>The one pending check; null for none.</summary>
    private static StoredCheck? Pending(StoredCheck? from, StoredCheck? into)
    {
        if (from is null || into is null)
        {
            return from ?? into;
        }

        if (from.LeaseId is null && into.LeaseId is null)
        {
            return into with
            {
                State = into.State with { RequestedAt = Earlier(from.State.RequestedAt, into.State.RequestedAt) },
                NotBefore = Instant.Max(from.NotBefore, into.NotBefore),
                Attempt = Math.Max(from.Attempt, into.Attempt),
            };
        }

        if (from.LeaseId is null || into.LeaseId is null)
        {
            return from.LeaseId is null ? into : from;
        }

        // Of two under way one stays: that whose result may be written, then the one that holds its lease longer.
        return (from.IsWanted, from.LeasedUntil).CompareTo((into.IsWanted, into.LeasedUntil)) > 0 ? from : into;
    }

    private static StoredCheck? Later(StoredCheck? from, StoredCheck? into, Func<StoredCheck?, Instant?> time) =>
        time(from) is { } one && !(time(into) >= one) ? from : into ?? from;

    private static Instant? Earlier(Instant? one, Instant? other) => one is null || other < one ? other ?? one : one;
}
