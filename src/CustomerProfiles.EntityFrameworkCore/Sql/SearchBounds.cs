namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// How much a search reads in one way before it goes on in another. The result does not depend on it; tests use small
/// bounds. The defaults were measured with a million profiles, in microseconds: to read a profile in the order of the
/// query and compare it takes 2, one that the index of texts finds 1, to look up the time of one 2 to 4, and to compare
/// the id of one in order 0.2.
/// </summary>
internal sealed record SearchBounds
{
    public static SearchBounds Sqlite { get; } = new();

    /// <summary>A row that is looked up by its key takes longer there than one that the index finds.</summary>
    public static SearchBounds PostgreSql { get; } =
        new()
        {
            Walked = 800,
            Common = 8,
            WalkedOn = 1_200,
            CommonOn = 14,
            WalkedFar = 3_800,
        };

    /// <summary>How many profiles are read in the order of the query before an index is.</summary>
    public int Walked { get; init; } = 600;

    /// <summary>How many of them must fit so that the query is taken to be a common one, and is read on.</summary>
    public int Common { get; init; } = 5;

    /// <summary>How many more are then read in the order of the query.</summary>
    public int WalkedOn { get; init; } = 900;

    /// <summary>How many of both must fit so that the query is still taken to be a common one.</summary>
    public int CommonOn { get; init; } = 12;

    /// <summary>How many more are then read in the order of the query.</summary>
    public int WalkedFar { get; init; } = 4_300;

    /// <summary>How many profiles that the index of texts finds are sorted.</summary>
    public int Sorted { get; init; } = 12_000;

    /// <summary>
    /// The same for other indexes, from which each profile is looked up by its key to be compared.
    /// </summary>
    public int SortedByKey { get; init; } = 3_000;

    /// <summary>
    /// How many are sorted by looking up the time of each; of more, the first are found among the latest activity.
    /// </summary>
    public int Probed { get; init; } = 1_000;

    /// <summary>How much of the latest activity is read for that.</summary>
    public int WalkedAmong { get; init; } = 40_000;

    /// <summary>
    /// How many profiles within the times of a filter are all read, rather than those that have the words.
    /// </summary>
    public int Near { get; init; } = 4_000;

    /// <summary>
    /// How many profiles other tenants may have so that the index of texts is asked for the words without the tenant.
    /// </summary>
    public int OfOthers { get; init; } = 1_000;

    /// <summary>
    /// How many are read to count before an index is; a count needs more profiles than a page.
    /// </summary>
    public int WalkedToCount { get; init; } = 5_000;
}
