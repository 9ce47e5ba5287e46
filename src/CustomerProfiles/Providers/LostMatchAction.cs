namespace CustomerProfiles;

/// <summary>
/// What happens when a provider that once knew a person no longer does, or may no longer publish anything about them.
/// Providers seldom say why; the person may have opted out there.
/// </summary>
public enum LostMatchAction
{
    /// <summary>The provider's data stays.</summary>
    Keep,

    /// <summary>
    /// The provider's data is removed. What a person or a conversation set stays, and so do the marks of cleared
    /// fields.
    /// </summary>
    Remove,
}
