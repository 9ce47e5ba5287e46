namespace FullContact.Simulator.Responses;

/// <summary>How a body is sent.</summary>
/// <param name="BetweenBytes">The time between two bytes; null for all at once.</param>
/// <param name="IsCutOff">Whether the connection is closed before the end of the body.</param>
/// <param name="CutOffAfter">The number of bytes before that; null for half of them.</param>
internal readonly record struct Transmission(TimeSpan? BetweenBytes, bool IsCutOff, int? CutOffAfter)
{
    /// <summary>
    /// The number of bytes sent of a body of this length; null for an endless body that is not cut off.
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
