using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>Merging within one tenant. It validates arguments and passes them on.</summary>
internal sealed class TenantMerging(TenantId tenant, ProfileMerging merging, DuplicateSuggestions duplicates)
    : IProfileMerging
{
    public ValueTask<CustomerResolution> ResolveAsync(CustomerId id, CancellationToken cancellationToken = default) =>
        merging.ResolveAsync(tenant, id, cancellationToken);

    public ValueTask<MergePreviewOutcome> PreviewAsync(
        MergeRequest request,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return merging.PreviewAsync(tenant, request, cancellationToken);
    }

    public ValueTask<MergeOutcome> MergeAsync(
        MergeRequest request,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        by.ThrowIfNobody(nameof(by));
        return merging.MergeAsync(tenant, request, by, cancellationToken);
    }

    public ValueTask<UnmergeOutcome> UnmergeAsync(
        MergeId merge,
        Actor by,
        string? caseReference = null,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        var reference = ProfileEdit.FittingCaseReference(caseReference, nameof(caseReference));
        return merging.UnmergeAsync(tenant, merge, by, reference, cancellationToken);
    }

    public ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        CustomerId id,
        CancellationToken cancellationToken = default
    ) => merging.GetMergesAsync(tenant, id, cancellationToken);

    public ValueTask<ImmutableArray<DuplicateSuggestion>> FindDuplicatesAsync(
        CustomerId id,
        CancellationToken cancellationToken = default
    ) => duplicates.FindAsync(tenant, id, cancellationToken);

    public ValueTask<bool> MarkNotDuplicatesAsync(
        CustomerId one,
        CustomerId other,
        Actor by,
        CancellationToken cancellationToken = default
    )
    {
        by.ThrowIfNobody(nameof(by));
        return one == other
            ? throw new ArgumentException("Both ids are the same; pass those of two customers.", nameof(other))
            : duplicates.MarkNotDuplicatesAsync(tenant, one, other, by, cancellationToken);
    }

    public ValueTask<int> IndexDuplicatesAsync(CancellationToken cancellationToken = default) =>
        duplicates.IndexAsync(tenant, cancellationToken);
}
