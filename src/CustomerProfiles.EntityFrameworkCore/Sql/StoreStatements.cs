namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// The statements of the store. Parameters have the same names on every database: @tenant, @id (the customer), @kind
/// and @value (an identity), @kinds and @values (several), @provider, @providers, @now, @clock (the current time of the
/// store, where the database has no clock of its own), @event (the document of the event to write, or null; where there
/// is one writer, <see cref="EventStatements.Write"/> writes it), and others by the purpose of the statement.
/// </summary>
internal sealed record StoreStatements
{
    /// <summary>The column of a result that only reports a lock.</summary>
    public const string Lock = "locked";

    /// <summary>@tenant @id: the columns of a stored customer (<see cref="StoredColumns"/>), or no row.</summary>
    public required StoreStatement Get { get; init; }

    /// <summary>@tenant @kind @value: the columns of a stored customer, or no row.</summary>
    public required StoreStatement Find { get; init; }

    /// <summary>@tenant @id: the columns of a profile, or no row.</summary>
    public required StoreStatement GetProfile { get; init; }

    /// <summary>@tenant @kind @value: the columns of a profile, or no row.</summary>
    public required StoreStatement FindProfile { get; init; }

    /// <summary>@tenant @identities: the columns of a profile, a row for each customer.</summary>
    public required StoreStatement FindAll { get; init; }

    /// <summary>
    /// @tenant @kind @value @conversation @direction @occurred_at: the columns of a stored customer, then whether the
    /// conversation is new, and how and when it was first recorded. The last two are null when it is new, and when
    /// another call has recorded it at the same moment.
    /// </summary>
    public required StoreStatement RecordConversation { get; init; }

    /// <summary>
    /// The parameters of RecordConversation and @id @version @created_at @updated_at @profile @search @providers
    /// @hashes @event: whether the customer was created, for which providers checks were requested, the tenant's
    /// provider settings, whether the identity is suppressed, and whether nobody has it and an erasure forbids to
    /// create the customer. Where there is one writer, without the last three and with the keys of
    /// <see cref="ChangeStatements.FoundBy"/>: creates a customer of whom <see cref="WriterStatements.FindObstacles"/>
    /// finds nothing.
    /// </summary>
    public required StatementVariants Create { get; init; }

    /// <summary>
    /// Where there is one writer: @tenant @customers @searches @identities, adds customers of whom
    /// <see cref="WriterStatements.FindTaken"/> finds nothing. Elsewhere @tenant, arrays of @ids @created_at
    /// @updated_at @profiles @searches, @identities with @identity_of, their places, and @event: a row for each of
    /// their place (from 1), whether they were added, whether the id is taken, and kind, value and owner of an identity
    /// that is taken.
    /// </summary>
    public required StoreStatement Add { get; init; }

    /// <summary>
    /// The statements after a change, where there is one writer; null elsewhere, where the statement of the change does
    /// their work.
    /// </summary>
    public ChangeStatements? Changes { get; init; }

    /// <summary>
    /// The parameters of <see cref="Update"/>: a row when the profile was written, which has the identities that the
    /// customer has. No row when they differ, or when it cannot be written. Null where it would save nothing.
    /// </summary>
    public StatementVariants? UpdateValues { get; init; }

    /// <summary>
    /// The statements that write several conversations at once; null where <see cref="Writer"/> has them.
    /// </summary>
    public GatheredStatements? Gathered { get; init; }

    /// <summary>The same for a database with one writer; null elsewhere.</summary>
    public WriterStatements? Writer { get; init; }

    /// <summary>The statements of merging.</summary>
    public required MergingStatements Merging { get; init; }

    /// <summary>The statements of events.</summary>
    public required EventStatements Events { get; init; }

    /// <summary>The statements of erasing and forgetting.</summary>
    public required ForgettingStatements Forgetting { get; init; }

    /// <summary>The statements of duplicates.</summary>
    public required DuplicateStatements Duplicates { get; init; }

    /// <summary>
    /// @tenant @id @version @updated_at @profile, where there is one writer with @identities @remembered, elsewhere
    /// with @search @kinds @values @change @most @event: whether it was written, and if not, the current columns of the
    /// profile (null without such a customer), then kind, value and owner of an identity that another customer has.
    /// </summary>
    public required StoreStatement Update { get; init; }

    /// <summary>@tenant @id @provider @last @now: a row when the check was requested.</summary>
    public required StoreStatement Request { get; init; }

    /// <summary>@tenant @id @provider @now: a row when a check that was requested at this time is pending.</summary>
    public required StoreStatement FindRequest { get; init; }

    /// <summary>
    /// @providers @now @lease @lease_for @clock: no row when there is nothing to claim; else whether the check is
    /// wanted (if not, it is ended), provider, attempt, end of the lease, tenant, and the columns of the profile.
    /// </summary>
    public required StoreStatement Claim { get; init; }

    /// <summary>@providers @now @clock: ends some of the next checks that are unwanted and have no lease.</summary>
    public required StoreStatement EndUnwanted { get; init; }

    /// <summary>
    /// @tenant @id @provider @lease @outcome @now @version, except where there is one writer with @updated_at @profile
    /// @search @change @most @event: no row when the lease is lost; else whether the check is unwanted, whether it was
    /// ended, and if not, the current columns of the profile. Where there is one writer, a row only when it was ended
    /// (<see cref="ChangeStatements.FindHeld"/>).
    /// </summary>
    public required StatementVariants Complete { get; init; }

    /// <summary>The same, for a result that suppresses the customer.</summary>
    public required StatementVariants CompleteWithheld { get; init; }

    /// <summary>
    /// @tenant @id @provider @lease @now: the outcome that this lease has recorded at this time, or no row.
    /// </summary>
    public required StoreStatement FindCompletion { get; init; }

    /// <summary>@tenant @id @provider @lease @retry_at @failed_at @failure @uncounted.</summary>
    public required StoreStatement Release { get; init; }

    /// <summary>@tenant @id @provider @lease @lease_for @clock: a row when the lease was still held.</summary>
    public required StoreStatement RenewLease { get; init; }

    /// <summary>
    /// @tenant @id: the columns of the profile, then the changes of the history as a list of lists of number, version
    /// and change, newest first, and those whom the customer absorbed as one of id, version, when they were created and
    /// updated, profile, merge, and changes, the last as a text; or no row.
    /// </summary>
    public required StoreStatement GetHistory { get; init; }

    /// <summary>
    /// @tenant @id: the columns of a stored customer, then whether the customer is marked, the marked identities as a
    /// list of lists of kind and value, the conversations, also of those whom they absorbed, as one of id, direction
    /// and time, oldest first, the changes and those whom they absorbed as in <see cref="GetHistory"/>, and the merges
    /// as one of id, the absorbed customer, the one who stays, when, by whom, newest first; or no row.
    /// </summary>
    public required StoreStatement GetRecord { get; init; }

    /// <summary>@tenant @kind @value: whether the identity itself is suppressed.</summary>
    public required StoreStatement IsSuppressed { get; init; }

    /// <summary>
    /// @tenant @id @numbers @read @replacements: a row for each change that was as read, and is replaced. The customer
    /// may be an absorbed one.
    /// </summary>
    public required StoreStatement ReplaceChanges { get; init; }

    /// <summary>Rows of a provider and the number of its pending checks.</summary>
    public required StoreStatement CountPending { get; init; }

    /// <summary>
    /// @provider @period @most: a row when it was counted. None means that the budget may be nearly used up, and <see
    /// cref="ReserveLastBudget"/> decides.
    /// </summary>
    public required StoreStatement ReserveBudget { get; init; }

    /// <summary>@provider @period @most: a row when it was counted.</summary>
    public required StoreStatement ReserveLastBudget { get; init; }

    /// <summary>@provider @period.</summary>
    public required StoreStatement Refund { get; init; }

    /// <summary>@tenant: the provider settings as one document.</summary>
    public required StoreStatement ProviderSettings { get; init; }

    /// <summary>@tenant @provider @is_enabled @changed_at @changed_by: a row when the setting changed.</summary>
    public required StoreStatement SetProviderSetting { get; init; }

    /// <summary>@tenant: the version of the definitions of custom properties, and the definitions.</summary>
    public required StoreStatement Properties { get; init; }

    /// <summary>@tenant @version @definitions: a row when this is the version after the current one.</summary>
    public required StoreStatement SaveProperties { get; init; }

    /// <summary>@tenant @id @change @most @event: whether it changed, or no row without such a customer.</summary>
    public required StoreStatement SuppressCustomer { get; init; }

    /// <summary>@tenant @id @change @most @event: whether it changed, or no row without such a customer.</summary>
    public required StoreStatement UnsuppressCustomer { get; init; }

    /// <summary>
    /// @tenant @kind @value: a row when the identity was suppressed; no row when its owner changed meanwhile.
    /// </summary>
    public required StoreStatement SuppressIdentity { get; init; }

    /// <summary>@tenant @kind @value.</summary>
    public required StoreStatement UnsuppressIdentity { get; init; }

    /// <summary>@tenant @after @most: rows of the columns of a profile, ordered by id.</summary>
    public required Func<bool, StoreStatement> List { get; init; }

    /// <summary>
    /// @tenant @from @before @most: how many conversation records were removed, and the customer to go on with (null
    /// when all were looked at).
    /// </summary>
    public required StoreStatement RemoveConversations { get; init; }

    /// <summary>
    /// @tenant @after @most: rows of the columns of a profile, then whether the customer is suppressed, whether a check
    /// is pending, and their last conversation (null for none), ordered by id.
    /// </summary>
    public required StoreStatement GetRetained { get; init; }

    /// <summary>@schema: a row when the table of the schema's version exists.</summary>
    public required StoreStatement FindSchema { get; init; }

    /// <summary>@table: a row when there is a table or an index of this name.</summary>
    public required StoreStatement FindTable { get; init; }

    /// <summary>The schema's version.</summary>
    public required StoreStatement SchemaVersion { get; init; }
}
