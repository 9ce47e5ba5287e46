using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// What differs between databases: the types, and the statements for which Entity Framework has no verb. Each statement
/// is atomic by itself or is run in a transaction (<see cref="HasOneWriter"/>), and answers in the same columns on
/// every database.
/// </summary>
internal abstract class StoreDialect
{
    private static readonly ImmutableArray<StoreDialect> All = [SqliteDialect.Instance, PostgreSqlDialect.Instance];

    /// <summary>
    /// Up to here a budget is counted one call after the other. A larger one has counters beside, so that a host that
    /// stands still while it counts stops no other.
    /// </summary>
    public const int SmallBudget = 2 * BudgetShards;

    /// <summary>How many counters there are beside the first one. As many calls count at once, at the most.</summary>
    protected const int BudgetShards = 15;

    /// <summary>The name by which the dialect is chosen: that of the provider of Entity Framework.</summary>
    public abstract string ProviderName { get; }

    /// <summary>The type of a column that holds a document.</summary>
    public abstract string DocumentType { get; }

    /// <summary>The type of a column for text of any length, whatever a host's conventions say.</summary>
    public abstract string TextType { get; }

    /// <summary>The type of a column for a time that is kept without a converter.</summary>
    public virtual string? TimeType => null;

    /// <summary>The collation by which texts are compared ordinally.</summary>
    public abstract string OrdinalCollation { get; }

    /// <summary>How an id is kept; null as the provider keeps it.</summary>
    public virtual ValueConverter? IdConverter => null;

    /// <summary>How a time is kept; null as the provider keeps it.</summary>
    public virtual ValueConverter? TimeConverter => null;

    /// <summary>
    /// A condition, always true, that keeps the index by customer out of the plans of statements that do not look by
    /// customer; null where there is no need.
    /// </summary>
    public virtual string? CustomerIndexFilter => null;

    /// <summary>
    /// Whether the database has one writer at a time, so that those of one process had better queue than collide. A
    /// call that writes is several statements there, which one transaction holds together.
    /// </summary>
    public virtual bool HasOneWriter => false;

    /// <summary>What is run before an upgrade, outside its transaction; null for nothing.</summary>
    public virtual string? BeforeUpgrade => null;

    /// <summary>What is said to the connection when the upgrade has ended, however it did; null for nothing.</summary>
    public virtual string? AfterUpgrade => null;

    /// <summary>
    /// Names a table in which an upgrade would leave rows that refer to nothing; null where the database sees to that
    /// itself.
    /// </summary>
    public virtual string? OrphansAfterUpgrade => null;

    /// <summary>
    /// What keeps other upgrades out until the transaction ends; null where a transaction does so by itself.
    /// </summary>
    public virtual string? UpgradeLock(string history) => null;

    /// <summary>The dialect of a provider.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static StoreDialect Of(string? providerName) =>
        All.FirstOrDefault(dialect => dialect.ProviderName == providerName)
        ?? throw new InvalidOperationException(
            $"Customer profiles are not kept through the Entity Framework provider "
                + $"{providerName ?? "(none)"}. There are: "
                + $"{string.Join(", ", All.Select(dialect => dialect.ProviderName))}."
        );

    /// <summary>The statements for these tables.</summary>
    public abstract StoreStatements StatementsFor(StoreTables tables);

    /// <summary>The name of the schema's table as <see cref="StoreStatements.FindSchema"/> takes it.</summary>
    public abstract string NameToFind(StoreTables tables);

    /// <summary>The name of any table, likewise.</summary>
    public abstract string NameToFind(ISqlGenerationHelper sql, string table, string? schema);

    public abstract object IdParameter(Guid id);

    public abstract object TimeParameter(Instant time);

    public abstract object DurationParameter(Duration duration);

    public abstract object TextsParameter(IEnumerable<string> texts);

    public abstract Guid ReadId(DbDataReader reader, int column);

    public abstract Instant ReadTime(DbDataReader reader, int column);

    /// <summary>
    /// What about the database breaks the store, as one sentence that says what to do; null when nothing does. Puts
    /// right what can be put right.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task<string?> ProblemAsync(
        DbConnection connection,
        StoreTables tables,
        CancellationToken cancellationToken
    ) => Task.FromResult<string?>(null);

    /// <summary>
    /// Whether a statement failed because another held a lock for too long. Then nothing was written.
    /// </summary>
    public virtual bool IsLockTimeout(DbException exception) => false;

    /// <summary>
    /// Looks at what the process, the connection and the server are set to.
    /// </summary>
    /// <param name="context">A context on the database, which is there.</param>
    /// <param name="sql">The tables.</param>
    /// <param name="hasTables">Whether the tables are there, of whatever version.</param>
    /// <param name="cancellationToken">Cancels the look.</param>
    /// <returns>What each call has to set for itself.</returns>
    /// <exception cref="ProfileDatabaseException">Something is set so that the store would fail; the message says what
    /// to do.</exception>
    public virtual Task<SessionSettings> InspectAsync(
        DbContext context,
        StoreSql sql,
        bool hasTables,
        CancellationToken cancellationToken
    ) => Task.FromResult(SessionSettings.None);

    /// <summary>Looks for the tables where the connection does not see them.</summary>
    /// <returns>Where they are, as a sentence with a blank before it; null when they are nowhere.</returns>
    public virtual Task<string?> FindElsewhereAsync(
        StoreSession session,
        StoreTables tables,
        CancellationToken cancellationToken
    ) => Task.FromResult<string?>(null);

    /// <summary>
    /// What is to be done about an error of the database, as a sentence; null when its own words are all there is to
    /// say.
    /// </summary>
    public virtual string? AdviceOn(DbException exception) => null;

    /// <summary>
    /// Whether a call failed because of the state that its pooled connection was in, and not because of what it wanted:
    /// nothing of it was carried out, and on another connection it would pass.
    /// </summary>
    public virtual bool IsConnectionSpoiled(DbException exception) => false;

    /// <summary>Sees to it that no connection is used again that now waits in the pool of this one.</summary>
    public virtual void ClearPool(DbConnection connection) { }
}
