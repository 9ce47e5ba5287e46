namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The version of the tables in this database: one row.</summary>
internal sealed class SchemaRow
{
    public int Version { get; set; }
}
