namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Waits for what other processes do, when none of them tells.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// More than anything takes on a machine with too much to do. No test waits for this time to pass.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Looks again and again until it is so.</summary>
    /// <param name="what">What is to become so, for the failure.</param>
    /// <param name="isSo">Looks.</param>
    /// <exception cref="TimeoutException">It never became so.</exception>
    public static async Task IsSoAsync(string what, Func<Task<bool>> isSo)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!await isSo())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"It never came about that {what}.");
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc cref="IsSoAsync(string, Func{Task{bool}})"/>
    public static Task IsSoAsync(string what, Func<bool> isSo) => IsSoAsync(what, () => Task.FromResult(isSo()));
}
