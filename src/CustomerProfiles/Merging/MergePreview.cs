using System.Collections.Immutable;
using CustomerProfiles.Stores;

namespace CustomerProfiles;

/// <summary>What merging two customers would make of them, as they are now.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the ids only.</remarks>
public sealed class MergePreview
{
    internal MergePreview(MergePlan plan)
    {
        (From, Into, Result) = (plan.From.Profile, plan.Into.Profile, plan.Profile);
        Entries = plan.Entries;
        Checks = [.. plan.Checks.Select(check => check.State)];
        IsSuppressed = plan.IsSuppressed;
    }

    /// <summary>The customer who would be absorbed.</summary>
    public CustomerProfile From { get; }

    /// <summary>The customer who would stay.</summary>
    public CustomerProfile Into { get; }

    /// <summary>
    /// The merged profile. It is written when the merge follows and neither customer has changed until then; only
    /// <see cref="CustomerProfile.UpdatedAt"/> is that of the merge.
    /// </summary>
    public CustomerProfile Result { get; }

    /// <summary>Every entry of both customers, and what would become of it, in the order of the result.</summary>
    public ImmutableArray<MergedEntry> Entries { get; }

    /// <summary>The state of the checks of the merged customer, one for each provider.</summary>
    public ImmutableArray<CheckState> Checks { get; }

    /// <summary>Whether the merged customer would be suppressed, because one of the two is.</summary>
    public bool IsSuppressed { get; }

    /// <summary>What was shown, for <see cref="MergeRequest.Versions"/>.</summary>
    public MergeVersions Versions => new(From.Version, Into.Version);

    /// <summary>The ids only.</summary>
    public override string ToString() => $"{nameof(MergePreview)} {From.Id} into {Into.Id}";
}
