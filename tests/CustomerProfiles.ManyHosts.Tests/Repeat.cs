using System.Globalization;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>How often the stories are gone through.</summary>
internal static class Repeat
{
    /// <summary>
    /// Set the environment variable CUSTOMERPROFILES_REPEAT to go through each story that many times.
    /// </summary>
    public static int Times { get; } =
        int.TryParse(
            Environment.GetEnvironmentVariable("CUSTOMERPROFILES_REPEAT"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var times
        )
            ? Math.Max(1, times)
            : 1;

    /// <summary>
    /// The task, or a failure instead of a test that hangs for ever. No test waits for this time to pass.
    /// </summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromMinutes(5));

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromMinutes(5));

    public static async Task ManyTimes(Func<Task> story)
    {
        for (var i = 0; i < Times; i++)
        {
            await story();
        }
    }
}
