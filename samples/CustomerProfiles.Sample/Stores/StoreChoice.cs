namespace CustomerProfiles.Sample.Stores;

/// <summary>Where to keep profiles, as the command line says it.</summary>
/// <param name="File">The file of SQLite; null for the usual one, unless another place is chosen.</param>
/// <param name="PostgreSql">The connection string of PostgreSQL; null for none.</param>
/// <param name="InMemory">Whether to keep nothing.</param>
/// <param name="Fresh">Whether to begin without what an earlier run left.</param>
internal sealed record StoreChoice(
    string? File = null,
    string? PostgreSql = null,
    bool InMemory = false,
    bool Fresh = false
)
{
    /// <summary>The type only, for a connection string holds a password.</summary>
    public override string ToString() => nameof(StoreChoice);
}
