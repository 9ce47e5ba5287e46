namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Statements that set what the session lacks, for the batch that contains them. They cost no round trip and leave the
/// session unchanged.
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
