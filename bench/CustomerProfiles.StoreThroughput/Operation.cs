namespace CustomerProfiles.StoreThroughput;

/// <summary>What is done over and over, in two ways: through the store, and by hand with the same statements.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Store">One of it through the store; told which caller does it, and the how many-th it is.</param>
/// <param name="ByHand">The same by hand.</param>
internal sealed record Operation(string Name, Func<int, int, Task> Store, Func<int, int, Task> ByHand);
