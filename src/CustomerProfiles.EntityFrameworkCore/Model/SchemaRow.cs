namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>Which version of these tables stands in the database: one row.</summary>
internal sealed class SchemaRow
{
    public int Version { get; set; }
}
