using System.Globalization;

namespace CustomerProfiles;

/// <summary>Fails a test that would hang for ever. A test that passes never waits for this time.</summary>
internal static class SoonExtensions
{
    /// <summary>
    /// Set the environment variable CUSTOMERPROFILES_TEST_TIMEOUT to a number of seconds, as a mutation run does, whose
    /// mutants often hang.
    /// </summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(
        int.TryParse(
            Environment.GetEnvironmentVariable("CUSTOMERPROFILES_TEST_TIMEOUT"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seconds
        )
            ? seconds
            : 40
    );

    public static Task Soon(this Task task) => task.WaitAsync(Timeout);

    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Timeout);

    public static Task<T> Soon<T>(this ValueTask<T> task) => task.AsTask().Soon();
}
