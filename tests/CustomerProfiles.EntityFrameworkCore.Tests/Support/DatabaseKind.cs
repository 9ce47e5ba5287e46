namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>The supported databases.</summary>
public enum DatabaseKind
{
    Sqlite,
    PostgreSql,
}
