using CustomerProfiles.Stores;

namespace CustomerProfiles.AspNetCore;

/// <summary>What merging two customers would make of them. Nothing is written yet.</summary>
internal sealed class MergePreviewResponse
{
    /// <summary>The customer who would be absorbed.</summary>
    public required MergeSideResponse From { get; init; }

    /// <summary>The customer who would stay.</summary>
    public required MergeSideResponse Into { get; init; }

    /// <summary>The merged customer, under the id of the one who stays.</summary>
    public required MergeSideResponse Result { get; init; }

    /// <summary>Send it along when merging, so that exactly this is merged.</summary>
    public required MergeVersionPair Versions { get; init; }

    /// <summary>Every entry of both customers, in the order of the result.</summary>
    public required MergedEntryResponse[] Entries { get; init; }

    /// <summary>The checks of the merged customer, one for each provider.</summary>
    public required MergedCheckResponse[] Checks { get; init; }

    /// <summary>Whether the merged customer would not be looked up, because one of the two is not.</summary>
    public required bool IsSuppressed { get; init; }

    /// <summary>The preview for the caller.</summary>
    public static MergePreviewResponse Of(MergePreview preview) =>
        new()
        {
            From = MergeSideResponse.Of(preview.From),
            Into = MergeSideResponse.Of(preview.Into),
            Result = MergeSideResponse.Of(preview.Result),
            Versions = new MergeVersionPair { From = preview.Versions.From, Into = preview.Versions.Into },
            Entries = [.. preview.Entries.Select(entry => MergedEntryResponse.Of(entry, preview.Result.Identities))],
            Checks = [.. preview.Checks.Select(MergedCheckResponse.Of)],
            IsSuppressed = preview.IsSuppressed,
        };
}

/// <summary>The checks of a merged customer at one provider.</summary>
internal sealed class MergedCheckResponse
{
    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>When the last check was completed; null when none was.</summary>
    public string? LastCheckAt { get; init; }

    /// <summary>What it found, such as <c>Matched</c> or <c>NoMatch</c>; null when there was none.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>Whether a check is waiting or running.</summary>
    public required bool IsPending { get; init; }

    /// <summary>The checks for the caller.</summary>
    public static MergedCheckResponse Of(CheckState check) =>
        new()
        {
            Provider = check.Provider,
            LastCheckAt = WebTime.Of(check.LastCheckAt),
            LastOutcome = check.LastOutcome?.ToString(),
            IsPending = check.IsPending,
        };
}
