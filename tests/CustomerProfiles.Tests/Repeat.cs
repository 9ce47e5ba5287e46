using System.Globalization;

namespace CustomerProfiles.Tests;

/// <summary>
/// How often the tests with several threads, or with something landing during a check, go through their story.
/// </summary>
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
            : 2;

    /// <summary>
    /// Set the environment variable CUSTOMERPROFILES_PATIENCE to wait so many seconds for what never comes, as where
    /// the code is broken on purpose.
    /// </summary>
    private static TimeSpan Patience { get; } =
        TimeSpan.FromSeconds(
            int.TryParse(
                Environment.GetEnvironmentVariable("CUSTOMERPROFILES_PATIENCE"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seconds
            )
                ? seconds
                : 40
        );

    public static async Task ManyTimes(Func<Task> story)
    {
        for (var i = 0; i < Times; i++)
        {
            await story();
        }
    }

    /// <summary>Starts many at once, each on a thread of its own choice, and waits for all.</summary>
    public static async Task<T[]> AtOnce<T>(int count, Func<int, Task<T>> act)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = Enumerable
            .Range(0, count)
            .Select(i =>
                Task.Run(async () =>
                {
                    await go.Task;
                    return await act(i);
                })
            )
            .ToArray();
        go.SetResult();
        return await Task.WhenAll(tasks).Soon();
    }

    /// <summary>
    /// The task, or a failure instead of a test that hangs for ever. No test waits for this time to pass.
    /// </summary>
    public static Task Soon(this Task task) => task.WaitAsync(Patience);

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Patience);
}
