namespace CustomerProfiles.AspNetCore;

/// <summary>A page of the history of a customer, newest first.</summary>
internal sealed class HistoryResponse
{
    /// <summary>The changes, newest first.</summary>
    public required HistoryEntryResponse[] Entries { get; init; }

    /// <summary>What to send as <c>before</c> for the next page; null when this is the last.</summary>
    public long? Next { get; init; }

    /// <summary>The page for the caller.</summary>
    /// <param name="page">The page.</param>
    /// <param name="customer">The customer whose history it is.</param>
    public static HistoryResponse Of(HistoryPage page, CustomerId customer) =>
        new()
        {
            Entries = [.. page.Entries.Select(entry => HistoryEntryResponse.Of(entry, customer))],
            Next = page.Next,
        };
}

/// <summary>One change in the history of a customer.</summary>
internal sealed class HistoryEntryResponse
{
    /// <summary>
    /// The id of the absorbed customer whose change it was, which cannot be reverted; null for the customer's own.
    /// </summary>
    public string? Absorbed { get; init; }

    /// <summary>The number of the change among that customer's: 1 for the first, never given twice.</summary>
    public required long Number { get; init; }

    /// <summary>The version of the profile that it made; null when it made none, as by suppressing.</summary>
    public long? Version { get; init; }

    /// <summary>What it was made for, such as <c>Edit</c>, <c>Revert</c> or <c>Check</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Who made it, and when.</summary>
    public required SourceResponse By { get; init; }

    /// <summary>The host's reference for it, such as the number of a case; null when it has none.</summary>
    public string? CaseReference { get; init; }

    /// <summary>What it did, one for each field or entry that it touched; empty when it made no version.</summary>
    public required HistoryValueResponse[] Values { get; init; }

    /// <summary>The change for the caller.</summary>
    public static HistoryEntryResponse Of(HistoryEntry entry, CustomerId customer) =>
        new()
        {
            Absorbed = entry.CustomerId == customer ? null : entry.CustomerId.ToString(),
            Number = entry.Number,
            Version = entry.Version,
            Kind = entry.Kind.ToString(),
            By = SourceResponse.Of(entry.By),
            CaseReference = entry.CaseReference,
            Values = [.. entry.Values.Select(HistoryValueResponse.Of)],
        };
}

/// <summary>What a change does to a field, or to one entry of a list.</summary>
internal sealed class HistoryValueResponse
{
    /// <summary>The code of the field.</summary>
    public required string Field { get; init; }

    /// <summary>What to call the field.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the host has chosen the label; otherwise it is the library's English one.</summary>
    public required bool HasOwnLabel { get; init; }

    /// <summary>The entry within a list; empty for a field that is no list, and where it was removed.</summary>
    public required string Key { get; init; }

    /// <summary>What was there before the change; null when it was unset.</summary>
    public HistoryStateResponse? Before { get; init; }

    /// <summary>What was there after the change; null when it was unset.</summary>
    public HistoryStateResponse? After { get; init; }

    /// <summary>Whether something was taken out of the history here, because it had to be forgotten.</summary>
    public required bool IsRemoved { get; init; }

    /// <summary>The value for the caller.</summary>
    public static HistoryValueResponse Of(HistoryValue value) =>
        new()
        {
            Field = value.Field.Code,
            Label = value.Label,
            HasOwnLabel = FieldLabel.IsOwn(value.Field, value.Label),
            Key = value.Key,
            Before = HistoryStateResponse.Of(value.Before),
            After = HistoryStateResponse.Of(value.After),
            IsRemoved = value.IsRemoved,
        };
}

/// <summary>What a field or an entry holds at one point: a value, or the mark that it was cleared on purpose.</summary>
internal sealed class HistoryStateResponse
{
    /// <summary>Whether it was cleared on purpose. Then it has no value.</summary>
    public required bool IsCleared { get; init; }

    /// <summary>The value for people to read; of a postal address several lines. Null when it was cleared.</summary>
    public string? Text { get; init; }

    /// <summary>The value in parts; null when it was cleared.</summary>
    public EntryValue? Value { get; init; }

    /// <summary>Where it came from; null when it is not saved yet.</summary>
    public SourceResponse? Source { get; init; }

    /// <summary>What is or was there, for the caller.</summary>
    public static HistoryStateResponse? Of(FieldValue? value) =>
        value is null ? null : Of(value, SourceResponse.Of(value.Provenance));

    /// <summary>What would be there after saving, for the caller.</summary>
    public static HistoryStateResponse? Drafted(FieldValue? value) => value is null ? null : Of(value, source: null);

    private static HistoryStateResponse Of(FieldValue value, SourceResponse? source) =>
        new()
        {
            IsCleared = value.IsCleared,
            Text = value.Text,
            Value = value.Value is { } held ? EntryValue.Of(held) : null,
            Source = source,
        };
}
