using System.Collections.Immutable;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Erasing customers.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IErasureStore
{
    /// <summary>
    /// A repeated call finds the receipt of the first one, whether its connection broke or the caller repeated it.
    /// </summary>
    public async ValueTask<EraseResult> EraseAsync(ErasureWrite erasure, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(erasure);
        return await ForgetAsync(
                async (sql, session) =>
                {
                    var guarded = await FindGuardedAsync(sql, session, erasure, cancellationToken)
                        .ConfigureAwait(false);
                    for (var race = 0; race < MostRaces; race++)
                    {
                        var (receipt, merges, isChanged, isToRepeat) = await session
                            .QueryAsync(
                                sql.Statements.Forgetting.Erase,
                                ParametersOf(session, erasure)
                                    .Texts("guards", guarded)
                                    .Time("clock", time.GetCurrentInstant()),
                                reader =>
                                    (
                                        StoredColumns.TextOrNull(reader, 0),
                                        StoredColumns.ReadTexts(StoredColumns.TextOrNull(reader, 1)),
                                        reader.GetBoolean(2),
                                        reader.GetBoolean(3)
                                    ),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        if (!isToRepeat)
                        {
                            return ResultOf(erasure, receipt, merges, isChanged);
                        }
                    }

                    throw NeverSettled(nameof(EraseAsync));
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ErasureReceipt?> FindErasureAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Forgetting.FindErasure,
                        session.Parameters.Customer(tenant, id),
                        reader => ReceiptDocument.Read(reader.GetString(0)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<ImmutableArray<ErasureReceipt>> GetErasuresAsync(
        TenantId tenant,
        Instant since,
        ErasureReceipt? after,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);

        // No database has all times that NodaTime has, and nobody was erased before this one.
        var first = (At: Instant.Max(since, NodaConstants.UnixEpoch), Erasure: Guid.Empty);
        var start = after is not null && after.At >= first.At ? (after.At, Erasure: after.Id) : first;
        return await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Forgetting.GetErasures,
                        session
                            .Parameters.Tenant(tenant)
                            .Time("at", start.At)
                            .Id("erasure", start.Erasure)
                            .Number("most", most),
                        reader => ReceiptDocument.Read(reader.GetString(0)),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ImmutableArray<ErasureMark>> FindMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Forgetting.FindMarks,
                        session.Parameters.Tenant(tenant).Texts("hashes", hashes),
                        reader => new ErasureMark
                        {
                            Hash = reader.GetString(0),
                            KeyId = reader.GetString(1),
                            Kind = StoredNames.MarkKind(reader.GetString(2)),
                        },
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask AddMarksAsync(
        TenantId tenant,
        ImmutableArray<ErasureMark> marks,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Forgetting.AddMarks,
                        session.Parameters.Tenant(tenant).Text("marks", MarksDocument.Write(marks)),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>Not repeated when the connection breaks: the second call could not tell if a mark was there.</summary>
    public async ValueTask<bool> RemoveMarksAsync(
        TenantId tenant,
        ImmutableArray<string> hashes,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Forgetting.RemoveMarks,
                        session.Parameters.Tenant(tenant).Texts("hashes", hashes),
                        reader => reader.GetInt64(0) > 0,
                        cancellationToken
                    ),
                cancellationToken,
                mayRetry: false
            )
            .ConfigureAwait(false);

    public async ValueTask<ImmutableArray<string>> GetMarkKeysAsync(CancellationToken cancellationToken) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Forgetting.GetMarkKeys,
                        session.Parameters,
                        reader => reader.GetString(0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<int> RemoveGuardsAsync(
        TenantId tenant,
        Instant now,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return (int)
            await WriteAsync(
                    (sql, session) =>
                        session.QueryAsync(
                            sql.Statements.Forgetting.RemoveGuards,
                            session.Parameters.Tenant(tenant).Time("now", now).Number("most", most),
                            reader => reader.GetInt64(0),
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
    }

    /// <summary>The hashes of the conversations to guard, where the statement that erases cannot make them.</summary>
    private static async Task<IEnumerable<string>> FindGuardedAsync(
        StoreSql sql,
        StoreSession session,
        ErasureWrite erasure,
        CancellationToken cancellationToken
    )
    {
        if (erasure.GuardSince is null || sql.Statements.Forgetting.FindGuarded is not { } statement)
        {
            return [];
        }

        var conversations = await session
            .QueryAllAsync(
                statement,
                session.Parameters.Customer(erasure.Tenant, erasure.Id).Time("guard_since", erasure.GuardSince),
                reader => reader.GetString(0),
                cancellationToken
            )
            .ConfigureAwait(false);
        return conversations.Select(conversation => ErasureHash.OfConversation(erasure.Tenant, conversation));
    }

    private static StoreParameters ParametersOf(StoreSession session, ErasureWrite erasure) =>
        session
            .Parameters.Customer(erasure.Tenant, erasure.Id)
            .Id("erasure", erasure.Erasure)
            .Time("at", erasure.At)
            .Text("by", erasure.By)
            .Text("case_reference", erasure.CaseReference)
            .Flag("includes_absorbed", erasure.IncludesAbsorbed)
            .Number("version", erasure.Version)
            .Flag("is_suppressed", erasure.IsSuppressed)
            .Time("active_since", erasure.UnlessActiveSince)
            .Text("marks", MarksDocument.Write(erasure.Marks))
            .Time("guard_since", erasure.GuardSince)
            .Time("guard_until", erasure.GuardUntil)
            .Event(erasure.Event);

    private static EraseResult ResultOf(
        ErasureWrite erasure,
        string? receipt,
        ImmutableArray<string> merges,
        bool isChanged
    )
    {
        if (receipt is not null)
        {
            var read = ReceiptDocument.Read(receipt);
            return read.Id == erasure.Erasure && read.Customers[0] == erasure.Id
                ? new EraseResult.Erased(read)
                : new EraseResult.AlreadyErased(read);
        }

        return isChanged ? new EraseResult.Changed()
            : merges.IsEmpty ? new EraseResult.NotFound()
            : new EraseResult.HasMerges([.. merges.Select(merge => MergeId.From(Guid.Parse(merge)))]);
    }

    /// <summary>A write after which what it has removed is also gone from the file.</summary>
    private Task<T> ForgetAsync<T>(Func<StoreSql, StoreSession, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (sql, session) =>
            {
                if (sql.Dialect.BeforeForgetting is { } before)
                {
                    await session.ExecuteAsync(before).ConfigureAwait(false);
                }

                return await work(sql, session).ConfigureAwait(false);
            },
            cancellationToken
        );
}
