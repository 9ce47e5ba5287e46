namespace CustomerProfiles.Testing.Tests;

/// <summary>A failure instead of a test that hangs for ever. No test waits for this time to pass.</summary>
internal static class SoonExtensions
{
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(40));

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(40));

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();
}
