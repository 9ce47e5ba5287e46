using Xunit;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A test that needs PostgreSQL. On a machine without it the test is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    /// <param name="throwAway">Whether it needs a server of its own, to stop and start.</param>
    /// <param name="pooler">Whether it puts a connection pooler before the server.</param>
    /// <param name="signals">Whether it stops a process and lets it go on, which Windows has no signals for.</param>
    public PostgreSqlFactAttribute(bool throwAway = false, bool pooler = false, bool signals = false) =>
        Skip =
            (throwAway ? PostgreSqlAvailability.WhyNotThrowAway : PostgreSqlAvailability.WhyNot)
            ?? (pooler ? PostgreSqlAvailability.WhyNoPooler : null)
            ?? (signals && OperatingSystem.IsWindows() ? "Windows has no signals that pause a process." : null);
}
