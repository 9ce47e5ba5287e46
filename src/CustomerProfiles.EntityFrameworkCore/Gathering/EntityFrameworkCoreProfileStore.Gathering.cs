using System.Collections.Immutable;
using System.Data.Common;
using System.Transactions;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Conversations that are recorded at the same moment are written together.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext>
{
    /// <summary>While a full batch is being committed, the next one is under way.</summary>
    private const int FullBatchesAtOnce = 2;

    /// <summary>
    /// Many times what a batch takes, unless it waits for another host. A batch itself stops waiting for locks before
    /// that, a call that is written alone does not.
    /// </summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromMilliseconds(500);

    private WriteGatherer? _gatherer;

    private async Task<ConversationLookup?> GatheredAsync(GatheredCall call)
    {
        var sql = await database.ReadyAsync(call.CancellationToken).ConfigureAwait(false);
        if (
            !call.IsCreation
            && sql.Statements.Writer is { } writer
            && await ReadKnownAsync(writer, call).ConfigureAwait(false) is { } known
        )
        {
            return known;
        }

        if (!options.GatherWrites || !sql.MayGather || Transaction.Current is not null)
        {
            return await WriteAloneAsync(call, mayBeWritten: false).ConfigureAwait(false);
        }

        var gatherer =
            Volatile.Read(ref _gatherer)
            ?? Interlocked.CompareExchange(ref _gatherer, NewGatherer(sql.Dialect), null)
            ?? _gatherer;
        return await gatherer.RunAsync(call).ConfigureAwait(false);
    }

    /// <summary>
    /// A database with one writer holds everybody anyway while it waits. The clock is never that of a host's tests,
    /// with which nobody would go on.
    /// </summary>
    private WriteGatherer NewGatherer(StoreDialect dialect) =>
        dialect.HasOneWriter
            ? new(1, Timeout.InfiniteTimeSpan, TimeProvider.System, WriteAloneAsync, WriteTogetherAsync)
            : new(FullBatchesAtOnce, LongestHold, TimeProvider.System, WriteAloneAsync, WriteTogetherAsync);

    private async Task<ConversationLookup?> WriteAloneAsync(GatheredCall call, bool mayBeWritten)
    {
        StoreDialect? dialect = null;
        try
        {
            return await WriteAsync(
                    (sql, session) =>
                    {
                        dialect = sql.Dialect;
                        var isRetry = mayBeWritten || session.IsRetry;
                        return WriteOneAsync(sql, session, call, isRetry, call.CancellationToken);
                    },
                    call.CancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (DbException exception) when (dialect?.IsDataError(exception) == true)
        {
            throw new StoreDataException(
                "The database refuses what this conversation would write, for the reason that the inner exception "
                    + "gives. Nothing was written. Do not repeat the call before the reason is gone.",
                exception
            );
        }
    }

    private async Task<ConversationLookup?> WriteOneAsync(
        StoreSql sql,
        StoreSession session,
        GatheredCall call,
        bool isRetry,
        CancellationToken cancellationToken
    )
    {
        if (call.Customer is null)
        {
            return await ReceiveAsync(
                    sql,
                    session,
                    call.Tenant,
                    call.Identity,
                    call.Conversation,
                    isRetry,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return sql.Statements.Writer is { } writer
            ? await CreateAsWriterAsync(sql, session, writer, call, isRetry, cancellationToken).ConfigureAwait(false)
            : await CreateAsync(sql, session, call.Customer, call.Searchable!, isRetry, cancellationToken)
                .ConfigureAwait(false);
    }

    /// <summary>
    /// When the data of one call is to blame, or one waits for a lock too long, nothing was written. Each is then
    /// written alone, and only those fail or wait that the failure concerns.
    /// </summary>
    private async Task<IReadOnlyList<GatheredTurn>> WriteTogetherAsync(
        IReadOnlyList<GatheredCall> calls,
        CancellationToken cancellationToken
    )
    {
        var isRetry = false;
        StoreDialect? dialect = null;
        try
        {
            return await WriteAsync(
                    (sql, session) =>
                    {
                        (isRetry, dialect) = (session.IsRetry, sql.Dialect);
                        return (sql.Statements.Writer, calls[0].IsCreation) switch
                        {
                            ({ } writer, true) => CreateAllAsWriterAsync(
                                sql,
                                session,
                                writer,
                                calls,
                                cancellationToken
                            ),
                            ({ } writer, false) => RecordAllAsWriterAsync(
                                sql,
                                session,
                                writer,
                                calls,
                                cancellationToken
                            ),
                            (null, true) => CreateAllAsync(sql, session, calls, cancellationToken),
                            (null, false) => RecordAllAsync(sql, session, calls, cancellationToken),
                        };
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception exception)
            when (dialect is not null
                && (exception as DbException ?? exception.InnerException as DbException) is { } cause
                && (dialect.IsDataError(cause) || dialect.IsLockTimeout(cause))
            )
        {
            var alone = GatheredTurn.Alone(isRetry);
            return [.. calls.Select(_ => alone)];
        }
    }

    private static async Task<IReadOnlyList<GatheredTurn>> RecordAllAsync(
        StoreSql sql,
        StoreSession session,
        IReadOnlyList<GatheredCall> calls,
        CancellationToken cancellationToken
    )
    {
        var tenant = calls[0].Tenant;
        var rows = await session
            .QueryAllAsync(
                sql.Statements.Gathered!.RecordConversations,
                ParametersOf(sql, session, calls),
                reader =>
                {
                    var place = (int)reader.GetInt64(StoredColumns.CountOfCustomer + 3) - 1;
                    var origin = sql.Dialect.ReadId(reader, StoredColumns.CountOfCustomer + 4);
                    return (place, origin, Row: ReadRecorded(sql, reader, tenant, calls[place].Conversation));
                },
                cancellationToken
            )
            .ConfigureAwait(false);

        // A call without a row has an unknown customer.
        var turns = new GatheredTurn[calls.Count];
        var recorded = new HashSet<(Guid, string)>();
        foreach (var (place, origin, (customer, isNew, first)) in rows.OrderBy(row => row.place))
        {
            // The same conversation by another identity of the same origin, one that another host has just recorded, or
            // that of a customer who has just been merged: the next statement sees it.
            var isFirst = !isNew || recorded.Add((origin, calls[place].Conversation.Id));
            turns[place] =
                (isNew && isFirst) || first is not null
                    ? GatheredTurn.Of(LookupOf(customer!, isNew, first, calls[place].Conversation, session.IsRetry))
                    : GatheredTurn.Alone(session.IsRetry);
        }

        return turns;
    }

    private async Task<IReadOnlyList<GatheredTurn>> CreateAllAsync(
        StoreSql sql,
        StoreSession session,
        IReadOnlyList<GatheredCall> calls,
        CancellationToken cancellationToken
    )
    {
        var profiles = calls.Select(call => call.Customer!.Profile).ToArray();
        var checks = calls
            .SelectMany((call, place) => call.Customer!.Checks.Select(provider => (Place: place + 1L, provider)))
            .ToArray();
        var rows = await session
            .QueryAllAsync(
                sql.Statements.Gathered!.Create,
                ParametersOf(sql, session, calls)
                    .Many("ids", Array.ConvertAll(profiles, profile => profile.Id.Value))
                    .Many("versions", Array.ConvertAll(profiles, profile => profile.Version))
                    .Many("created_at", Array.ConvertAll(profiles, profile => profile.CreatedAt.ToDateTimeOffset()))
                    .Many("updated_at", Array.ConvertAll(profiles, profile => profile.UpdatedAt.ToDateTimeOffset()))
                    .Many("profiles", Array.ConvertAll(profiles, ProfileDocument.Write))
                    .Many(
                        "searches",
                        Array.ConvertAll(
                            calls.ToArray(),
                            call =>
                                SearchDocument.Write(call.Customer!.Profile, call.Searchable!, matchKeys, sql.Dialect)
                        )
                    )
                    .Many(
                        "events",
                        Array.ConvertAll(
                            calls.ToArray(),
                            call => call.Customer!.Event is { } write ? EventSerializer.Serialize(write) : null
                        )
                    )
                    .Many(
                        "hashes",
                        Array.ConvertAll(calls.ToArray(), call => string.Join(',', call.Customer!.ErasureHashes))
                    )
                    .Many("check_of", Array.ConvertAll(checks, check => check.Place))
                    .Many("providers", Array.ConvertAll(checks, check => check.provider)),
                reader => (Place: (int)reader.GetInt64(5) - 1, Created: ReadCreated(reader)),
                cancellationToken
            )
            .ConfigureAwait(false);
        var turns = new GatheredTurn[calls.Count];
        foreach (var (place, created) in rows)
        {
            // Written alone, when another host was first, or an earlier attempt of this call.
            turns[place] =
                created.IsForbidden ? GatheredTurn.Of(null)
                : created.IsCreated ? GatheredTurn.Of(LookupOf(calls[place].Customer!, created))
                : GatheredTurn.Alone(session.IsRetry);
        }

        return turns;
    }

    private static StoreParameters ParametersOf(
        StoreSql sql,
        StoreSession session,
        IReadOnlyList<GatheredCall> calls
    ) =>
        session
            .Parameters.Tenant(calls[0].Tenant)
            .Many("kinds", calls.Select(call => StoredNames.Of(call.Identity.Kind)).ToArray())
            .Many("values", calls.Select(call => call.Identity.Value).ToArray())
            .Many("conversations", calls.Select(call => call.Conversation.Id).ToArray())
            .Many("directions", calls.Select(call => StoredNames.Of(call.Conversation.Direction)).ToArray())
            .Many("occurred_at", calls.Select(call => call.Conversation.At.ToDateTimeOffset()).ToArray());

    private static (StoredCustomer? Customer, bool IsNew, ConversationRecord? First) ReadRecorded(
        StoreSql sql,
        DbDataReader reader,
        TenantId tenant,
        ConversationRecord conversation
    ) =>
        (
            sql.Columns.ReadCustomer(reader, tenant),
            reader.GetBoolean(StoredColumns.CountOfCustomer),
            reader.IsDBNull(StoredColumns.CountOfCustomer + 1)
                ? null
                : new ConversationRecord(
                    conversation.Id,
                    StoredNames.Trigger(reader.GetString(StoredColumns.CountOfCustomer + 1)),
                    sql.Columns.ReadTime(reader, StoredColumns.CountOfCustomer + 2)
                )
        );

    private static ConversationLookup LookupOf(
        StoredCustomer customer,
        bool isNew,
        ConversationRecord? first,
        ConversationRecord conversation,
        bool isRetry
    ) =>
        new()
        {
            Customer = customer,
            FirstRecorded = isNew ? conversation : first!.Value,
            IsNewConversation = isNew || (isRetry && first == conversation),
        };

    private static CreatedRow ReadCreated(DbDataReader reader) =>
        new(
            reader.GetBoolean(0),
            StoredColumns.ReadTexts(StoredColumns.TextOrNull(reader, 1)),
            StoredColumns.ReadProviderSettings(StoredColumns.TextOrNull(reader, 2)),
            reader.GetBoolean(3),
            reader.GetBoolean(4)
        );

    private static ConversationLookup LookupOf(NewCustomer customer, CreatedRow created) =>
        new()
        {
            Customer = new StoredCustomer
            {
                Profile = customer.Profile,
                Checks =
                [
                    .. customer
                        .Checks.Where(created.Requested.Contains)
                        .Distinct(StringComparer.Ordinal)
                        .Select(provider => new CheckState
                        {
                            Provider = provider,
                            RequestedAt = customer.Conversation.At,
                            IsPending = true,
                        }),
                ],
                ProviderSettings = created.Settings,
                IsSuppressed = created.IsSuppressed,
            },
            FirstRecorded = customer.Conversation,
            IsNewConversation = true,
            IsNewCustomer = true,
        };

    /// <summary>A row of <see cref="StoreStatements.Create"/>.</summary>
    private readonly record struct CreatedRow(
        bool IsCreated,
        ImmutableArray<string> Requested,
        ImmutableArray<ProviderSetting> Settings,
        bool IsSuppressed,
        bool IsForbidden
    );
}
