namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements that write many conversations or customers of one tenant at once, for a database with one writer:
/// within its transaction nobody else writes, so what is taken is read first, and the host decides.
/// </summary>
internal sealed record WriterStatements
{
    /// <summary>
    /// @tenant @kind @value @conversation: the columns of the stored customer, and how and when the conversation was
    /// first recorded; no row when it is not.
    /// </summary>
    public required StoreStatement ReadKnown { get; init; }

    /// <summary>
    /// @tenant @conversations (<see cref="AdditionDocument.Conversations"/>): records those of known customers. A row
    /// for each that is new: the customer under whom it is recorded, and its id.
    /// </summary>
    public required StoreStatement RecordConversations { get; init; }

    /// <summary>@tenant @conversations, only new ones: sets the time of the last one where it is later.</summary>
    public required StoreStatement MarkActive { get; init; }

    /// <summary>
    /// @tenant @conversations: for each whose customer is known its place, from 0, the customer under whom it is
    /// recorded, direction and time of what is recorded, and the columns of the stored customer.
    /// </summary>
    public required StoreStatement ReadRecorded { get; init; }

    /// <summary>
    /// @tenant @creations (<see cref="AdditionDocument.Creations"/>): for each its place, from 0, whether it cannot be
    /// created because the identity or the id is taken, whether an erasure forbids it, whether an erasure forbids
    /// lookups, whether the identity is suppressed, and the provider settings of the tenant.
    /// </summary>
    public required StoreStatement FindObstacles { get; init; }

    /// <summary>
    /// The parameters of <see cref="StoreStatements.Add"/>, and @conversations: creates customers who come with a
    /// conversation, and for whom there is no obstacle. What only some of them need follows.
    /// </summary>
    public required StoreStatement Create { get; init; }

    /// <summary>@tenant @marked: a mark of an erasure that forbids lookups becomes a plain one.</summary>
    public required StoreStatement Mark { get; init; }

    /// <summary>@tenant @searches: writes the searchable properties of the customers.</summary>
    public required StoreStatement AddProperties { get; init; }

    /// <summary>@tenant @checks: requests the first checks of the customers.</summary>
    public required StoreStatement RequestChecks { get; init; }

    /// <summary>
    /// @tenant @ids @identities: a row for each id that is taken, and one for each identity that is: owner, kind,
    /// value.
    /// </summary>
    public required StoreStatement FindTaken { get; init; }
}
