namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// What follows the statement that made sure of a change, where there is one writer: in its transaction nobody else
/// writes, so the host decides which of these the change needs.
/// </summary>
internal sealed record ChangeStatements
{
    /// <summary>
    /// The parameters of a check that <see cref="StoreStatements.Complete"/> did not end: the columns of that, or no
    /// row when the lease is lost.
    /// </summary>
    public required StoreStatement FindHeld { get; init; }

    /// <summary>@tenant @id @version @updated_at @profile @remembered (0 or 1): writes a profile.</summary>
    public required StoreStatement Apply { get; init; }

    /// <summary>
    /// @tenant @id @updated_at @name @company @has_photo @text @prefixes @properties: writes the time of the change,
    /// and what the customer is found by. A row when that has changed.
    /// </summary>
    public required StoreStatement FoundBy { get; init; }

    /// <summary>
    /// @tenant @id: writes the searchable properties, when what the customer is found by has changed.
    /// </summary>
    public required StoreStatement Properties { get; init; }

    /// <summary>@tenant @id @search (<see cref="SearchDocument"/>): null where no match keys are kept.</summary>
    public required StoreStatement? MatchKeys { get; init; }

    /// <summary>@tenant @id @remembered (0 or 1): suppresses a customer whose result is withheld.</summary>
    public required StoreStatement Withhold { get; init; }

    /// <summary>
    /// @tenant @id @version (null when the change made none) @change @most: writes the history, after a statement that
    /// was told to remember it.
    /// </summary>
    public required StoreStatement Remember { get; init; }
}
