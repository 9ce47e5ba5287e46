namespace CustomerProfiles.Sample;

/// <summary>Describes changes of a profile in words.</summary>
internal static class HistoryText
{
    public const string None = "(none)";
    public const string Removed = "(removed)";

    /// <summary>Number, time, who, and what for; the case, if there is one.</summary>
    public static string Of(HistoryEntry entry)
    {
        var reference = entry.CaseReference is { } text ? $" ({text})" : "";
        var at = DecisionText.Of(entry.By.ObservedAt);
        return $"{entry.Number, 4}  {at}  {Of(entry.By)}: {Of(entry.Kind)}{reference}";
    }

    public static string Of(FieldValue? value) =>
        value switch
        {
            null => None,
            { IsCleared: true } => "(cleared)",
            _ => value.Text!,
        };

    private static string Of(Provenance by) => $"{by.Source.ToString().ToLowerInvariant()} {by.By}";

    private static string Of(HistoryKind kind) =>
        kind switch
        {
            HistoryKind.Edit => "edit",
            HistoryKind.Revert => "revert",
            HistoryKind.Check => "check",
            HistoryKind.Import => "import",
            HistoryKind.Conversation => "name from a conversation",
            HistoryKind.ProviderDataRemoval => "provider data removed",
            HistoryKind.Suppression => "suppressed",
            HistoryKind.Unsuppression => "unsuppressed",
            HistoryKind.Merge => "merged",
            HistoryKind.Unmerge => "merge undone",
            _ => kind.ToString(),
        };
}
