namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>The settings of the PostgreSQL store.</summary>
public sealed class PostgreSqlStoreOptions : DatabaseStoreOptions
{
    /// <summary>
    /// Whether the connection goes through a pooler that gives each transaction another connection, such as PgBouncer
    /// in transaction mode. False unless set. When true, no statement is prepared, no session is configured and no
    /// startup option is sent; each call sets what it needs for its own transaction. Without it, a host behind such a
    /// pooler does not start, or fails with a <see cref="ProfileDatabaseException"/> that names this option.
    /// </summary>
    public bool TransactionPooler { get; set; }
}
