using System.Collections.Immutable;
using System.Data.Common;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>
/// Conversations that are written together by a database with one writer, in a transaction that has its lock already.
/// </content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext>
{
    /// <summary>
    /// A conversation that is recorded already, read without the lock of the writer and without waiting for those who
    /// write: most messages come in one, and a record never changes. Null when it must be written.
    /// </summary>
    private async Task<ConversationLookup?> ReadKnownAsync(WriterStatements statements, GatheredCall call) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        statements.ReadKnown,
                        session
                            .Parameters.Identity(call.Tenant, call.Identity)
                            .Text("conversation", call.Conversation.Id),
                        reader => ReadKnown(sql, reader, call),
                        call.CancellationToken
                    ),
                call.CancellationToken
            )
            .ConfigureAwait(false);

    private static ConversationLookup ReadKnown(StoreSql sql, DbDataReader reader, GatheredCall call) =>
        new()
        {
            Customer = sql.Columns.ReadCustomer(reader, call.Tenant),
            FirstRecorded = new ConversationRecord(
                call.Conversation.Id,
                StoredNames.Trigger(reader.GetString(StoredColumns.CountOfCustomer)),
                sql.Columns.ReadTime(reader, StoredColumns.CountOfCustomer + 1)
            ),
            IsNewConversation = false,
        };

    private static async Task<IReadOnlyList<GatheredTurn>> RecordAllAsWriterAsync(
        StoreSql sql,
        StoreSession session,
        WriterStatements statements,
        IReadOnlyList<GatheredCall> calls,
        CancellationToken cancellationToken
    )
    {
        var tenant = calls[0].Tenant;
        var given = AdditionDocument.Conversations(calls);
        var inserted = (
            await session
                .QueryAllAsync(
                    statements.RecordConversations,
                    session.Parameters.Tenant(tenant).Text("conversations", given),
                    reader => (sql.Dialect.ReadId(reader, 0), reader.GetString(1)),
                    cancellationToken
                )
                .ConfigureAwait(false)
        ).ToHashSet();
        var rows = await session
            .QueryAllAsync(
                statements.ReadRecorded,
                session.Parameters.Tenant(tenant).Text("conversations", given),
                reader => ReadRecorded(sql, reader, calls),
                cancellationToken
            )
            .ConfigureAwait(false);

        // A call without a row has an unknown customer. Two may be the same conversation, by two identities of one
        // origin: the first one is recorded.
        var turns = new GatheredTurn[calls.Count];
        var begun = new List<GatheredCall>();
        foreach (var (place, origin, customer, first) in rows.OrderBy(row => row.Place))
        {
            var isNew = inserted.Remove((origin, calls[place].Conversation.Id));
            if (isNew)
            {
                begun.Add(calls[place]);
            }

            turns[place] = GatheredTurn.Of(
                LookupOf(customer, isNew, first, calls[place].Conversation, session.IsRetry)
            );
        }

        if (begun.Count > 0)
        {
            await session
                .QueryAsync(
                    statements.MarkActive,
                    session.Parameters.Tenant(tenant).Text("conversations", AdditionDocument.Conversations(begun)),
                    _ => true,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return turns;
    }

    /// <summary>Creates one customer, or records the conversation of the one who has the identity already.</summary>
    private async Task<ConversationLookup?> CreateAsWriterAsync(
        StoreSql sql,
        StoreSession session,
        WriterStatements statements,
        GatheredCall call,
        bool isRetry,
        CancellationToken cancellationToken
    )
    {
        if (
            await CreateAllAsWriterAsync(sql, session, statements, [call], cancellationToken).ConfigureAwait(false)
            is [{ IsAlone: false } turn]
        )
        {
            return turn.Lookup;
        }

        var received = await ReceiveAsync(
                sql,
                session,
                call.Tenant,
                call.Identity,
                call.Conversation,
                isRetry,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (received is null)
        {
            // The id was erased, which the statement refuses.
            await ExecuteAsync(
                    session,
                    sql.Statements.Create[OptionalWrites.All],
                    ParametersOf(sql, session, call),
                    cancellationToken
                )
                .ConfigureAwait(false);
            throw NeverSettled(nameof(CreateAsync));
        }

        return received with
        {
            IsNewCustomer = isRetry && received.Customer.Profile.Id == call.Customer!.Profile.Id,
        };
    }

    /// <summary>
    /// A call whose identity somebody has already, or whose id was erased, is written alone.
    /// </summary>
    private async Task<IReadOnlyList<GatheredTurn>> CreateAllAsWriterAsync(
        StoreSql sql,
        StoreSession session,
        WriterStatements statements,
        IReadOnlyList<GatheredCall> calls,
        CancellationToken cancellationToken
    )
    {
        var tenant = calls[0].Tenant;
        var obstacles = await session
            .QueryAllAsync(
                statements.FindObstacles,
                session.Parameters.Tenant(tenant).Text("creations", AdditionDocument.Creations(calls)),
                ReadObstacles,
                cancellationToken
            )
            .ConfigureAwait(false);
        var turns = new GatheredTurn[calls.Count];
        var created = new List<GatheredCall>();
        var marked = new List<Identity>();
        var checks = new List<(NewCustomer, string)>();
        foreach (var found in obstacles)
        {
            var call = calls[found.Place];
            if (found.IsTaken || found.IsForbidden)
            {
                turns[found.Place] = found.IsTaken ? GatheredTurn.Alone(session.IsRetry) : GatheredTurn.Of(null);
                continue;
            }

            var customer = call.Customer!;
            var isSuppressed = found.IsSuppressed || found.IsMarked;
            ImmutableArray<string> requested =
            [
                .. customer
                    .Checks.Distinct(StringComparer.Ordinal)
                    .Where(provider =>
                        !isSuppressed
                        && !found.Settings.Any(setting => setting.Provider == provider && !setting.IsEnabled)
                    ),
            ];
            created.Add(call);
            checks.AddRange(requested.Select(provider => (customer, provider)));
            if (found.IsMarked)
            {
                marked.Add(call.Identity);
            }

            turns[found.Place] = GatheredTurn.Of(
                LookupOf(customer, new CreatedRow(true, requested, found.Settings, isSuppressed, false))
            );
        }

        if (created.Count == 0)
        {
            return turns;
        }

        if (marked.Count > 0)
        {
            await WriteDocumentAsync(statements.Mark, "marked", AdditionDocument.Identities(marked))
                .ConfigureAwait(false);
        }

        await (
            created is [var only]
                ? ExecuteAsync(
                    session,
                    sql.Statements.Create[OptionalWrites.All],
                    ParametersOf(sql, session, only),
                    cancellationToken
                )
                : ExecuteAsync(session, statements.Create, ParametersOf(session, created), cancellationToken)
        ).ConfigureAwait(false);
        var searched = created.Where(call => !call.Searchable!.Keys.IsEmpty).ToArray();
        if (searched.Length > 0)
        {
            await WriteDocumentAsync(
                    statements.AddProperties,
                    "searches",
                    AdditionDocument.Searches([.. searched.Select(AddedOf)], matchKeys)
                )
                .ConfigureAwait(false);
        }

        if (checks.Count > 0)
        {
            await WriteDocumentAsync(statements.RequestChecks, "checks", AdditionDocument.Checks(checks))
                .ConfigureAwait(false);
        }

        foreach (var call in created)
        {
            await WriteEventAsync(
                    sql,
                    session,
                    tenant,
                    call.Customer!.Profile.Id,
                    call.Customer.Event,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return turns;

        Task WriteDocumentAsync(StoreStatement statement, string name, string document) =>
            ExecuteAsync(session, statement, session.Parameters.Tenant(tenant).Text(name, document), cancellationToken);
    }

    private static (int Place, Guid Origin, StoredCustomer Customer, ConversationRecord? First) ReadRecorded(
        StoreSql sql,
        DbDataReader reader,
        IReadOnlyList<GatheredCall> calls
    )
    {
        var place = (int)reader.GetInt64(StoredColumns.CountOfCustomer);
        return (
            place,
            sql.Dialect.ReadId(reader, StoredColumns.CountOfCustomer + 1),
            sql.Columns.ReadCustomer(reader, calls[place].Tenant),
            reader.IsDBNull(StoredColumns.CountOfCustomer + 2)
                ? null
                : new ConversationRecord(
                    calls[place].Conversation.Id,
                    StoredNames.Trigger(reader.GetString(StoredColumns.CountOfCustomer + 2)),
                    sql.Columns.ReadTime(reader, StoredColumns.CountOfCustomer + 3)
                )
        );
    }

    private StoreParameters ParametersOf(StoreSql sql, StoreSession session, GatheredCall call) =>
        new WrittenProfile(call.Customer!.Profile, call.Searchable!, matchKeys, sql.Dialect).AddNewTo(
            session.Parameters,
            call.Identity,
            call.Conversation
        );

    private StoreParameters ParametersOf(StoreSession session, List<GatheredCall> created) =>
        session
            .Parameters.Tenant(created[0].Tenant)
            .Added([.. created.Select(AddedOf)], matchKeys)
            .Text("conversations", AdditionDocument.Conversations(created));

    private static AddedCustomer AddedOf(GatheredCall call) =>
        new(call.Customer!.Profile, call.Searchable!, call.Conversation);

    private static Obstacles ReadObstacles(DbDataReader reader) =>
        new(
            (int)reader.GetInt64(0),
            reader.GetBoolean(1),
            reader.GetBoolean(2),
            reader.GetBoolean(3),
            reader.GetBoolean(4),
            StoredColumns.ReadProviderSettings(StoredColumns.TextOrNull(reader, 5))
        );

    /// <summary>A row of <see cref="WriterStatements.FindObstacles"/>.</summary>
    private readonly record struct Obstacles(
        int Place,
        bool IsTaken,
        bool IsForbidden,
        bool IsMarked,
        bool IsSuppressed,
        ImmutableArray<ProviderSetting> Settings
    );
}
