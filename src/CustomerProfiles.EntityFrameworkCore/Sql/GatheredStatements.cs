namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements that write several conversations or customers of one tenant at once, for a database that has arrays.
/// Their rows are locked in the order of their keys, so that the batches of two hosts do not deadlock.
/// </summary>
internal sealed record GatheredStatements
{
    /// <summary>
    /// @tenant, and arrays of the other parameters of <see cref="StoreStatements.RecordConversation"/>: for each
    /// conversation whose customer is known, the columns of that statement, then its place in the arrays, from 1, and
    /// the customer under whom it is recorded.
    /// </summary>
    public required StoreStatement RecordConversations { get; init; }

    /// <summary>
    /// @tenant, arrays of the other parameters of <see cref="StoreStatements.Create"/>, the events as @events, the
    /// hashes of each with commas between them, and the checks as @providers with @check_of, their places: for each
    /// customer the columns of that statement, then its place in the arrays.
    /// </summary>
    public required StoreStatement Create { get; init; }

    /// <summary><see cref="StoreStatements.Add"/>, waiting for locks no longer than the others here do.</summary>
    public required StoreStatement Add { get; init; }
}
