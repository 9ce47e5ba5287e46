namespace CustomerProfiles;

/// <summary>Where a value came from.</summary>
public enum ProvenanceSource
{
    /// <summary>A person typed it, or cleared it on purpose.</summary>
    Agent,

    /// <summary>
    /// It came over from another system, where a person had typed it. It ranks with <see cref="Agent"/>.
    /// </summary>
    Import,

    /// <summary>It stood in a conversation.</summary>
    Conversation,

    /// <summary>A provider gave it.</summary>
    Provider,
}
