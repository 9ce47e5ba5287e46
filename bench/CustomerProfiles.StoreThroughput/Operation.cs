namespace CustomerProfiles.StoreThroughput;

/// <summary>An operation to measure, through the store and by hand with the same statements.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Store">Runs it once through the store, given the caller and the number of the run.</param>
/// <param name="ByHand">The same by hand.</param>
internal sealed record Operation(string Name, Func<int, int, Task> Store, Func<int, int, Task> ByHand);
