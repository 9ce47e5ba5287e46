namespace CustomerProfiles.Databases.Tests;

/// <summary>A machine without PostgreSQL is told what did not run there.</summary>
public sealed class PostgreSqlNoticeTests(PostgreSqlNotice notice) : IClassFixture<PostgreSqlNotice>
{
    /// <summary>Runs everywhere. Every test project with tests that need PostgreSQL has one like it.</summary>
    [Fact]
    public void It_is_said_which_tests_do_not_run_without_PostgreSQL()
    {
        var said = notice.SayWhatDoesNotRun(GetType().Assembly);

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
