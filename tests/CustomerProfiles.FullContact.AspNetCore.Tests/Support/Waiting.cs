namespace CustomerProfiles.FullContact.AspNetCore.Tests.Support;

internal static class Waiting
{
    /// <summary>
    /// The task, or a failure instead of a test that hangs for ever. No test waits for this time to pass.
    /// </summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(40));

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(40));
}
