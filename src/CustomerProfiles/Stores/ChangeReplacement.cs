namespace CustomerProfiles.Stores;

/// <summary>A change in a history from which something is taken out.</summary>
/// <remarks>Immutable.</remarks>
public sealed class ChangeReplacement
{
    /// <summary>The number of the change.</summary>
    public required long Number { get; init; }

    /// <summary>The change as it was read.</summary>
    public required ProfileChange Read { get; init; }

    /// <summary>The change as it is to be.</summary>
    public required ProfileChange Replacement { get; init; }
}
