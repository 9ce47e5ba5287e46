namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of events. A queue that may be claimed is found by the time from which it may be; a stopped one has
/// the end of all time there, and one without events nothing. Whoever writes to a queue holds the lock of its row.
/// </summary>
internal sealed record EventStatements
{
    /// <summary>
    /// Where there is one writer: @tenant @id @event @clock, writes an event, in the transaction of what it is about.
    /// Null elsewhere, where the statement that writes that writes the event too.
    /// </summary>
    public StoreStatement? Write { get; init; }

    /// <summary>Whether events are on, or no row before it was ever said.</summary>
    public required StoreStatement AreOn { get; init; }

    /// <summary>@is_on.</summary>
    public required StoreStatement SetOn { get; init; }

    /// <summary>@most: removes the events of some queues: of how many, 0 when there are none left.</summary>
    public required StoreStatement Clear { get; init; }

    /// <summary>
    /// @queues @events @lease @lease_for @clock: for each queue that was claimed tenant, customer, attempts, and its
    /// first events as a list of lists of sequence and document. One row of nulls, when another call has just changed
    /// each queue that was found.
    /// </summary>
    public required StoreStatement Claim { get; init; }

    /// <summary>
    /// Where there is one writer: @tenant @id @lease @delivered @attempts @delay @is_stopped @clock, for one queue.
    /// Elsewhere the same as arrays: @tenants @ids @leases @delivered @attempts @delays @stopped.
    /// </summary>
    public required StoreStatement Settle { get; init; }

    /// <summary>
    /// @most: tenant, customer, attempts, and the first event of stopped queues: sequence and document.
    /// </summary>
    public required StoreStatement GetStopped { get; init; }

    /// <summary>@tenant @id @sequence @skips @clock: a row when the queue was restarted.</summary>
    public required StoreStatement Restart { get; init; }
}
