namespace CustomerProfiles.StoreThroughput;

/// <summary>Numbers that no two rounds share, so that each conversation is new.</summary>
internal static class Turns
{
    private static int _rounds;

    public static int Next => Interlocked.Increment(ref _rounds) * 1_000_000;
}
