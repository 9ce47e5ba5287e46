namespace CustomerProfiles.Databases.Tests;

/// <summary>Without PostgreSQL the skipped tests are listed.</summary>
public sealed class PostgreSqlNoticeTests(PostgreSqlNotice notice) : IClassFixture<PostgreSqlNotice>
{
    /// <summary>Runs everywhere. Every test project with tests that need PostgreSQL has one like it.</summary>
    [Fact]
    public void Without_PostgreSQL_the_skipped_tests_are_listed()
    {
        var said = notice.PrintSkippedTests(GetType().Assembly);

        if (PostgreSqlAvailability.WhyNotThrowAway is { } reason)
        {
            said.Should()
                .Contain(reason)
                .And.Contain(nameof(KilledProcessTests.A_server_of_a_living_process_is_left_alone_by_others));
        }
        else
        {
            said.Should().BeNull();
        }
    }
}
