using System.Collections.Immutable;
using System.Data.Common;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.EntityFrameworkCore;

/// <summary>
/// Keeps profiles in a database. Each call takes a context from the pool, sends its commands and returns the context; a
/// ready-made store takes a connection instead (<see cref="DirectConnections"/>). All state between calls is in the
/// database.
/// </summary>
/// <remarks>
/// If the context has a retrying execution strategy, a call whose connection broke is repeated. The first attempt may
/// have been executed, so a retry checks whether what it finds is its own work. A call that cannot tell is not repeated
/// (<see cref="RefundAsync"/>).
/// </remarks>
/// <typeparam name="TContext">The context.</typeparam>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext>(
    IDbContextFactory<TContext> contexts,
    ProfileDatabase<TContext> database,
    TimeProvider time,
    DatabaseStoreOptions options,
    TenantProperties properties,
    MatchKeys matchKeys
) : ICustomerProfileStore, IDisposable
    where TContext : DbContext
{
    /// <summary>
    /// Each lost race means that another host succeeded, so only a database that misbehaves reaches this limit.
    /// </summary>
    private const int MostRaces = 100;

    private readonly OneWriter _writer = new(options.BusyTimeout, TimeProvider.System);

    public void Dispose()
    {
        _gatherer?.Dispose();
        _writer.Dispose();
    }

    public ValueTask<StoredCustomer?> GetAsync(TenantId tenant, CustomerId id, CancellationToken cancellationToken) =>
        RunAsync(
            (sql, session) =>
                session.QueryAsync(
                    sql.Statements.Get,
                    session.Parameters.Customer(tenant, id),
                    reader => sql.Columns.ReadCustomer(reader, tenant),
                    cancellationToken
                ),
            cancellationToken
        );

    public ValueTask<StoredCustomer?> FindAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            (sql, session) =>
                session.QueryAsync(
                    sql.Statements.Find,
                    session.Parameters.Identity(tenant, identity),
                    reader => sql.Columns.ReadCustomer(reader, tenant),
                    cancellationToken
                ),
            cancellationToken
        );

    public ValueTask<CustomerProfile?> GetProfileAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            (sql, session) =>
                session.QueryAsync(
                    sql.Statements.GetProfile,
                    session.Parameters.Customer(tenant, id),
                    reader => sql.Columns.ReadProfile(reader, tenant, from: 0),
                    cancellationToken
                ),
            cancellationToken
        );

    public ValueTask<CustomerProfile?> FindProfileAsync(
        TenantId tenant,
        Identity identity,
        CancellationToken cancellationToken
    ) =>
        RunAsync(
            (sql, session) =>
                session.QueryAsync(
                    sql.Statements.FindProfile,
                    session.Parameters.Identity(tenant, identity),
                    reader => sql.Columns.ReadProfile(reader, tenant, from: 0),
                    cancellationToken
                ),
            cancellationToken
        );

    public async ValueTask<ConversationLookup?> RecordConversationAsync(
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        CancellationToken cancellationToken
    ) =>
        await GatheredAsync(new GatheredCall(tenant, identity, conversation, customer: null, cancellationToken))
            .ConfigureAwait(false);

    public async ValueTask<ConversationLookup?> CreateAsync(NewCustomer customer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(customer);
        var (tenant, identity) = (customer.Profile.Tenant, customer.Profile.Identities[0]);
        var searchable = await SearchableAsync(tenant, [customer.Profile], cancellationToken).ConfigureAwait(false);
        return await GatheredAsync(
                new GatheredCall(tenant, identity, customer.Conversation, customer, cancellationToken)
                {
                    Searchable = searchable,
                }
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<UpdateResult> UpdateAsync(
        CustomerProfile profile,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(profile);
        var searchable = await SearchableAsync(profile.Tenant, [profile], cancellationToken).ConfigureAwait(false);
        var written = await PrepareAsync(profile, searchable, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
                (sql, session) => UpdateAsync(sql, session, profile, written, change, searchable, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ProfilePage> ListAsync(
        TenantId tenant,
        ProfileQuery query,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        var found = await RunAsync(
                (sql, session) =>
                {
                    var parameters = session.Parameters.Tenant(tenant).Number("most", query.PageSize + 1);
                    if (query.After is { } after)
                    {
                        parameters.Id("after", after.Value);
                    }

                    return session.QueryAllAsync(
                        sql.Statements.List(query.After is not null),
                        parameters,
                        reader => sql.Columns.ReadProfile(reader, tenant, from: 0),
                        cancellationToken
                    );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return found.Length > query.PageSize
            ? new ProfilePage { Profiles = found[..query.PageSize], Next = found[query.PageSize - 1].Id }
            : new ProfilePage { Profiles = found };
    }

    public async ValueTask<bool> RequestCheckAsync(
        TenantId tenant,
        CustomerId id,
        string provider,
        Instant? lastCheckAt,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                async (sql, session) =>
                {
                    var requested = await session
                        .QueryAsync(
                            sql.Statements.Request,
                            session
                                .Parameters.Customer(tenant, id)
                                .Text("provider", provider)
                                .Time("last", lastCheckAt)
                                .Time("now", now),
                            _ => true,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    return requested
                        || (
                            session.IsRetry
                            && await session
                                .QueryAsync(
                                    sql.Statements.FindRequest,
                                    session.Parameters.Customer(tenant, id).Text("provider", provider).Time("now", now),
                                    _ => true,
                                    cancellationToken
                                )
                                .ConfigureAwait(false)
                        );
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<CheckClaim?> ClaimNextCheckAsync(
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var (isWanted, claim) = await WriteAsync(
                    (sql, session) => ClaimAsync(sql, session, providers, now, lease, cancellationToken),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (claim is null || isWanted)
            {
                return claim;
            }

            // There may be many unwanted checks, for example after a tenant has disabled a provider. They are ended in
            // batches, so that others can write in between.
            await WriteAsync(
                    (sql, session) =>
                        session.QueryAsync(
                            sql.Statements.EndUnwanted,
                            session
                                .Parameters.Texts("providers", providers)
                                .Time("now", now)
                                .Time("clock", time.GetCurrentInstant()),
                            _ => true,
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    public async ValueTask<CompleteResult> CompleteCheckAsync(
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        ProfileChange? change,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(claim);
        var searchable = await SearchableAsync(claim.Tenant, profile is null ? [] : [profile], cancellationToken)
            .ConfigureAwait(false);
        var written = await PrepareAsync(profile, searchable, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
                (sql, session) =>
                    CompleteAsync(
                        sql,
                        session,
                        claim,
                        outcome,
                        profile,
                        written,
                        change,
                        searchable,
                        now,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask ReleaseCheckAsync(
        CheckClaim claim,
        CheckRelease release,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(claim);
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Release,
                        ParametersOf(session, claim)
                            .Time("retry_at", release.RetryAt)
                            .Time("failed_at", release.Failure is null ? null : release.At)
                            .Text("failure", release.Failure is { } failure ? StoredNames.Of(failure) : null)
                            .Number("uncounted", release.CountsAsAttempt ? 0 : 1),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> RenewLeaseAsync(CheckClaim claim, Duration lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.RenewLease,
                        ParametersOf(session, claim)
                            .Duration("lease_for", lease)
                            .Time("clock", time.GetCurrentInstant()),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ImmutableArray<PendingChecks>> CountPendingChecksAsync(
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.CountPending,
                        session.Parameters,
                        reader => new PendingChecks(reader.GetString(0), reader.GetInt64(1)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>
    /// Counts one too many when the connection breaks just after the call was counted. That never exceeds a budget.
    /// </summary>
    public async ValueTask<bool> TryReserveBudgetAsync(
        BudgetPeriod period,
        int most,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                async (sql, session) =>
                    (
                        most > StoreDialect.SmallBudget
                        && await ReserveBudgetAsync(
                                session,
                                sql.Statements.ReserveBudget,
                                period,
                                most,
                                cancellationToken
                            )
                            .ConfigureAwait(false)
                    )
                    || await ReserveBudgetAsync(
                            session,
                            sql.Statements.ReserveLastBudget,
                            period,
                            most,
                            cancellationToken
                        )
                        .ConfigureAwait(false),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Not repeated when the connection breaks: two refunds for one call could exceed a budget.</summary>
    public async ValueTask RefundAsync(BudgetPeriod period, CancellationToken cancellationToken) =>
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Refund,
                        ParametersOf(session, period),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken,
                mayRetry: false
            )
            .ConfigureAwait(false);

    public async ValueTask<ImmutableArray<ProviderSetting>> GetProviderSettingsAsync(
        TenantId tenant,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.ProviderSettings,
                        session.Parameters.Tenant(tenant),
                        reader => StoredColumns.ReadProviderSettings(StoredColumns.TextOrNull(reader, 0)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> SetProviderSettingAsync(
        TenantId tenant,
        ProviderSetting setting,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(setting);
        return await WriteAsync(
                async (sql, session) =>
                {
                    var changed = await session
                        .QueryAsync(
                            sql.Statements.SetProviderSetting,
                            session
                                .Parameters.Tenant(tenant)
                                .Text("provider", setting.Provider)
                                .Flag("is_enabled", setting.IsEnabled)
                                .Time("changed_at", setting.ChangedAt)
                                .Text("changed_by", setting.ChangedBy),
                            _ => true,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    if (changed || !session.IsRetry)
                    {
                        return changed;
                    }

                    var settings = await session
                        .QueryAsync(
                            sql.Statements.ProviderSettings,
                            session.Parameters.Tenant(tenant),
                            reader => StoredColumns.ReadProviderSettings(StoredColumns.TextOrNull(reader, 0)),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    return settings.Contains(setting);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<bool> SetSuppressedAsync(
        TenantId tenant,
        CustomerId id,
        bool suppressed,
        ProfileChange? change,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                async (sql, session) =>
                {
                    var (isKnown, isChanged) = await session
                        .QueryAsync(
                            suppressed ? sql.Statements.SuppressCustomer : sql.Statements.UnsuppressCustomer,
                            session.Parameters.Customer(tenant, id).Change(change),
                            reader => (true, reader.GetBoolean(0)),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                    if (isChanged)
                    {
                        await WriteEventAsync(sql, session, tenant, id, change?.Event, cancellationToken)
                            .ConfigureAwait(false);
                    }

                    return isKnown;
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask SetSuppressedAsync(
        TenantId tenant,
        Identity identity,
        bool suppressed,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                async (sql, session) =>
                {
                    for (var race = 0; race < MostRaces; race++)
                    {
                        var isWritten = await session
                            .QueryAsync(
                                suppressed ? sql.Statements.SuppressIdentity : sql.Statements.UnsuppressIdentity,
                                session.Parameters.Identity(tenant, identity),
                                _ => true,
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        if (isWritten || !suppressed)
                        {
                            return true;
                        }

                        // Merged or edited while this statement waited; the next one sees the new owner.
                    }

                    throw NeverSettled(nameof(SetSuppressedAsync));
                },
                cancellationToken
            )
            .ConfigureAwait(false);

    private async Task<(bool IsWanted, CheckClaim? Claim)> ClaimAsync(
        StoreSql sql,
        StoreSession session,
        ImmutableArray<string> providers,
        Instant now,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        var leaseId = Guid.NewGuid();
        return await session
            .QueryAsync(
                sql.Statements.Claim,
                session
                    .Parameters.Texts("providers", providers)
                    .Time("now", now)
                    .Id("lease", leaseId)
                    .Duration("lease_for", lease)
                    .Time("clock", time.GetCurrentInstant()),
                reader =>
                    (
                        reader.GetBoolean(0),
                        (CheckClaim?)
                            new CheckClaim
                            {
                                LeaseId = leaseId,
                                Provider = reader.GetString(1),
                                Attempt = reader.GetInt32(2),
                                LeasedUntil = sql.Columns.ReadTime(reader, 3),
                                Profile = sql.Columns.ReadProfile(reader, new TenantId(reader.GetString(4)), from: 5),
                            }
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private static Task<bool> ReserveBudgetAsync(
        StoreSession session,
        StoreStatement statement,
        BudgetPeriod period,
        int most,
        CancellationToken cancellationToken
    ) =>
        session.QueryAsync(statement, ParametersOf(session, period).Number("most", most), _ => true, cancellationToken);

    private static async Task<ConversationLookup?> ReceiveAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation,
        bool isRetry,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < MostRaces; race++)
        {
            StoredCustomer? customer;
            bool isNew;
            ConversationRecord? first;
            try
            {
                (customer, isNew, first) = await session
                    .QueryAsync(
                        sql.Statements.RecordConversation,
                        ParametersOf(session, tenant, identity, conversation),
                        reader => ReadRecorded(sql, reader, tenant, conversation),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (DbException exception) when (sql.Dialect.IsCustomerGone(exception))
            {
                // Deleted while this statement waited; the next one sees that.
                continue;
            }

            if (customer is not { } known)
            {
                return null;
            }

            if (isNew || first is not null)
            {
                return LookupOf(known, isNew, first, conversation, isRetry);
            }

            // Another call recorded it while this statement ran, or merged the customer; the next statement sees it.
        }

        throw NeverSettled(nameof(RecordConversationAsync));
    }

    private async Task<ConversationLookup?> CreateAsync(
        StoreSql sql,
        StoreSession session,
        NewCustomer customer,
        SearchableProperties searchable,
        bool isRetry,
        CancellationToken cancellationToken
    )
    {
        var (profile, conversation) = (customer.Profile, customer.Conversation);
        var identity = profile.Identities[0];
        for (var race = 0; race < MostRaces; race++)
        {
            var created = await session
                .QueryAsync(
                    sql.Statements.Create[PartsOf(change: null, customer.Event, searchable)],
                    ParametersOf(session, profile.Tenant, identity, conversation)
                        .Id("id", profile.Id.Value)
                        .Time("created_at", profile.CreatedAt)
                        .Profile(profile, searchable, matchKeys)
                        .Texts("providers", customer.Checks)
                        .Texts("hashes", customer.ErasureHashes)
                        .Event(customer.Event),
                    ReadCreated,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (created.IsForbidden)
            {
                return null;
            }

            if (created.IsCreated)
            {
                await WriteEventAsync(sql, session, profile.Tenant, profile.Id, customer.Event, cancellationToken)
                    .ConfigureAwait(false);
                return LookupOf(customer, created);
            }

            if (
                await ReceiveAsync(sql, session, profile.Tenant, identity, conversation, isRetry, cancellationToken)
                    .ConfigureAwait(false) is
                { } received
            )
            {
                return received with { IsNewCustomer = isRetry && received.Customer.Profile.Id == profile.Id };
            }

            // The owner of the identity has given it up meanwhile.
        }

        throw NeverSettled(nameof(CreateAsync));
    }

    private async Task<UpdateResult> UpdateAsync(
        StoreSql sql,
        StoreSession session,
        CustomerProfile profile,
        WrittenProfile? written,
        ProfileChange? change,
        SearchableProperties searchable,
        CancellationToken cancellationToken
    )
    {
        // Most edits change no identity.
        if (
            sql.Statements.UpdateValues is { } updateValues
            && await session
                .QueryAsync(
                    updateValues[PartsOf(change, change?.Event, searchable)],
                    Parameters(),
                    _ => true,
                    cancellationToken
                )
                .ConfigureAwait(false)
        )
        {
            await WriteRestAsync().ConfigureAwait(false);
            return new UpdateResult.Updated();
        }

        for (var race = 0; race < MostRaces; race++)
        {
            var (isWritten, result) = await session
                .QueryAsync(
                    sql.Statements.Update,
                    Parameters(),
                    reader => (reader.GetBoolean(0), Read(sql, reader, profile, session.IsRetry)),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (isWritten)
            {
                await WriteRestAsync().ConfigureAwait(false);
            }

            if (result is not null)
            {
                return result;
            }
        }

        throw NeverSettled(nameof(UpdateAsync));

        StoreParameters Parameters() =>
            written is not null
                ? written.AddTo(session.Parameters, change).Identities(profile.Identities)
                : session
                    .Parameters.Customer(profile.Tenant, profile.Id)
                    .Profile(profile, searchable, matchKeys)
                    .Change(change)
                    .Texts("kinds", profile.Identities.Select(identity => StoredNames.Of(identity.Kind)))
                    .Texts("values", profile.Identities.Select(identity => identity.Value));

        Task WriteRestAsync() =>
            WriteDependentsAsync(
                sql,
                session,
                profile.Tenant,
                profile.Id,
                profile.Version,
                written,
                change,
                cancellationToken
            );

        // Null when the identity had another owner and has none any more: the obstacle is gone.
        static UpdateResult? Read(StoreSql sql, DbDataReader reader, CustomerProfile profile, bool isRetry)
        {
            if (reader.GetBoolean(0))
            {
                return new UpdateResult.Updated();
            }

            if (reader.IsDBNull(1))
            {
                return new UpdateResult.NotFound();
            }

            var current = sql.Columns.ReadProfile(reader, profile.Tenant, from: 1);
            if (current.Version != profile.Version - 1)
            {
                return isRetry && IsSame(current, profile)
                    ? new UpdateResult.Updated()
                    : new UpdateResult.Stale(current);
            }

            return reader.IsDBNull(6)
                ? null
                : new UpdateResult.IdentityTaken(
                    Identity.FromStore(StoredNames.Kind(reader.GetString(6)), reader.GetString(7)),
                    CustomerId.From(sql.Dialect.ReadId(reader, 8))
                );
        }
    }

    private async Task<CompleteResult> CompleteAsync(
        StoreSql sql,
        StoreSession session,
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        WrittenProfile? written,
        ProfileChange? change,
        SearchableProperties searchable,
        Instant now,
        CancellationToken cancellationToken
    )
    {
        var forms = outcome == CheckOutcome.Withheld ? sql.Statements.CompleteWithheld : sql.Statements.Complete;
        for (var race = 0; race < MostRaces; race++)
        {
            var (isHeld, isUnwanted, isEnded, current) = await session
                .QueryAsync(
                    forms[race == 0 ? PartsOf(change, change?.Event, searchable) : OptionalWrites.All],
                    Parameters(),
                    Read,
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (!isHeld && sql.Statements.Changes is { } changes)
            {
                (isHeld, isUnwanted, isEnded, current) = await session
                    .QueryAsync(changes.FindHeld, ParametersOf(session, claim), Read, cancellationToken)
                    .ConfigureAwait(false);
            }

            if (!isHeld)
            {
                return
                    session.IsRetry
                    && await CompletedBeforeAsync(sql, session, claim, now, cancellationToken).ConfigureAwait(false)
                        is { } before
                    ? before
                    : new CompleteResult.LeaseLost();
            }

            if (isEnded && isUnwanted)
            {
                return new CompleteResult.Dropped();
            }

            if (isEnded)
            {
                if (profile is not null || outcome == CheckOutcome.Withheld)
                {
                    await WriteResultAsync(sql, session, claim, outcome, profile, written, change, cancellationToken)
                        .ConfigureAwait(false);
                }

                return new CompleteResult.Completed();
            }

            if (current is not null && current.Version != profile?.Version - 1)
            {
                return new CompleteResult.Stale(current);
            }

            // The profile changed while the statement ran; the next statement sees the new version. Or the customer
            // had properties, which this variant of the statement does not remove.
        }

        throw NeverSettled(nameof(CompleteCheckAsync));

        StoreParameters Parameters()
        {
            var parameters = ParametersOf(session, claim).Text("outcome", StoredNames.Of(outcome)).Time("now", now);
            return sql.Statements.Changes is null
                ? parameters.Profile(profile, searchable, matchKeys).Change(change)
                : parameters.Number("version", profile?.Version ?? 0);
        }

        (bool IsHeld, bool IsUnwanted, bool IsEnded, CustomerProfile? Current) Read(DbDataReader reader) =>
            (
                true,
                reader.GetBoolean(0),
                reader.GetBoolean(1),
                reader.GetBoolean(1) || reader.IsDBNull(6)
                    ? null
                    : sql.Columns.ReadProfile(reader, claim.Tenant, from: 2)
            );
    }

    private static async Task<CompleteResult?> CompletedBeforeAsync(
        StoreSql sql,
        StoreSession session,
        CheckClaim claim,
        Instant now,
        CancellationToken cancellationToken
    ) =>
        await session
            .QueryAsync(
                sql.Statements.FindCompletion,
                ParametersOf(session, claim).Time("now", now),
                reader => reader.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false) switch
        {
            null => null,
            StoredNames.Dropped => new CompleteResult.Dropped(),
            _ => new CompleteResult.Completed(),
        };

    private static bool IsSame(CustomerProfile current, CustomerProfile written) =>
        current.Version == written.Version
        && current.UpdatedAt == written.UpdatedAt
        && string.Equals(ProfileDocument.Write(current), ProfileDocument.Write(written), StringComparison.Ordinal);

    /// <summary>What a statement has to write beside the profile.</summary>
    private static OptionalWrites PartsOf(ProfileChange? change, EventWrite? write, SearchableProperties searchable) =>
        (change is { MostKept: > 0 } ? OptionalWrites.Change : OptionalWrites.None)
        | (write is null ? OptionalWrites.None : OptionalWrites.Event)
        | (searchable.Keys.IsEmpty ? OptionalWrites.None : OptionalWrites.Properties);

    private static StoreParameters ParametersOf(
        StoreSession session,
        TenantId tenant,
        Identity identity,
        ConversationRecord conversation
    ) =>
        session
            .Parameters.Identity(tenant, identity)
            .Text("conversation", conversation.Id)
            .Text("direction", StoredNames.Of(conversation.Direction))
            .Time("occurred_at", conversation.At);

    private static StoreParameters ParametersOf(StoreSession session, CheckClaim claim) =>
        session
            .Parameters.Customer(claim.Tenant, claim.CustomerId)
            .Text("provider", claim.Provider)
            .Id("lease", claim.LeaseId);

    private static StoreParameters ParametersOf(StoreSession session, BudgetPeriod period) =>
        session.Parameters.Text("provider", period.Provider).Text("period", period.Period);

    private static InvalidOperationException NeverSettled(string call) =>
        new(
            $"{call} lost {MostRaces} races in a row. Either the database returns outdated rows (is it a "
                + $"replica?), or another program writes to the tables of customer profiles."
        );

    /// <summary>
    /// If the database has one writer, the writers of one process queue: colliding, they would wait longer and out of
    /// turn. A whole call is then one transaction that takes the write lock at its beginning, so it waits only there.
    /// </summary>
    private async Task<T> WriteAsync<T>(
        Func<StoreSql, StoreSession, Task<T>> work,
        CancellationToken cancellationToken,
        bool mayRetry = true
    )
    {
        var sql = await database.ReadyAsync(cancellationToken).ConfigureAwait(false);
        if (!sql.Dialect.HasOneWriter)
        {
            return await RunAsync(sql, sql.Writing, work, mayRetry, cancellationToken).ConfigureAwait(false);
        }

        return await _writer
            .RunAsync(
                begin =>
                    RunAsync(
                        sql,
                        sql.Writing,
                        (known, session) => session.AsWriterAsync(begin, () => work(known, session), cancellationToken),
                        mayRetry,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async ValueTask<T> RunAsync<T>(
        Func<StoreSql, StoreSession, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var sql = await database.ReadyAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync(sql, sql.Reading, work, mayRetry: true, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<T> RunAsync<T>(
        StoreSql sql,
        SessionSettings settings,
        Func<StoreSql, StoreSession, Task<T>> work,
        bool mayRetry,
        CancellationToken cancellationToken
    ) =>
        sql.Direct is { KeepsOpen: true } direct
            ? RunOnKeptConnectionAsync(direct, sql, settings, work, cancellationToken)
            : new(RunWithRetriesAsync(sql, settings, work, mayRetry, cancellationToken));

    /// <summary>
    /// A connection that stays open has no network that breaks: a call on it is neither repeated, nor part of a
    /// transaction of its caller.
    /// </summary>
    private static async ValueTask<T> RunOnKeptConnectionAsync<T>(
        DirectConnections direct,
        StoreSql sql,
        SessionSettings settings,
        Func<StoreSql, StoreSession, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = await direct.OpenAsync(sql.CommandTimeout, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var session = new StoreSession(connection, sql.Dialect, isRetry: false, settings);
            var result = await work(sql, session).ConfigureAwait(false);
            connection.Succeeded();
            return result;
        }
    }

    private async Task<T> RunWithRetriesAsync<T>(
        StoreSql sql,
        SessionSettings settings,
        Func<StoreSql, StoreSession, Task<T>> work,
        bool mayRetry,
        CancellationToken cancellationToken
    )
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var apart = AmbientTransactions.Suppress();
        var attempts = new Attempts();
        try
        {
            return await AttemptAsync(sql, settings, work, mayRetry, attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException exception) when (sql.Dialect.IsConnectionSpoiled(exception))
        {
            // Nothing was executed, so the call is repeated even where no other failure allows that.
        }

        try
        {
            return await AttemptAsync(sql, settings, work, mayRetry, attempts, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException exception)
            when (sql.Dialect.IsConnectionSpoiled(exception) && sql.Dialect.AdviceOn(exception) is { } advice)
        {
            throw new ProfileDatabaseException(
                $"A new connection fails like the one before it: {exception.Message} {advice}",
                exception
            );
        }
    }

    private async Task<T> AttemptAsync<T>(
        StoreSql sql,
        SessionSettings settings,
        Func<StoreSql, StoreSession, Task<T>> work,
        bool mayRetry,
        Attempts attempts,
        CancellationToken cancellationToken
    )
    {
        if (sql.Direct is { } direct)
        {
            try
            {
                return await DirectlyAsync(direct, sql, settings, work, mayRetry, attempts, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception exception) when (mayRetry && direct.IsWorthRepeating(exception))
            {
                // The context has the strategy for that.
            }
        }

        var context = await contexts.CreateDbContextAsync(cancellationToken).ConfigureAwait(false);
        await using (context.ConfigureAwait(false))
        {
            try
            {
                var strategy = context.Database.CreateExecutionStrategy();
                if (!strategy.RetriesOnFailure || !mayRetry)
                {
                    return await OnceAsync(sql, new StoreSession(context, sql.Dialect, isRetry: false, settings), work)
                        .ConfigureAwait(false);
                }

                return await strategy
                    .ExecuteAsync(
                        async _ =>
                        {
                            var session = new StoreSession(context, sql.Dialect, attempts.MayBeCarriedOut, settings);
                            attempts.MayBeCarriedOut = true;
                            return await OnceAsync(sql, session, work).ConfigureAwait(false);
                        },
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (DbException exception) when (sql.Dialect.IsConnectionSpoiled(exception))
            {
                sql.Dialect.ClearPool(context.Database.GetDbConnection());
                throw;
            }
        }
    }

    /// <summary>One attempt without Entity Framework.</summary>
    private static async Task<T> DirectlyAsync<T>(
        DirectConnections direct,
        StoreSql sql,
        SessionSettings settings,
        Func<StoreSql, StoreSession, Task<T>> work,
        bool mayRetry,
        Attempts attempts,
        CancellationToken cancellationToken
    )
    {
        var isRepeated = mayRetry && direct.Repeats;
        var connection = await direct.OpenAsync(sql.CommandTimeout, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            try
            {
                var session = new StoreSession(
                    connection,
                    sql.Dialect,
                    isRepeated && attempts.MayBeCarriedOut,
                    settings
                );
                attempts.MayBeCarriedOut = isRepeated;
                var result = await OnceAsync(sql, session, work).ConfigureAwait(false);
                connection.Succeeded();
                return result;
            }
            catch (DbException exception) when (sql.Dialect.IsConnectionSpoiled(exception))
            {
                sql.Dialect.ClearPool(connection.Connection);
                throw;
            }
        }
    }

    /// <summary>
    /// A call that waited too long for a lock is reported at once: a retrying strategy would wait as long again, and
    /// again.
    /// </summary>
    private static async Task<T> OnceAsync<T>(
        StoreSql sql,
        StoreSession session,
        Func<StoreSql, StoreSession, Task<T>> work
    )
    {
        try
        {
            return await work(sql, session).ConfigureAwait(false);
        }
        catch (DbException exception) when (sql.Dialect.IsLockTimeout(exception))
        {
            throw new ProfileDatabaseException(
                "Another call that writes to the same rows did not end in time, such as one of a host "
                    + "that is paused. Nothing was written; the call can be repeated.",
                exception
            );
        }
    }

    /// <summary>The state of the attempts at one call.</summary>
    private sealed class Attempts
    {
        /// <summary>Whether an attempt may have been executed although it failed.</summary>
        public bool MayBeCarriedOut { get; set; }
    }
}
