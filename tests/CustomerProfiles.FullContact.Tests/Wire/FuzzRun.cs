using System.Globalization;

namespace CustomerProfiles.FullContact.Tests.Wire;

/// <summary>How long the fuzzing goes on.</summary>
internal static class FuzzRun
{
    /// <summary>
    /// The seed of every run: each case is drawn from it and from its own number, and comes out the same each time.
    /// </summary>
    public const ulong Seed = 20_260_301;

    private const long BytesATime = 200_000;

    /// <summary>
    /// Set the environment variable CUSTOMERPROFILES_REPEAT to fuzz with that many times 200,000 bytes; 2 unless set.
    /// </summary>
    public static long Bytes { get; } =
        (
            int.TryParse(
                Environment.GetEnvironmentVariable("CUSTOMERPROFILES_REPEAT"),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var times
            )
                ? Math.Max(1, times)
                : 2
        ) * BytesATime;
}
