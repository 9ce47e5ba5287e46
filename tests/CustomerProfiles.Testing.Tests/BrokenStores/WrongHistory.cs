using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Keeps other changes than it is given, or reads or replaces others than asked for.</summary>
internal sealed class WrongHistory(ICustomerProfileStore inner) : PassingStore(inner)
{
    public Func<ProfileChange?, ProfileChange?> OfUpdates { get; init; } = change => change;

    public Func<ProfileChange?, ProfileChange?> OfResults { get; init; } = change => change;

    public Func<ProfileChange?, ProfileChange?> OfSuppressing { get; init; } = change => change;

    public Func<StoredHistory, StoredHistory> Reads { get; init; } = history => history;

    public bool ReplacesWhateverIsThere { get; init; }

    public override ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => Inner.UpdateAsync(profile, OfUpdates(change), cancellationToken);

    public override ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    ) => Inner.CompleteCheckAsync(claim, outcome, profile, OfResults(change), now, cancellationToken);

    public override ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) => Inner.SetSuppressedAsync(tenant, id, suppressed, OfSuppressing(change), cancellationToken);

    public override async ValueTask<StoredHistory?> GetHistoryAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) => await base.GetHistoryAsync(tenant, id, cancellationToken) is { } history ? Reads(history) : null;

    public override async ValueTask<int> ReplaceChangesAsync(
        TenantId tenant,
        CustomerId id,
        ImmutableArray<ChangeReplacement> changes,
        CancellationToken cancellationToken
    )
    {
        if (ReplacesWhateverIsThere && await base.GetHistoryAsync(tenant, id, cancellationToken) is { } history)
        {
            changes =
            [
                .. changes.Select(change => new ChangeReplacement
                {
                    Number = change.Number,
                    Read = history.Changes.FirstOrDefault(kept => kept.Number == change.Number)?.Change ?? change.Read,
                    Replacement = change.Replacement,
                }),
            ];
        }

        return await base.ReplaceChangesAsync(tenant, id, changes, cancellationToken);
    }
}
