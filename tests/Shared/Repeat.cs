using System.Globalization;

namespace CustomerProfiles;

/// <summary>Runs a test several times, where another order of events may give another result.</summary>
internal static class Repeat
{
#if RUN_ONCE
    private const int Default = 1;
#else
    private const int Default = 2;
#endif

    /// <summary>
    /// How often a test runs. Set the environment variable CUSTOMERPROFILES_REPEAT to change it.
    /// </summary>
    public static int Times { get; } = TimesUnlessSet(Default);

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

    private static int TimesUnlessSet(int times) =>
        int.TryParse(
            Environment.GetEnvironmentVariable("CUSTOMERPROFILES_REPEAT"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var set
        )
            ? Math.Max(1, set)
            : times;
}
