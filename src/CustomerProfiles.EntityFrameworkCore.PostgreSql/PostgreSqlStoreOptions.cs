namespace CustomerProfiles.EntityFrameworkCore.PostgreSql;

/// <summary>How profiles are kept in PostgreSQL.</summary>
public sealed class PostgreSqlStoreOptions : DatabaseStoreOptions
{
    /// <summary>
    /// Whether a connection pooler stands before the server that gives each transaction another connection, such as
    /// PgBouncer in transaction mode. False unless set. When true, no statement is prepared, and nothing is set on the
    /// session or sent as a start-up option; what a call needs it sets for its own transaction. A host that does not
    /// set it behind such a pooler does not start, or fails with a <see cref="ProfileDatabaseException"/> that names
    /// this option.
    /// </summary>
    public bool TransactionPooler { get; set; }
}
