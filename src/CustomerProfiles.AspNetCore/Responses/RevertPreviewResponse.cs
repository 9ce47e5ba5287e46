using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace CustomerProfiles.AspNetCore;

/// <summary>What reverting would do. Nothing is written yet.</summary>
internal sealed class RevertPreviewResponse
{
    /// <summary>The version of all of this: send it along when reverting, so that exactly this is saved.</summary>
    public string Version { get; private init; } = "";

    /// <summary>
    /// What would be changed: <c>before</c> is there now, <c>after</c> would be. Empty when nothing is left to revert.
    /// </summary>
    public required HistoryValueResponse[] Changes { get; init; }

    /// <summary>What was changed again since, and stays unless it is named to be overwritten.</summary>
    public required RevertConflictResponse[] Conflicts { get; init; }

    /// <summary>What agents may not set, or what no longer keeps the rules, and stays.</summary>
    public required RevertRefusalResponse[] Refused { get; init; }

    /// <summary>The codes of the fields whose earlier value was taken out of the history, and which stay.</summary>
    public required string[] Removed { get; init; }

    /// <summary>The draft for the caller.</summary>
    public static RevertPreviewResponse Of(RevertOutcome.Drafted draft, IEditRules rules) =>
        Of(
            [.. draft.Changes.Select(Drafted)],
            [.. draft.Conflicts.Select(conflict => RevertConflictResponse.Of(conflict, rules))],
            [.. draft.Refused.Select(RevertRefusalResponse.Of)],
            [.. draft.Removed.Select(field => field.Code)]
        );

    private static RevertPreviewResponse Of(
        HistoryValueResponse[] changes,
        RevertConflictResponse[] conflicts,
        RevertRefusalResponse[] refused,
        string[] removed
    )
    {
        var shown = new RevertPreviewResponse
        {
            Changes = changes,
            Conflicts = conflicts,
            Refused = refused,
            Removed = removed,
        };

        // Whatever the agent sees is part of the version.
        var json = JsonSerializer.SerializeToUtf8Bytes(shown, WebJson.Default.RevertPreviewResponse);
        return new RevertPreviewResponse
        {
            Version = Base64Url.EncodeToString(SHA256.HashData(json).AsSpan(0, 18)),
            Changes = changes,
            Conflicts = conflicts,
            Refused = refused,
            Removed = removed,
        };
    }

    private static HistoryValueResponse Drafted(HistoryValue change) =>
        new()
        {
            Field = change.Field.Code,
            Label = change.Label,
            HasOwnLabel = FieldLabel.IsOwn(change.Field, change.Label),
            Key = change.Key,
            Before = HistoryStateResponse.Of(change.Before),
            After = HistoryStateResponse.Drafted(change.After),
            IsRemoved = false,
        };
}

/// <summary>A field or an entry that was changed again after the change that is to be reverted.</summary>
internal sealed class RevertConflictResponse
{
    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>What to call the field.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the host has chosen the label; otherwise it is the library's English one.</summary>
    public required bool HasOwnLabel { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>What was there after the change; null when it was unset.</summary>
    public HistoryStateResponse? Read { get; init; }

    /// <summary>What is there now; null when it is unset.</summary>
    public HistoryStateResponse? Theirs { get; init; }

    /// <summary>What reverting would put there; null when it would be unset.</summary>
    public HistoryStateResponse? Yours { get; init; }

    /// <summary>Whether agents may set it, so that it can be named to be overwritten.</summary>
    public required bool CanOverwrite { get; init; }

    /// <summary>The conflict for the caller.</summary>
    public static RevertConflictResponse Of(FieldConflict conflict, IEditRules rules) =>
        new()
        {
            Field = conflict.Field.Code,
            Label = conflict.Label,
            HasOwnLabel = FieldLabel.IsOwn(conflict.Field, conflict.Label),
            Key = conflict.Key,
            Read = HistoryStateResponse.Of(conflict.Read),
            Theirs = HistoryStateResponse.Of(conflict.Theirs),
            Yours = HistoryStateResponse.Drafted(conflict.Yours),
            CanOverwrite = rules.OwnerOf(conflict.Field) == FieldOwner.Agent,
        };
}

/// <summary>What cannot be reverted, and why.</summary>
internal sealed class RevertRefusalResponse
{
    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>What to call the field.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the host has chosen the label; otherwise it is the library's English one.</summary>
    public required bool HasOwnLabel { get; init; }

    /// <summary>The entry within a list; empty when it concerns the whole field.</summary>
    public required string Key { get; init; }

    /// <summary>Why, such as <c>OwnedByProvider</c>.</summary>
    public required string Code { get; init; }

    /// <summary>An English sentence for an agent. It does not repeat the value.</summary>
    public required string Message { get; init; }

    /// <summary>The limit that would be passed; null for other reasons.</summary>
    public int? Limit { get; init; }

    /// <summary>Where the customer can correct the value; null when the field is the agents'.</summary>
    public string? CorrectAt { get; init; }

    /// <summary>The refusal for the caller.</summary>
    public static RevertRefusalResponse Of(FieldError error) =>
        new()
        {
            Field = error.Field.Code,
            Label = error.Label,
            HasOwnLabel = FieldLabel.IsOwn(error.Field, error.Label),
            Key = error.Key,
            Code = error.Code.ToString(),
            Message = error.Message,
            Limit = error.Limit,
            CorrectAt = WebLink.Of(error.CorrectAt),
        };
}
