namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>The seed and the length of a fuzzing run.</summary>
internal static class FuzzRun
{
    /// <summary>The seed of every run. A case depends on it and on its own number, so it can be repeated.</summary>
    public const ulong Seed = 20_260_301;

    private const long BytesEachTime = 200_000;

    /// <summary>How many bytes are fuzzed; more with CUSTOMERPROFILES_REPEAT.</summary>
    public static long Bytes { get; } = Repeat.Times * BytesEachTime;
}
