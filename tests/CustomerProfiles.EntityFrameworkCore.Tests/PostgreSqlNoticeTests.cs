using CustomerProfiles.Databases.TestSupport;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>A machine without PostgreSQL is told what did not run there.</summary>
public sealed class PostgreSqlNoticeTests(PostgreSqlNotice notice) : IClassFixture<PostgreSqlNotice>
{
    [Fact]
    public void It_is_said_which_tests_do_not_run_without_PostgreSQL() =>
        (notice.SayWhatDoesNotRun(GetType().Assembly) is null)
            .Should()
            .Be(PostgreSqlAvailability.WhyNotThrowAway is null && PostgreSqlAvailability.WhyNoPooler is null);
}
