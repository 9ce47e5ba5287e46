namespace CustomerProfiles.Databases.TestSupport;

/// <summary>Whether tests that need PostgreSQL can run on this machine.</summary>
public static class PostgreSqlAvailability
{
    /// <summary>
    /// The environment variable with the connection string of a server to use instead of a temporary one. Its user must
    /// be allowed to create databases; existing ones are not touched.
    /// </summary>
    public const string Variable = "CUSTOMERPROFILES_TEST_POSTGRES";

    /// <summary>Why a test that needs any server cannot run; null when it can.</summary>
    public static string? WhyNot { get; } = GivenConnectionString is not null ? null : WhyNoThrowAway();

    /// <summary>
    /// Why a test that stops and starts its server cannot run; null when it can. The server from the environment
    /// variable must not be stopped.
    /// </summary>
    public static string? WhyNotThrowAway { get; } = WhyNoThrowAway();

    /// <summary>Why a test with a connection pooler cannot run; null when it can.</summary>
    public static string? WhyNoPooler { get; } = WhyNot ?? (PgBouncer.Find() is not null ? null : NoPooler);

    private const string NoPooler =
        "NOT RUN, so nothing is known of connection poolers: pgbouncer was found neither on the PATH nor "
        + "where packages put it. "
        + "build/test installs it on Debian and Ubuntu (by hand: apt-get install pgbouncer). Elsewhere: dnf "
        + "install pgbouncer, apk add pgbouncer, brew install pgbouncer.";

    internal static string? GivenConnectionString =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    private static string? WhyNoThrowAway() =>
        !OperatingSystem.IsWindows() && PostgreSqlPrograms.Find() is not null
            ? null
            : "NOT RUN, so nothing is known of PostgreSQL: its programs (initdb, pg_ctl, postgres) were not "
                + "found, neither on the PATH nor where packages put them"
                + (OperatingSystem.IsWindows() ? ", nor would they be used on Windows. " : ". ")
                + "build/test installs them on Debian and Ubuntu (by hand: apt-get install postgresql). "
                + "Elsewhere: dnf install postgresql-server, apk add postgresql, brew install postgresql. "
                + $"Or set {Variable} to the connection string of a server on which databases may be created.";
}
