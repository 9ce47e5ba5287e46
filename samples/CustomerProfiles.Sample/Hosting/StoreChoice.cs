namespace CustomerProfiles.Sample;

/// <summary>Where to store profiles, as given on the command line.</summary>
/// <param name="File">The SQLite file; null for the default file or another store.</param>
/// <param name="PostgreSql">The PostgreSQL connection string; null for another store.</param>
/// <param name="InMemory">Whether to store profiles in memory.</param>
/// <param name="Fresh">Whether to delete what an earlier run left.</param>
internal sealed record StoreChoice(
    string? File = null,
    string? PostgreSql = null,
    bool InMemory = false,
    bool Fresh = false
)
{
    /// <summary>The type's name only, because a connection string contains a password.</summary>
    public override string ToString() => nameof(StoreChoice);
}
