using Xunit;

namespace CustomerProfiles.Databases;

/// <summary>A test that needs PostgreSQL. On a machine without it the test is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    /// <param name="throwAway">Whether it needs a server of its own, to stop and start.</param>
    /// <param name="pooler">Whether it puts a connection pooler before the server.</param>
    public PostgreSqlFactAttribute(bool throwAway = false, bool pooler = false) =>
        Skip = (throwAway ? PostgreSqlAvailability.WhyNotThrowAway : PostgreSqlAvailability.WhyNot) ?? (pooler ? PostgreSqlAvailability.WhyNoPooler : null);
}
