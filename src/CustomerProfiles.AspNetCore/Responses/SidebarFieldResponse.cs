namespace CustomerProfiles.AspNetCore;

/// <summary>One field of the sidebar.</summary>
internal sealed class SidebarFieldResponse
{
    /// <summary>The stable name, such as <c>job-title</c> or <c>custom:plan</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What to call it.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the host has chosen the label; otherwise it is the library's English one.</summary>
    public required bool HasOwnLabel { get; init; }

    /// <summary>With which fields it is shown: person, work, contact, public or custom.</summary>
    public required string Group { get; init; }

    /// <summary>Whether it holds any number of entries.</summary>
    public required bool IsList { get; init; }

    /// <summary>Whether agents may edit it.</summary>
    public required bool IsEditable { get; init; }

    /// <summary>Where the customer can correct it; null when agents may edit it, or there is no such page.</summary>
    public string? CorrectAt { get; init; }

    /// <summary>
    /// The version of a field that holds one value; of a list that of its marks, for resetting it.
    /// </summary>
    public required string Version { get; init; }

    /// <summary>Where it was left blank on purpose, by whom; null where it was not.</summary>
    public SourceResponse? ClearedBy { get; init; }

    /// <summary>Whether entries were removed from the list on purpose, which resetting it would let return.</summary>
    public required bool HasMarks { get; init; }

    /// <summary>
    /// The type of a custom property that the host has defined, and its options; null for every other field.
    /// </summary>
    public SidebarPropertyResponse? Property { get; init; }

    /// <summary>
    /// Why the text of a custom property does not fit its type, as in an error of an edit: <c>WrongType</c> or
    /// <c>UnknownOption</c>; null when it does.
    /// </summary>
    public string? Unfit { get; init; }

    /// <summary>What it holds; empty when it is blank.</summary>
    public required SidebarEntryResponse[] Entries { get; init; }

    /// <summary>The field for a page.</summary>
    public static SidebarFieldResponse Of(CustomerProfile profile, SidebarField field)
    {
        var own = field.Field;
        var mark = field.IsCleared ? profile.Find(own) : null;
        return new SidebarFieldResponse
        {
            Code = own.Code,
            Label = field.Label,
            HasOwnLabel = FieldLabel.IsOwn(own, field.Label),
            Group = CodeOf(field.Group),
            IsList = own.IsList,
            IsEditable = field.IsEditable,
            CorrectAt = WebLink.Of(field.CorrectAt),
            Version = own.IsList ? EntryVersion.OfMarks(profile, own) : EntryVersion.Of(profile.Find(own)),
            ClearedBy = mark is null ? null : SourceResponse.Of(mark.Provenance),
            HasMarks = own.IsList
                ? profile.Values.Any(value => value.IsCleared && own.Equals(value.Field))
                : mark is not null,
            Property = field.Property is { } property ? SidebarPropertyResponse.Of(property) : null,
            Unfit = field.Unfit?.ToString(),
            Entries = [.. field.Values.Zip(field.Texts, (value, text) => SidebarEntryResponse.Of(value, text))],
        };
    }

    private static string CodeOf(ProfileFieldGroup group) =>
        group switch
        {
            ProfileFieldGroup.Person => "person",
            ProfileFieldGroup.Work => "work",
            ProfileFieldGroup.Contact => "contact",
            ProfileFieldGroup.Public => "public",
            _ => "custom",
        };
}

/// <summary>One entry of a field.</summary>
internal sealed class SidebarEntryResponse
{
    /// <summary>The key within a list; empty for a field that is no list.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The value for people to read; of a postal address several lines, of an option its label.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>The value in parts.</summary>
    public required EntryValue Value { get; init; }

    /// <summary>What an edit names that saw this entry.</summary>
    public required string Version { get; init; }

    /// <summary>Where it came from.</summary>
    public required SourceResponse Source { get; init; }

    /// <summary>The entry for a page.</summary>
    public static SidebarEntryResponse Of(FieldValue value, string? text = null) =>
        new()
        {
            Key = value.Key,
            Text = text ?? value.Text ?? "",
            Value = EntryValue.Of(value.Value!),
            Version = EntryVersion.Of(value),
            Source = SourceResponse.Of(value.Provenance),
        };
}

/// <summary>Where a value came from.</summary>
internal sealed class SourceResponse
{
    /// <summary><c>agent</c>, <c>import</c>, <c>conversation</c> or <c>provider</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Who: the agent's id, the imported row as <c>system:id</c>, or the provider's name; null for a conversation.
    /// </summary>
    public string? By { get; init; }

    /// <summary>When it was observed.</summary>
    public required string At { get; init; }

    /// <summary>The source for a page.</summary>
    public static SourceResponse Of(Provenance provenance) =>
        new()
        {
            Kind = provenance.Source switch
            {
                ProvenanceSource.Agent => "agent",
                ProvenanceSource.Import => "import",
                ProvenanceSource.Conversation => "conversation",
                _ => "provider",
            },
            By = provenance.Source == ProvenanceSource.Conversation ? null : provenance.By,
            At = WebTime.Of(provenance.ObservedAt),
        };
}
