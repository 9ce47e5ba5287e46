namespace CustomerProfiles.Testing;

/// <summary>
/// Something that happens to one call of a store or provider: before it reaches it, so that it never happens or happens
/// later; or after it happened, so that the caller hears of it later or never.
/// </summary>
/// <remarks>Immutable; may be used for any number of calls.</remarks>
public sealed class Fault
{
    private readonly Func<CancellationToken, Task>? _before;
    private readonly Func<CancellationToken, Task>? _after;

    private Fault(Func<CancellationToken, Task>? before, Func<CancellationToken, Task>? after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>Throws before the call happens: nothing is written, nothing is asked.</summary>
    /// <param name="exception">What is thrown.</param>
    /// <returns>The trouble.</returns>
    public static Fault ThrowBefore(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return Before(_ => Task.FromException(exception));
    }

    /// <summary>
    /// Throws after the call has happened: what was written is written, what was asked may be paid, and the caller does
    /// not know.
    /// </summary>
    /// <param name="exception">What is thrown.</param>
    /// <returns>The trouble.</returns>
    public static Fault ThrowAfter(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return After(_ => Task.FromException(exception));
    }

    /// <summary>Lets time pass before the call happens. The waiting ends when the call is cancelled.</summary>
    /// <param name="delay">For how long.</param>
    /// <param name="time">By which clock; a test's own, so that nobody waits in truth.</param>
    /// <returns>The trouble.</returns>
    public static Fault DelayBefore(TimeSpan delay, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Before(cancel => Task.Delay(delay, time, cancel));
    }

    /// <summary>
    /// Lets time pass after the call has happened, before the caller hears of it. The waiting ends when the call is
    /// cancelled.
    /// </summary>
    /// <param name="delay">For how long.</param>
    /// <param name="time">By which clock; a test's own, so that nobody waits in truth.</param>
    /// <returns>The trouble.</returns>
    public static Fault DelayAfter(TimeSpan delay, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return After(cancel => Task.Delay(delay, time, cancel));
    }

    /// <summary>Stops the call at a gate before it happens.</summary>
    /// <param name="gate">The gate.</param>
    /// <returns>The trouble.</returns>
    public static Fault HoldBefore(HoldPoint gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return Before(gate.PassAsync);
    }

    /// <summary>Stops the call at a gate after it has happened, before the caller hears of it.</summary>
    /// <param name="gate">The gate.</param>
    /// <returns>The trouble.</returns>
    public static Fault HoldAfter(HoldPoint gate)
    {
        ArgumentNullException.ThrowIfNull(gate);
        return After(gate.PassAsync);
    }

    /// <summary>Cancels before the call happens, and lets it see the cancellation.</summary>
    /// <param name="source">What to cancel: where the call's token comes from.</param>
    /// <returns>The trouble.</returns>
    public static Fault CancelBefore(CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Before(_ => source.CancelAsync());
    }

    /// <summary>
    /// Cancels after the call has happened, and tells the caller that it was cancelled, as a connection that is torn
    /// down between the commit and its answer does.
    /// </summary>
    /// <param name="source">What to cancel: where the call's token comes from.</param>
    /// <returns>The trouble.</returns>
    public static Fault CancelAfter(CancellationTokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return After(async cancel =>
        {
            await source.CancelAsync().ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        });
    }

    /// <summary>Does anything before the call happens. If it throws, the call never happens.</summary>
    /// <param name="act">What to do; it gets the token of the call.</param>
    /// <returns>The trouble.</returns>
    public static Fault Before(Func<CancellationToken, Task> act)
    {
        ArgumentNullException.ThrowIfNull(act);
        return new Fault(act, after: null);
    }

    /// <summary>
    /// Does anything after the call has happened. If it throws, the caller never hears what came of the call.
    /// </summary>
    /// <param name="act">What to do; it gets the token of the call.</param>
    /// <returns>The trouble.</returns>
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
