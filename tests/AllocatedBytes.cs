namespace CustomerProfiles;

/// <summary>What an act takes from the heap.</summary>
internal static class AllocatedBytes
{
    private const int Times = 20;

    /// <summary>
    /// The least that was counted in several goes. A garbage collection that another test brings about in the middle
    /// adds the unused rest of this thread's allocation buffer, some kilobytes; nothing makes the count too small.
    /// </summary>
    public static long By(Action act)
    {
        act();
        var least = long.MaxValue;
        for (var i = 0; i < Times; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            act();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
