namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Waits for other processes that do not signal.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    /// <summary>More than anything takes on a busy machine. A test that passes never waits for this time.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(8);

    /// <summary>Polls until the condition is true.</summary>
    /// <param name="what">The condition in words, for the failure.</param>
    /// <param name="isSo">The condition.</param>
    /// <exception cref="TimeoutException">The condition did not become true.</exception>
    public static async Task IsSoAsync(string what, Func<Task<bool>> isSo)
    {
        ArgumentNullException.ThrowIfNull(isSo);
        using var deadline = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!await isSo())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Timed out waiting until {what}.");
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc cref="IsSoAsync(string, Func{Task{bool}})"/>
    public static Task IsSoAsync(string what, Func<bool> isSo) => IsSoAsync(what, () => Task.FromResult(isSo()));
}
