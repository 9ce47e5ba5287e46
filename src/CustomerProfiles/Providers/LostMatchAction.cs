namespace CustomerProfiles;

/// <summary>
/// What is done when a provider that once knew a person does not know them any more, or may not tell. Providers seldom
/// say why; the person may have opted out there.
/// </summary>
public enum LostMatchAction
{
    /// <summary>What the provider gave stays.</summary>
    Keep,

    /// <summary>
    /// What the provider gave is removed. What a person or a conversation put in stays, and so does what was cleared.
    /// </summary>
    Remove,
}
