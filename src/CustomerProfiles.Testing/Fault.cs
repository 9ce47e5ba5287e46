namespace CustomerProfiles.Testing;

/// <summary>
/// A fault injected into one call of a store or provider: before it, so that it never happens or happens later; or
/// after it, so that the caller learns of it later or never.
/// </summary>
/// <remarks>Immutable; can be used for any number of calls.</remarks>
public sealed class Fault
{
    private readonly Func<CancellationToken, Task>? _before;
    private readonly Func<CancellationToken, Task>? _after;

    private Fault(Func<CancellationToken, Task>? before, Func<CancellationToken, Task>? after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>Throws before the call: nothing is written, no lookup is made.</summary>
    /// <param name="exception">The exception to throw.</param>
    /// <returns>The fault.</returns>
    public static Fault ThrowBefore(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Before(_ => Task.FromException(exception));
    }

    /// <summary>
    /// Throws after the call: the change is written, the lookup may be paid for, and the caller does not know.
    /// </summary>
    /// <param name="exception">The exception to throw.</param>
    /// <returns>The fault.</returns>
    public static Fault ThrowAfter(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return After(_ => Task.FromException(exception));
    }

    /// <summary>Delays the call. The delay ends when the call is cancelled.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="time">The clock: a test's own, so that the test does not wait.</param>
    /// <returns>The fault.</returns>
    public static Fault DelayBefore(TimeSpan delay, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Before(cancel => Task.Delay(delay, time, cancel));
    }

    /// <summary>Delays the return after the call. The delay ends when the call is cancelled.</summary>
    /// <param name="delay">The delay.</param>
    /// <param name="time">The clock: a test's own, so that the test does not wait.</param>
    /// <returns>The fault.</returns>
    public static Fault DelayAfter(TimeSpan delay, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return After(cancel => Task.Delay(delay, time, cancel));
    }

    /// <summary>Holds the call before it happens.</summary>
    /// <param name="holdPoint">Where the call is held.</param>
    /// <returns>The fault.</returns>
    public static Fault HoldBefore(HoldPoint holdPoint)
    {
        ArgumentNullException.ThrowIfNull(holdPoint);
        return Before(holdPoint.WaitAsync);
    }

    /// <summary>Holds the return after the call.</summary>
    /// <param name="holdPoint">Where the call is held.</param>
    /// <returns>The fault.</returns>
    public static Fault HoldAfter(HoldPoint holdPoint)
    {
        ArgumentNullException.ThrowIfNull(holdPoint);
        return After(holdPoint.WaitAsync);
    }

    /// <summary>Cancels before the call, which then sees the cancellation.</summary>
    /// <param name="source">The source of the call's token.</param>
    /// <returns>The fault.</returns>
    public static Fault CancelBefore(CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Before(_ => source.CancelAsync());
    }

    /// <summary>
    /// Cancels after the call and reports it as cancelled, as a connection that breaks between the commit and its
    /// response does.
    /// </summary>
    /// <param name="source">The source of the call's token.</param>
    /// <returns>The fault.</returns>
    public static Fault CancelAfter(CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return After(async cancel =>
        {
            await source.CancelAsync().ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        });
    }

    /// <summary>Runs an action before the call. If it throws, the call never happens.</summary>
    /// <param name="act">The action; it gets the token of the call.</param>
    /// <returns>The fault.</returns>
    public static Fault Before(Func<CancellationToken, Task> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        return new Fault(act, after: null);
    }

    /// <summary>Runs an action after the call. If it throws, the caller does not learn the outcome.</summary>
    /// <param name="act">The action; it gets the token of the call.</param>
    /// <returns>The fault.</returns>
    public static Fault After(Func<CancellationToken, Task> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        return new Fault(before: null, act);
    }

    internal Task BeforeAsync(CancellationToken cancellationToken) =>
        _before?.Invoke(cancellationToken) ?? Task.CompletedTask;

    internal Task AfterAsync(CancellationToken cancellationToken) =>
        _after?.Invoke(cancellationToken) ?? Task.CompletedTask;
}
