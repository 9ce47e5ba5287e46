namespace FullContact.Simulator.Rate;

/// <summary>The effect of the rate on a request.</summary>
/// <param name="IsRejected">Whether the request exceeds the rate by too much.</param>
/// <param name="Delay">The delay of the response.</param>
internal readonly record struct RateDecision(bool IsRejected, TimeSpan Delay)
{
    /// <summary>The delay in milliseconds, for the header.</summary>
    public long Milliseconds => (long)Math.Ceiling(Delay.TotalMilliseconds);
}
