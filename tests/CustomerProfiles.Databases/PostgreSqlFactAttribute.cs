using Xunit;

namespace CustomerProfiles.Databases;

/// <summary>A test that needs PostgreSQL. On a machine without it the test is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgreSqlFactAttribute : FactAttribute
{
    /// <summary>Marks a test.</summary>
    /// <param name="throwAway">Whether it needs a server of its own, to stop and start.</param>
    public PostgreSqlFactAttribute(bool throwAway = false) => Skip = throwAway ? PostgreSqlAvailability.WhyNotThrowAway : PostgreSqlAvailability.WhyNot;
}
