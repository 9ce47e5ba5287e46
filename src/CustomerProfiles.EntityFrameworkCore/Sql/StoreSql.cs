using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Everything about a database that is worked out once: its dialect, its tables, the statements for them.
/// </summary>
internal sealed class StoreSql
{
    public StoreSql(DbContext context, StoreDialect dialect)
    {
        Dialect = dialect;
        Tables = new StoreTables(context);
        Statements = dialect.StatementsFor(Tables);
        Columns = new StoredColumns(dialect);
        Reading = SessionSettings.None;
        Writing = SessionSettings.None;
    }

    /// <summary>What a call that only reads sets for itself.</summary>
    public SessionSettings Reading { get; private set; }

    /// <summary>What a call that writes sets for itself.</summary>
    public SessionSettings Writing { get; private set; }

    public StoreDialect Dialect { get; }

    public StoreTables Tables { get; }

    public StoreStatements Statements { get; }

    public StoredColumns Columns { get; }

    /// <summary>Takes what was found out about the sessions; to be called before anything else is run.</summary>
    public void Use(SessionSettings settings)
    {
        Reading = settings;
        Writing = settings.ForWriting();
    }
}
