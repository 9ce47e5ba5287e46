namespace FullContact.Simulator.Answers;

/// <summary>How a body travels.</summary>
/// <param name="BetweenBytes">The time between two bytes; null for all at once.</param>
/// <param name="IsCutOff">Whether the connection ends before the body.</param>
/// <param name="CutOffAfter">After how many bytes it ends; null for half of them.</param>
internal readonly record struct Transmission(TimeSpan? BetweenBytes, bool IsCutOff, int? CutOffAfter)
{
    /// <summary>
    /// What is sent of a body of this length before the connection ends; null for a body without an end that nobody
    /// cuts off.
    /// </summary>
    public long? BytesOf(long? length)
    {
        if (!IsCutOff)
        {
            return length;
        }

        return length is { } known ? Math.Clamp(CutOffAfter ?? known / 2, 0, Math.Max(known - 1, 0)) : CutOffAfter ?? 0;
    }
}
