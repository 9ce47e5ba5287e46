namespace CustomerProfiles;

/// <summary>How many profiles a search finds, counted up to a bound.</summary>
public sealed class ProfileCount
{
    /// <summary>The number of profiles; the bound when there are more.</summary>
    public required int Count { get; init; }

    /// <summary>Whether there are more than <see cref="Count"/>.</summary>
    public required bool IsMore { get; init; }
}
