using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>The dialect, tables and statements of a database, computed once.</summary>
internal sealed class StoreSql
{
    public StoreSql(DbContext context, StoreDialect dialect, SearchBounds? bounds = null, bool keepsMatchKeys = false)
    {
        Dialect = dialect;
        Tables = new StoreTables(context);
        Statements = dialect.StatementsFor(Tables, keepsMatchKeys);
        Search = dialect.SearchFor(Tables, bounds);
        Columns = new StoredColumns(dialect);
        MayGather = context is CustomerProfilesDbContext || !HasInterceptors(context);
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

    /// <summary>
    /// Whether calls may be written together. An interceptor of a host's own context may need to know for whom it is
    /// called, so each call has a command of its own there.
    /// </summary>
    public bool MayGather { get; }

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

    private static bool HasInterceptors(DbContext context) =>
        context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.Interceptors?.Any() == true;
}
