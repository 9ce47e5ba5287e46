using Microsoft.EntityFrameworkCore;

namespace CustomerProfiles.EntityFrameworkCore.Sql;

/// <summary>Everything about a database that is worked out once: its dialect, its tables, the statements for them.</summary>
internal sealed class StoreSql
{
    public StoreSql(DbContext context, StoreDialect dialect)
    {
        Dialect = dialect;
        Tables = new StoreTables(context);
        Statements = dialect.StatementsFor(Tables);
        Columns = new StoredColumns(dialect);
    }

    public StoreDialect Dialect { get; }

    public StoreTables Tables { get; }

    public StoreStatements Statements { get; }

    public StoredColumns Columns { get; }
}
