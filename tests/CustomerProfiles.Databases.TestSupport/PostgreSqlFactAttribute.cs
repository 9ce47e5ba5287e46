using Xunit;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A test that needs PostgreSQL. Without it the test is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    /// <param name="throwAway">Whether it needs a server of its own, to stop and start.</param>
    /// <param name="pooler">Whether it needs a connection pooler.</param>
    /// <param name="signals">Whether it pauses a process, for which Windows has no signals.</param>
    public PostgreSqlFactAttribute(bool throwAway = false, bool pooler = false, bool signals = false) =>
        Skip =
            (throwAway ? PostgreSqlAvailability.WhyNotThrowAway : PostgreSqlAvailability.WhyNot)
            ?? (pooler ? PostgreSqlAvailability.WhyNoPooler : null)
            ?? (signals && OperatingSystem.IsWindows() ? "Windows has no signals that pause a process." : null);
}
