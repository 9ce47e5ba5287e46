using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The dialect, tables and statements of a database, computed once.</summary>
internal sealed class StoreSql
{
    public StoreSql(DbContext context, StoreDialect dialect, SearchBounds? bounds = null)
    {
        Dialect = dialect;
        Tables = new StoreTables(context);
        Statements = dialect.StatementsFor(Tables);
        Search = dialect.SearchFor(Tables, bounds ?? SearchBounds.Default);
        Columns = new StoredColumns(dialect);
        Reading = SessionSettings.None;
        Writing = SessionSettings.None;
    }

    /// <summary>The settings of a call that only reads.</summary>
    public SessionSettings Reading { get; private set; }

    /// <summary>The settings of a call that writes.</summary>
    public SessionSettings Writing { get; private set; }

    public StoreDialect Dialect { get; }

    public StoreTables Tables { get; }

    public StoreStatements Statements { get; }

    public StoreSearch Search { get; }

    public StoredColumns Columns { get; }

    /// <summary>Whether the database has the index of search texts.</summary>
    public bool IsSearchIndexed { get; set; }

    /// <summary>The connections without Entity Framework's pipeline; null when statements go through it.</summary>
    public DirectConnections? Direct { get; init; }

    /// <summary>The limit for each statement that the context has, in seconds; null for the provider's own.</summary>
    public int? CommandTimeout { get; init; }

    /// <summary>Sets the session settings; to be called before any other statement runs.</summary>
    public void Use(SessionSettings settings)
    {
        Reading = settings;
        Writing = settings.ForWriting();
    }
}
