namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Without PostgreSQL the skipped tests are listed.</summary>
public sealed class PostgreSqlNoticeTests(PostgreSqlNotice notice) : IClassFixture<PostgreSqlNotice>
{
    [Fact]
    public void Without_PostgreSQL_the_skipped_tests_are_listed() =>
        (notice.PrintSkippedTests(GetType().Assembly) is null)
            .Should()
            .Be(PostgreSqlAvailability.WhyNotThrowAway is null);
}
