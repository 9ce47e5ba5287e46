using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.Testing.Tests.BrokenStores;

/// <summary>Forgets more or less of merges than it is told, or reads or changes the absorbed in another way.</summary>
internal sealed class WrongForgetting(ICustomerProfileStore inner) : PassingStore(inner)
{
    /// <summary>What is written instead of a redaction, given the merge as it is now.</summary>
    public Func<MergeRedaction, StoredMerge?, MergeRedaction> Redacts { get; init; } = (redaction, _) => redaction;

    /// <summary>Before which time, and how many, merges lapse instead.</summary>
    public Func<Instant, int, (Instant Before, int Most)> Lapses { get; init; } = (before, most) => (before, most);

    public Func<StoredHistory, StoredHistory> Reads { get; init; } = history => history;

    /// <summary>Whether a call of another may come between comparing the journal and writing.</summary>
    public bool ComparesFirst { get; init; }

    public bool ReplacesNothingOfTheAbsorbed { get; init; }

    public static MergeRedaction With(
        MergeRedaction redaction,
        string? read = null,
        string? journal = null,
        CustomerProfile? from = null
    ) =>
        new()
        {
            Tenant = redaction.Tenant,
            Merge = redaction.Merge,
            Read = read ?? redaction.Read,
            Journal = journal ?? redaction.Journal,
            From = from ?? redaction.From,
        };

    public override async ValueTask<bool> RedactMergeAsync(
        MergeRedaction redaction,
        CancellationToken cancellationToken
    )
    {
        var now = await GetMergeAsync(redaction.Tenant, redaction.Merge, cancellationToken);
        if (ComparesFirst)
        {
            if (now?.Journal != redaction.Read)
            {
                return false;
            }

            await UntilOtherwiseAsync(
                async () =>
                    (await GetMergeAsync(redaction.Tenant, redaction.Merge, cancellationToken))?.Journal
                    == redaction.Read,
                cancellationToken
            );
            now = await GetMergeAsync(redaction.Tenant, redaction.Merge, cancellationToken);
            redaction = With(redaction, read: now?.Journal);
        }

        return await base.RedactMergeAsync(Redacts(redaction, now), cancellationToken);
    }

    public override ValueTask<int> LapseMergesAsync(
        TenantId tenant,
        Instant before,
        int most,
        CancellationToken cancellationToken
    )
    {
        (before, most) = Lapses(before, most);
        return base.LapseMergesAsync(tenant, before, most, cancellationToken);
    }

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
    ) =>
        ReplacesNothingOfTheAbsorbed && await FindSurvivorAsync(tenant, id, cancellationToken) is not null
            ? 0
            : await base.ReplaceChangesAsync(tenant, id, changes, cancellationToken);
}
