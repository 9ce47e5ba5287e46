using CustomerProfiles.Databases.TestSupport;

namespace CustomerProfiles.Acceptance.Tests;

/// <summary>On a machine without PostgreSQL, the log says which tests did not run.</summary>
public sealed class PostgreSqlNoticeTests(PostgreSqlNotice notice) : IClassFixture<PostgreSqlNotice>
{
    [Fact]
    public void The_log_names_the_tests_that_need_PostgreSQL() =>
        (notice.PrintSkippedTests(GetType().Assembly) is null).Should().Be(PostgreSqlAvailability.WhyNot is null);
}
