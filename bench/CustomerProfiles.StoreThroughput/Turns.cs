namespace CustomerProfiles.StoreThroughput;

/// <summary>Numbers that are unique over all rounds, so that each conversation is new.</summary>
internal static class Turns
{
    private static int _rounds;

    public static int Next => Interlocked.Increment(ref _rounds) * 1_000_000;
}
