namespace FullContact.Simulator.Rate;

/// <summary>What becomes of a request by the rate.</summary>
/// <param name="IsRefused">Whether it is over the rate by too much.</param>
/// <param name="Delay">How long its answer waits.</param>
internal readonly record struct RateDecision(bool IsRefused, TimeSpan Delay)
{
    /// <summary>The delay in whole milliseconds, as the header has it.</summary>
    public long Milliseconds => (long)Math.Ceiling(Delay.TotalMilliseconds);
}
