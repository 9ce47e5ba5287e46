namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>The databases that profiles are kept in.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}
