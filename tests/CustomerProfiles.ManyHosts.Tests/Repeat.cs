using System.Globalization;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>How often the stories are gone through.</summary>
internal static class Repeat
{
    /// <summary>Set the environment variable CUSTOMERPROFILES_REPEAT to go through each story that many times.</summary>
    public static int Times { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERPROFILES_REPEAT"), NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? Math.Max(1, times) : 1;

    public static async Task ManyTimes(Func<Task> story)
    {
        for (var i = 0; i < Times; i++)
        {
            await story();
        }
    }
}
