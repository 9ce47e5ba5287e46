using Xunit;

namespace CustomerProfiles.Databases.TestSupport;

/// <summary>A theory that needs PostgreSQL. Without it the theory is skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlTheoryAttribute : TheoryAttribute
{
    /// <summary>Marks a theory.</summary>
    /// <param name="throwAway">Whether it needs a server of its own, to stop and start.</param>
    /// <param name="pooler">Whether it needs a connection pooler.</param>
    public PostgreSqlTheoryAttribute(bool throwAway = false, bool pooler = false) =>
        Skip =
            (throwAway ? PostgreSqlAvailability.WhyNotThrowAway : PostgreSqlAvailability.WhyNot)
            ?? (pooler ? PostgreSqlAvailability.WhyNoPooler : null);
}
