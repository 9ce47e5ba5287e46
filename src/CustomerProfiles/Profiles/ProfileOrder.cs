namespace CustomerProfiles;

/// <summary>The order of the profiles that a search finds.</summary>
public enum ProfileOrder
{
    /// <summary>
    /// First who has the whole text as an identity, then whose name begins with it, by name, then the rest, by the
    /// newest change. Without a text: by the newest change.
    /// </summary>
    BestMatch,

    /// <summary>By the name that is shown, without regard to case and accents.</summary>
    Name,

    /// <summary>By the last change, the newest first.</summary>
    LastChanged,

    /// <summary>By the last conversation, the newest first; who never had one comes last.</summary>
    LastConversation,
}
