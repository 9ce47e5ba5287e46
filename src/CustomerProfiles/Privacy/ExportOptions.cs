namespace CustomerProfiles;

/// <summary>What an export includes beside what the customer may ask for.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ExportOptions
{
    /// <summary>
    /// Whether the agents' notes are included, also those in the history. True unless set: they are about the customer.
    /// </summary>
    public bool IncludeNotes { get; init; } = true;

    /// <summary>
    /// Whether the agents' ids are included. False unless set: they are not the customer's data. Without them an agent
    /// is only named as such.
    /// </summary>
    public bool IncludeAgentIds { get; init; }
}
