namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// An operation to measure: through the store, by hand with the statements of the store, and at the limit. Each is
/// given the caller and the number of the run.
/// </summary>
internal sealed class Operation
{
    /// <summary>Its name in the table.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it writes, which has another target.</summary>
    public required bool IsWrite { get; init; }

    /// <summary>Runs it once through the store.</summary>
    public required Func<int, int, Task> Store { get; init; }

    /// <summary>Runs it once with the statement of the store, without the library.</summary>
    public required Func<int, int, Task> ByHand { get; init; }

    /// <summary>Runs it once with the smallest statement that keeps the same promise (<see cref="Limits"/>).</summary>
    public required Func<int, int, Task> Limit { get; init; }

    /// <summary>
    /// Before each slice: provides what the operation uses up, and returns how often it can run; null when it can run
    /// without end.
    /// </summary>
    public Func<Task<int>>? Provide { get; init; }
}
