namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Statements that set what a session of the database does not have, for the one batch in which they stand. They cost
/// no round trip, and leave nothing behind in the session.
/// </summary>
/// <param name="BeforeRead">Before a statement that only reads; null for nothing.</param>
/// <param name="BeforeWrite">Before a statement that writes; null for nothing.</param>
/// <param name="BeforeSearch">Before a search (<see cref="StoreStatement.IsSearch"/>); null for nothing.</param>
internal sealed record SessionSettings(string? BeforeRead, string? BeforeWrite, string? BeforeSearch)
{
    public static SessionSettings None { get; } = new(null, null, null);

    /// <summary>The same for calls that write.</summary>
    public SessionSettings ForWriting() => this with { BeforeRead = BeforeWrite };

    public string? For(StoreStatement statement) => statement.IsSearch ? BeforeSearch : BeforeRead;
}
