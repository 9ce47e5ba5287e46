namespace CustomerProfiles;

/// <summary>Measures the heap memory that an action allocates.</summary>
internal static class AllocatedBytes
{
    private const int Times = 20;

    /// <summary>
    /// The smallest count of several runs. A garbage collection caused by another test adds the unused rest of this
    /// thread's allocation buffer, some kilobytes; nothing makes the count too small.
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
