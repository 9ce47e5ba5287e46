using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The differences between databases: the types, and the statements that Entity Framework has no API for. Each
/// statement is atomic by itself or runs in a transaction (<see cref="HasOneWriter"/>), and returns the same columns on
/// every database.
/// </summary>
internal abstract class StoreDialect
{
    private static readonly ImmutableArray<StoreDialect> All = [SqliteDialect.Instance, PostgreSqlDialect.Instance];

    /// <summary>
    /// Up to this budget, calls are counted one after the other. A larger one has additional counters, so that a host
    /// that pauses while it counts does not block the others.
    /// </summary>
    public const int SmallBudget = 2 * BudgetShards;

    /// <summary>The number of additional counters, and of calls that can be counted at once.</summary>
    protected const int BudgetShards = 15;

    /// <summary>The name of the provider of Entity Framework, which selects the dialect.</summary>
    public abstract string ProviderName { get; }

    /// <summary>The type of a column with a document.</summary>
    public abstract string DocumentType { get; }

    /// <summary>The type of a column with text of any length, whatever a host's conventions say.</summary>
    public abstract string TextType { get; }

    /// <summary>The type of a column with a time that has no converter.</summary>
    public virtual string? TimeType => null;

    /// <summary>The collation for ordinal comparison.</summary>
    public abstract string OrdinalCollation { get; }

    /// <summary>The converter of an id; null for that of the provider.</summary>
    public virtual ValueConverter? IdConverter => null;

    /// <summary>The converter of a time; null for that of the provider.</summary>
    public virtual ValueConverter? TimeConverter => null;

    /// <summary>
    /// A condition that keeps an index by a customer out of plans that do not search by this customer; null where that
    /// is not needed. It is always true, but for rows that only last within a transaction.
    /// </summary>
    /// <param name="column">The column of the customer's id.</param>
    public virtual string? IndexFilter(string column) => null;

    /// <summary>
    /// Whether the database has one writer at a time, so that the writers of one process queue instead of colliding. A
    /// call that writes is then several statements in one transaction.
    /// </summary>
    public virtual bool HasOneWriter => false;

    /// <summary>Whether the rows of search texts have a number, because the index refers to them by it.</summary>
    public virtual bool NumbersSearchRows => false;

    /// <summary>The beginnings of words as one text, in which <see cref="SearchFor"/> finds each.</summary>
    public abstract string Prefixes(ImmutableArray<string> prefixes);

    /// <summary>The statements of a search.</summary>
    public abstract StoreSearch SearchFor(StoreTables tables, SearchBounds? bounds);

    /// <summary>
    /// The statement that creates what Entity Framework cannot: the index of search texts by their parts. It does
    /// nothing when that exists, and nothing where the database does not support it.
    /// </summary>
    /// <param name="table">The table of search texts.</param>
    /// <param name="schema">Its schema; null for that of the connection.</param>
    public abstract string SearchIndex(string table, string? schema);

    /// <summary>The name of the index of search texts by their parts.</summary>
    public abstract string NameOfSearchIndex(string table);

    /// <summary>What to do when the index of search texts is missing, as sentences.</summary>
    public abstract string AdviceWithoutSearchIndex { get; }

    /// <summary>The statement before an upgrade, outside its transaction; null for none.</summary>
    public virtual string? BeforeUpgrade => null;

    /// <summary>The statement after an upgrade, whether it succeeded or not; null for none.</summary>
    public virtual string? AfterUpgrade => null;

    /// <summary>
    /// The statement before others that forget something, in their transaction, so that it is gone from the file too;
    /// null where that is not the store's to do.
    /// </summary>
    public virtual string? BeforeForgetting => null;

    /// <summary>
    /// A query for a table in which an upgrade would leave rows that refer to nothing; null where the database prevents
    /// that.
    /// </summary>
    public virtual string? OrphansAfterUpgrade => null;

    /// <summary>
    /// The statement that excludes other upgrades until the transaction ends; null where a transaction does.
    /// </summary>
    public virtual string? UpgradeLock(string history) => null;

    /// <summary>The dialect of a provider.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static StoreDialect Of(string? providerName) =>
        All.FirstOrDefault(dialect => dialect.ProviderName == providerName)
        ?? throw new InvalidOperationException(
            $"Customer profiles do not support the Entity Framework provider "
                + $"{providerName ?? "(none)"}. Supported: "
                + $"{string.Join(", ", All.Select(dialect => dialect.ProviderName))}."
        );

    /// <summary>The statements for these tables.</summary>
    /// <param name="tables">The tables.</param>
    /// <param name="keepsMatchKeys">Whether each statement that writes a profile writes its match keys too.</param>
    public abstract StoreStatements StatementsFor(StoreTables tables, bool keepsMatchKeys);

    /// <summary>The name of the table of the schema's version, for <see cref="StoreStatements.FindSchema"/>.</summary>
    public abstract string NameToFind(StoreTables tables);

    /// <summary>The name of any table, for the same statement.</summary>
    public abstract string NameToFind(ISqlGenerationHelper sql, string table, string? schema);

    /// <summary>The name that a parameter of a command has.</summary>
    public virtual string ParameterName(string name) => name;

    /// <summary>Whether a parameter has a type that its value must have, also a null.</summary>
    public virtual bool TypesParameters => true;

    public abstract object IdParameter(Guid id);

    public abstract object TimeParameter(Instant time);

    public abstract object DurationParameter(Duration duration);

    public abstract object TextsParameter(IEnumerable<string> texts);

    /// <summary>A text as the database has it, in UTF-8; null where only a string of it can be had.</summary>
    public virtual byte[]? ReadUtf8(DbDataReader reader, int column) => null;

    public abstract Guid ReadId(DbDataReader reader, int column);

    public abstract Instant ReadTime(DbDataReader reader, int column);

    /// <summary>
    /// The problem that prevents the store from using the tables, as a sentence that says what to do; null when there
    /// is none. Corrects what can be corrected, so it is called only when the tables have the right version.
    /// </summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public virtual Task<string?> ProblemAsync(
        DbConnection connection,
        StoreTables tables,
        CancellationToken cancellationToken
    ) => Task.FromResult<string?>(null);

    /// <summary>Whether a statement failed because it waited too long for a lock. Then nothing was written.</summary>
    public virtual bool IsLockTimeout(DbException exception) => false;

    /// <summary>
    /// Whether a statement failed because the customer to whom it adds something was deleted while it waited. Then
    /// nothing was written. Where there is one writer this cannot happen.
    /// </summary>
    public virtual bool IsCustomerGone(DbException exception) => false;

    /// <summary>
    /// Whether a statement failed because of the data that it was to write. Others that were written with it are not to
    /// blame.
    /// </summary>
    public abstract bool IsDataError(DbException exception);

    /// <summary>
    /// Inspects the settings of the process, the connection and the server. Changes nothing, so it is also called
    /// before the tables exist.
    /// </summary>
    /// <param name="context">A context on the existing database.</param>
    /// <param name="sql">The tables.</param>
    /// <param name="hasTables">Whether the tables exist, in any version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The settings that each call must set itself.</returns>
    /// <exception cref="ProfileDatabaseException">
    /// A setting would make the store fail; the message says what to do.
    /// </exception>
    public virtual Task<SessionSettings> InspectAsync(
        DbContext context,
        StoreSql sql,
        bool hasTables,
        CancellationToken cancellationToken
    ) => Task.FromResult(SessionSettings.None);

    /// <summary>Searches for tables that the connection does not see.</summary>
    /// <returns>Where they are, as a sentence with a leading blank; null when they do not exist.</returns>
    public virtual Task<string?> FindElsewhereAsync(
        StoreSession session,
        StoreTables tables,
        CancellationToken cancellationToken
    ) => Task.FromResult<string?>(null);

    /// <summary>
    /// What to do about an error of the database, as a sentence; null when its message is all there is.
    /// </summary>
    public virtual string? AdviceOn(DbException exception) => null;

    /// <summary>
    /// Whether a call failed because of the state of its pooled connection: nothing was executed, and it would succeed
    /// on another connection.
    /// </summary>
    public virtual bool IsConnectionSpoiled(DbException exception) => false;

    /// <summary>Removes the idle connections of this pool.</summary>
    public virtual void ClearPool(DbConnection connection) { }

    /// <summary>A statement and its variant, each made once.</summary>
    protected static Func<bool, StoreStatement> Kept(Func<bool, string> text)
    {
        StoreStatement plain = text(false);
        StoreStatement variant = text(true);
        return isVariant => isVariant ? variant : plain;
    }
}
