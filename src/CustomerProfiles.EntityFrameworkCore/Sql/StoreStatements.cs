namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of the store. Parameters have the same names on every database: @tenant, @id (the customer), @kind
/// and @value (an identity), @kinds and @values (several), @provider, @providers, @now, @clock (the present by the
/// store's clock, where the database has none of its own), and what else a statement is about.
/// </summary>
internal sealed record StoreStatements
{
    /// <summary>The column of a result that only says that something is locked.</summary>
    public const string Lock = "locked";

    /// <summary>@tenant @id: the columns of a stored customer (<see cref="StoredColumns"/>), or no row.</summary>
    public required StoreStatement Get { get; init; }

    /// <summary>@tenant @kind @value: the columns of a stored customer, or no row.</summary>
    public required StoreStatement Find { get; init; }

    /// <summary>
    /// @tenant @kind @value @conversation @told_as @told_at: the columns of a stored customer, then whether the
    /// conversation is new, and how and when it was first told. The last two are null when it is new, and when another
    /// call has remembered it at this very moment.
    /// </summary>
    public required StoreStatement RecordConversation { get; init; }

    /// <summary>
    /// Receive's parameters and @id @version @created_at @updated_at @profile @search @providers: whether the customer
    /// was created, for which providers checks were asked, the tenant's switches, whether the identity is suppressed.
    /// </summary>
    public required StoreStatement Create { get; init; }

    /// <summary>
    /// @tenant @id @version @updated_at @profile @search @kinds @values: whether it was written, and if not, the
    /// profile's columns as it is now (null when there is no such customer), then kind, value and owner of an identity
    /// that is another's.
    /// </summary>
    public required StoreStatement Update { get; init; }

    /// <summary>@tenant @id @provider @last @now: a row when the check was asked for.</summary>
    public required StoreStatement Request { get; init; }

    /// <summary>@tenant @id @provider @now: a row when a check that was asked for at this time is pending.</summary>
    public required StoreStatement FindRequest { get; init; }

    /// <summary>
    /// @providers @now @lease @lease_for @clock: no row when there is nothing to claim; else whether the check is
    /// wanted (if not, it is ended), provider, attempt, end of the lease, tenant, and the profile's columns.
    /// </summary>
    public required StoreStatement Claim { get; init; }

    /// <summary>
    /// @providers @now @clock: ends some of the checks that come next, are not wanted any more and held by nobody.
    /// </summary>
    public required StoreStatement EndUnwanted { get; init; }

    /// <summary>
    /// @tenant @id @provider @lease @outcome @now @version @updated_at @profile @search: no row when the lease is lost;
    /// else whether the check is unwanted, whether it was ended, and if not, the profile's columns as it is now.
    /// </summary>
    public required StoreStatement Complete { get; init; }

    /// <summary>The same, for an answer that suppresses the customer.</summary>
    public required StoreStatement CompleteWithheld { get; init; }

    /// <summary>
    /// @tenant @id @provider @lease @now: the outcome that this lease has recorded at this time, or no row.
    /// </summary>
    public required StoreStatement FindCompletion { get; init; }

    /// <summary>@tenant @id @provider @lease @ask_again @failed_at @failure @uncounted.</summary>
    public required StoreStatement Release { get; init; }

    /// <summary>@tenant @id @provider @lease @lease_for @clock: a row when the lease still held.</summary>
    public required StoreStatement RenewLease { get; init; }

    /// <summary>Rows of a provider and how many of its checks are pending.</summary>
    public required StoreStatement CountPending { get; init; }

    /// <summary>
    /// @provider @period @most: a row when it was counted. None means that it may be near the end of the budget, and
    /// <see cref="ReserveLastBudget"/> decides.
    /// </summary>
    public required StoreStatement ReserveBudget { get; init; }

    /// <summary>@provider @period @most: a row when it was counted.</summary>
    public required StoreStatement ReserveLastBudget { get; init; }

    /// <summary>@provider @period.</summary>
    public required StoreStatement Refund { get; init; }

    /// <summary>@tenant: the switches as one document.</summary>
    public required StoreStatement ProviderSettings { get; init; }

    /// <summary>
    /// @tenant @provider @is_on @changed_at @changed_by: a row when the switch was in the other position.
    /// </summary>
    public required StoreStatement SetProviderSetting { get; init; }

    /// <summary>@tenant @id: a row when there is such a customer.</summary>
    public required StoreStatement SuppressCustomer { get; init; }

    /// <summary>@tenant @id: a row when there is such a customer.</summary>
    public required StoreStatement UnsuppressCustomer { get; init; }

    /// <summary>@tenant @kind @value.</summary>
    public required StoreStatement SuppressIdentity { get; init; }

    /// <summary>@tenant @kind @value.</summary>
    public required StoreStatement UnsuppressIdentity { get; init; }

    /// <summary>
    /// @tenant @after @most, and @term0, @term1 ... for as many as are looked for: rows of the profile's columns, in
    /// the order of the ids.
    /// </summary>
    public required Func<bool, int, StoreStatement> List { get; init; }

    /// <summary>@schema: a row when the table of the schema's version is there.</summary>
    public required StoreStatement FindSchema { get; init; }

    /// <summary>The schema's version.</summary>
    public required StoreStatement SchemaVersion { get; init; }
}
