namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The statements that find duplicates of a customer.</summary>
internal sealed record DuplicateStatements
{
    /// <summary>
    /// @tenant @id @keys @most: the columns of a profile, a row for each other customer who shares a key that no more
    /// than @most customers have, and with whom the customer is no pair.
    /// </summary>
    public required StoreStatement FindByMatchKeys { get; init; }

    /// <summary>@tenant @one @other @at @by: whether both are customers.</summary>
    public required StoreStatement MarkNotDuplicates { get; init; }

    /// <summary>
    /// @tenant @match_keys, as <see cref="MatchKeysDocument"/> writes them: replaces the keys of those customers whose
    /// profile has the given version.
    /// </summary>
    public required StoreStatement WriteMatchKeys { get; init; }
}
