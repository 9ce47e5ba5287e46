namespace CustomerProfiles.AspNetCore;

/// <summary>That two customers are one.</summary>
internal sealed class MergedResponse
{
    /// <summary>The id of the merge, by which it can be undone.</summary>
    public required string Merge { get; init; }

    /// <summary>The id of the absorbed customer, which leads to the merged one from now on.</summary>
    public required string From { get; init; }

    /// <summary>The merged customer.</summary>
    public required MergeSideResponse Into { get; init; }

    /// <summary>The merge for the caller.</summary>
    public static MergedResponse Of(CustomerId from, MergeOutcome.Merged merged) =>
        new()
        {
            Merge = merged.Merge.ToString(),
            From = from.ToString(),
            Into = MergeSideResponse.Of(merged.Profile),
        };
}

/// <summary>One of two customers who are merged, or the merged one.</summary>
internal sealed class MergeSideResponse
{
    /// <summary>The customer's id.</summary>
    public required string Id { get; init; }

    /// <summary>The version of the profile.</summary>
    public required long Version { get; init; }

    /// <summary>What to call the customer.</summary>
    public required string DisplayName { get; init; }

    /// <summary>What to show in place of a photo.</summary>
    public required string Initials { get; init; }

    /// <summary>The first e-mail address; null when there is none.</summary>
    public string? Email { get; init; }

    /// <summary>When the customer was created.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>The customer for the caller.</summary>
    public static MergeSideResponse Of(CustomerProfile profile) =>
        new()
        {
            Id = profile.Id.ToString(),
            Version = profile.Version,
            DisplayName = profile.DisplayName,
            Initials = profile.Initials,
            Email = profile.Emails.FirstOrDefault()?.Text,
            CreatedAt = WebTime.Of(profile.CreatedAt),
        };
}

/// <summary>That a merge is undone.</summary>
internal sealed class UnmergedResponse
{
    /// <summary>The customer who was absorbed, under their own id.</summary>
    public required MergeSideResponse From { get; init; }

    /// <summary>The customer who had absorbed them.</summary>
    public required MergeSideResponse Into { get; init; }

    /// <summary>Values that were changed since the merge. They stay with the customer who had absorbed the
    /// other.</summary>
    public required UnsplitEntryResponse[] Unsplit { get; init; }

    /// <summary>
    /// Addresses and other identities that the absorbed customer had, and that were removed since, such as
    /// <c>email:ada@example.com</c>.
    /// </summary>
    public required string[] NotReturned { get; init; }

    /// <summary>The outcome for the caller.</summary>
    public static UnmergedResponse Of(UnmergeOutcome.Unmerged unmerged) =>
        new()
        {
            From = MergeSideResponse.Of(unmerged.From),
            Into = MergeSideResponse.Of(unmerged.Into),
            Unsplit = [.. unmerged.Unsplit.Select(UnsplitEntryResponse.Of)],
            NotReturned = [.. unmerged.NotReturned.Select(TextOf)],
        };

    private static string TextOf(Identity identity) =>
        $"{identity.Kind switch
        {
            IdentityKind.Email => "email",
            IdentityKind.Phone => "phone",
            IdentityKind.Chat => "chat",
            _ => "external",
        }}:{identity.Value}";
}

/// <summary>A value that was changed since a merge, and stays after it is undone.</summary>
internal sealed class UnsplitEntryResponse
{
    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>What it holds.</summary>
    public required HistoryStateResponse Held { get; init; }

    /// <summary>The value for the caller.</summary>
    public static UnsplitEntryResponse Of(FieldValue value) =>
        new()
        {
            Field = value.Field.Code,
            Key = value.Key,
            Held = HistoryStateResponse.Of(value)!,
        };
}
