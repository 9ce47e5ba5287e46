using System.Collections.Immutable;

namespace CustomerProfiles.AspNetCore;

/// <summary>What becomes of one entry when two customers are merged.</summary>
internal sealed class MergedEntryResponse
{
    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>What to call the field.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the host has chosen the label; otherwise it is the library's English one.</summary>
    public required bool HasOwnLabel { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>What the absorbed customer holds; null when it is unset.</summary>
    public HistoryStateResponse? From { get; init; }

    /// <summary>What the customer who stays holds; null when it is unset.</summary>
    public HistoryStateResponse? Into { get; init; }

    /// <summary>
    /// What the merged customer holds; null when it is a provider's entry of a list that somebody has cleared.
    /// </summary>
    public HistoryStateResponse? Result { get; init; }

    /// <summary>From whom the result is.</summary>
    public required EntrySource Kept { get; init; }

    /// <summary>What may be chosen for the entry; fewer than two where nothing is to be chosen.</summary>
    public required EntrySource[] Options { get; init; }

    /// <summary>The entry for the caller.</summary>
    public static MergedEntryResponse Of(MergedEntry entry, ImmutableArray<Identity> identities)
    {
        var isIdentity = IdentityOf(entry) is { } identity && identities.Contains(identity);
        return new MergedEntryResponse
        {
            Field = entry.Field.Code,
            Label = entry.Label,
            HasOwnLabel = FieldLabel.IsOwn(entry.Field, entry.Label),
            Key = entry.Key,
            From = HistoryStateResponse.Of(entry.From),
            Into = HistoryStateResponse.Of(entry.Into),
            Result = HistoryStateResponse.Of(entry.Result),
            Kept = SourceOf(entry.Kept),
            Options =
            [
                .. CanKeep(entry.Into) ? [EntrySource.Into] : Array.Empty<EntrySource>(),
                .. CanKeep(entry.From) ? [EntrySource.From] : Array.Empty<EntrySource>(),
                .. CanKeepBoth(entry) ? [EntrySource.Both] : Array.Empty<EntrySource>(),
            ],
        };

        // A mark in place of an identity would leave the customer without an address by which they are found.
        bool CanKeep(FieldValue? value) => value is not null && !(value.IsCleared && isIdentity);
    }

    private static bool CanKeepBoth(MergedEntry entry) =>
        entry.Field.Equals(ProfileField.Notes) && entry is { From: { IsCleared: false }, Into: { IsCleared: false } };

    private static Identity? IdentityOf(MergedEntry entry) =>
        entry.Key.Length == 0 ? null
        : entry.Field.Equals(ProfileField.Emails) ? Identity.FromStore(IdentityKind.Email, entry.Key)
        : entry.Field.Equals(ProfileField.Phones) ? Identity.FromStore(IdentityKind.Phone, entry.Key)
        : null;

    private static EntrySource SourceOf(MergeSource source) =>
        source switch
        {
            MergeSource.Into => EntrySource.Into,
            MergeSource.From => EntrySource.From,
            _ => EntrySource.Both,
        };
}
