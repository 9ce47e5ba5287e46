namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// How much a search reads in one way before it goes on in another. The result does not depend on it; tests use small
/// bounds. The defaults were measured with a million profiles: reading on in order to where a word that 3,000 have
/// fills a page costs about as much as sorting 3,000.
/// </summary>
internal sealed record SearchBounds
{
    public static SearchBounds Default { get; } = new();

    /// <summary>How many profiles are read in the order of the query before an index is.</summary>
    public int Walked { get; init; } = 500;

    /// <summary>How many profiles that an index finds are sorted before reading on in order is tried.</summary>
    public int Sorted { get; init; } = 3_000;

    /// <summary>How many are read in the order of the query when the index finds many.</summary>
    public int WalkedOn { get; init; } = 20_000;

    /// <summary>
    /// How many are read to count before an index is; a count needs more profiles than a page.
    /// </summary>
    public int WalkedToCount { get; init; } = 5_000;
}
