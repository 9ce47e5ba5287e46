using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using CustomerProfiles.Stores;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Merging customers, and undoing it.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IMergingStore
{
    /// <summary>The number of columns of a side.</summary>
    private const int CountOfSide = 13;

    public async ValueTask<AbsorbedInto?> FindSurvivorAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Merging.FindSurvivor,
                        session.Parameters.Customer(tenant, id),
                        reader => ReadAbsorbed(sql, reader, from: 0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<MergeSides> GetSidesAsync(
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) => ReadSidesAsync(sql, session, tenant, from, into, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> MergeAsync(MergeWrite merge, CancellationToken cancellationToken)
    {
        RefuseOneCustomer(merge);
        var searchable = await SearchableAsync(merge, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
                async (sql, session) =>
                    (
                        await MayMergeAsync(sql, session, merge, cancellationToken).ConfigureAwait(false)
                        && await WriteBothAsync(
                                sql,
                                session,
                                merge,
                                sql.Statements.Merging.Merge,
                                ParametersOf(session, merge, searchable)
                                    .Text("journal", merge.Journal)
                                    .Identities(merge.NewMarks),
                                cancellationToken
                            )
                            .ConfigureAwait(false)
                    )
                    || (
                        session.IsRetry
                        && await FindUndoingAsync(sql, session, merge, cancellationToken).ConfigureAwait(false)
                            is not null
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<StoredMerge?> GetMergeAsync(
        TenantId tenant,
        MergeId merge,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) => ReadMergeAsync(sql, session, tenant, merge, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> UnmergeAsync(MergeWrite unmerge, CancellationToken cancellationToken)
    {
        RefuseOneCustomer(unmerge);
        var searchable = await SearchableAsync(unmerge, cancellationToken).ConfigureAwait(false);
        var from = unmerge.From;
        return await WriteAsync(
                async (sql, session) =>
                    (
                        await MayUnmergeAsync(sql, session, unmerge, cancellationToken).ConfigureAwait(false)
                        && await WriteBothAsync(
                                sql,
                                session,
                                unmerge,
                                sql.Statements.Merging.Unmerge,
                                ParametersOf(session, unmerge, searchable)
                                    .Number("from_version", from.Profile.Version)
                                    .Time("from_created_at", from.Profile.CreatedAt)
                                    .Time("from_updated_at", from.Profile.UpdatedAt)
                                    .Text("from_profile", ProfileDocument.Write(from.Profile))
                                    .Text(
                                        "from_search",
                                        SearchDocument.Write(from.Profile, searchable, matchKeys, sql.Dialect)
                                    )
                                    .Flag("from_is_marked", from.IsMarked)
                                    .Id("from_marked_by", from.MarkedBy?.Value)
                                    .Text("from_checks", CheckDocument.Write(from.Checks))
                                    .Texts("aliases", unmerge.Aliases.Select(id => id.ToString()))
                                    .Identities(from.Profile.Identities),
                                cancellationToken
                            )
                            .ConfigureAwait(false)
                    )
                    || (
                        session.IsRetry
                        && await FindUndoingAsync(sql, session, unmerge, cancellationToken).ConfigureAwait(false)
                            is { } undoing
                        && undoing.At == unmerge.Merge.At
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ImmutableArray<MergeRecord>> GetMergesAsync(
        TenantId tenant,
        CustomerId id,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Merging.GetMerges,
                        session.Parameters.Customer(tenant, id),
                        reader => ReadRecord(sql, reader, MergeId.From(sql.Dialect.ReadId(reader, 0)), from: 1),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask<bool> RedactMergeAsync(MergeRedaction redaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(redaction);
        return await ForgetAsync(
                async (sql, session) =>
                    await session
                        .QueryAsync(
                            sql.Statements.Forgetting.RedactMerge,
                            session
                                .Parameters.Tenant(redaction.Tenant)
                                .Id("merge", redaction.Merge.Value)
                                .Id("from", redaction.From.Id.Value)
                                .Text("read", redaction.Read)
                                .Text("journal", redaction.Journal)
                                .Text("profile", ProfileDocument.Write(redaction.From)),
                            _ => true,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                    || (
                        session.IsRetry
                        && await ReadMergeAsync(sql, session, redaction.Tenant, redaction.Merge, cancellationToken)
                            .ConfigureAwait(false)
                            is { Journal: { } journal }
                        && string.Equals(journal, redaction.Journal, StringComparison.Ordinal)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// When it is repeated because its connection broke, it counts only what the repeated call ends. Nobody acts on the
    /// number alone, but for whether it is the most.
    /// </summary>
    public async ValueTask<int> LapseMergesAsync(
        TenantId tenant,
        Instant before,
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);

        // The document has identities and values only, whoever the customer is.
        var anybody = CustomerId.From(Guid.AllBitsSet);
        var nothing = ProfileDocument.Write(
            new CustomerProfile(tenant, anybody, version: 1, before, before, identities: [], values: [])
        );
        return await ForgetAsync(
                async (sql, session) =>
                {
                    var lapsed = 0;
                    for (var race = 0; race < MostRaces; race++)
                    {
                        var (ended, found) = await session
                            .QueryAsync(
                                sql.Statements.Forgetting.LapseMerges,
                                session
                                    .Parameters.Tenant(tenant)
                                    .Time("before", before)
                                    .Number("most", most - lapsed)
                                    .Text("profile", nothing),
                                reader => ((int)reader.GetInt64(0), (int)reader.GetInt64(1)),
                                cancellationToken
                            )
                            .ConfigureAwait(false);
                        lapsed += ended;
                        if (ended == found)
                        {
                            return lapsed;
                        }

                        // Another call ended some of those that were found; there may be others.
                    }

                    throw NeverSettled(nameof(LapseMergesAsync));
                },
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Where there is one writer, the transaction has the write lock already, and what the caller read is compared
    /// here. Elsewhere the statement itself compares it.
    /// </summary>
    private static async Task<bool> MayMergeAsync(
        StoreSql sql,
        StoreSession session,
        MergeWrite merge,
        CancellationToken cancellationToken
    )
    {
        if (!sql.Dialect.HasOneWriter)
        {
            return true;
        }

        var (from, into) = (merge.From, merge.Into);
        return AreAsRead(
                await ReadSidesAsync(sql, session, merge.Tenant, from.Profile.Id, into.Profile.Id, cancellationToken)
                    .ConfigureAwait(false),
                merge
            )
                is { From.Absorbed: null, Into.Absorbed: null }
            && await FindUndoingAsync(sql, session, merge, cancellationToken).ConfigureAwait(false) is null;
    }

    /// <inheritdoc cref="MayMergeAsync"/>
    private static async Task<bool> MayUnmergeAsync(
        StoreSql sql,
        StoreSession session,
        MergeWrite unmerge,
        CancellationToken cancellationToken
    )
    {
        if (!sql.Dialect.HasOneWriter)
        {
            return true;
        }

        var merge = await ReadMergeAsync(sql, session, unmerge.Tenant, unmerge.Merge.Id, cancellationToken)
            .ConfigureAwait(false);
        return merge is { UndoneAt: null }
            && AreAsRead(merge.Sides, unmerge) is { From.Absorbed: { } absorbed, Into.Absorbed: null }
            && absorbed == new AbsorbedInto(unmerge.Into.Profile.Id, unmerge.Merge.Id);
    }

    /// <summary>Writes a merge, or undoes one, with the events of both customers.</summary>
    private async Task<bool> WriteBothAsync(
        StoreSql sql,
        StoreSession session,
        MergeWrite write,
        StoreStatement statement,
        StoreParameters parameters,
        CancellationToken cancellationToken
    )
    {
        if (
            !await session
                .QueryAsync(statement, parameters, reader => reader.GetBoolean(0), cancellationToken)
                .ConfigureAwait(false)
        )
        {
            return false;
        }

        foreach (var side in new[] { write.From, write.Into })
        {
            await WriteEventAsync(sql, session, write.Tenant, side.Profile.Id, side.Change?.Event, cancellationToken)
                .ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The sides, if both are those that the caller read; otherwise neither.</summary>
    private static MergeSides AreAsRead(MergeSides sides, MergeWrite write) =>
        IsAsRead(sides.From, write.From) && IsAsRead(sides.Into, write.Into) ? sides : default;

    private static bool IsAsRead(MergeSide? side, MergeSideWrite write) =>
        side?.Profile.Id == write.Profile.Id && string.Equals(side.State, write.State, StringComparison.Ordinal);

    private static async Task<MergeSides> ReadSidesAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        CustomerId from,
        CustomerId into,
        CancellationToken cancellationToken
    )
    {
        var sides = await session
            .QueryAllAsync(
                sql.Statements.Merging.GetSides,
                session.Parameters.Customer(tenant, into).Id("from", from.Value),
                reader => ReadSide(sql, reader, tenant),
                cancellationToken
            )
            .ConfigureAwait(false);
        return SidesOf(sides, from, into);
    }

    private static async Task<StoredMerge?> ReadMergeAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        MergeId merge,
        CancellationToken cancellationToken
    )
    {
        var rows = await session
            .QueryAllAsync(
                sql.Statements.Merging.GetMerge,
                session.Parameters.Tenant(tenant).Id("merge", merge.Value),
                reader =>
                    (
                        Side: ReadSide(sql, reader, tenant),
                        Record: ReadRecord(sql, reader, merge, from: CountOfSide),
                        UndoneAt: TimeOrNull(sql, reader, CountOfSide + 4),
                        Journal: StoredColumns.TextOrNull(reader, CountOfSide + 5)
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        if (rows.IsEmpty)
        {
            return null;
        }

        var (_, record, undoneAt, journal) = rows[0];
        return new StoredMerge
        {
            Record = record,
            UndoneAt = undoneAt,
            Journal = journal,
            Sides = SidesOf([.. rows.Select(row => row.Side)], record.From, record.Into),
        };
    }

    /// <summary>Whether and when the merge was undone; null when there is no such merge.</summary>
    private static Task<Undoing?> FindUndoingAsync(
        StoreSql sql,
        StoreSession session,
        MergeWrite merge,
        CancellationToken cancellationToken
    ) =>
        session.QueryAsync(
            sql.Statements.Merging.FindMerge,
            session.Parameters.Tenant(merge.Tenant).Id("merge", merge.Merge.Id.Value),
            reader => new Undoing(TimeOrNull(sql, reader, 0)),
            cancellationToken
        );

    private static MergeSides SidesOf(ImmutableArray<MergeSide> sides, CustomerId from, CustomerId into) =>
        new(
            sides.FirstOrDefault(side => side.Profile.Id == from),
            sides.FirstOrDefault(side => side.Profile.Id == into)
        );

    private static MergeSide ReadSide(StoreSql sql, DbDataReader reader, TenantId tenant) =>
        new()
        {
            Profile = sql.Columns.ReadProfile(reader, tenant, from: 0),
            Checks = StoredColumns.ReadStoredChecks(StoredColumns.TextOrNull(reader, 5)),
            IsMarked = reader.GetBoolean(6),
            MarkedBy = reader.IsDBNull(7) ? null : MergeId.From(sql.Dialect.ReadId(reader, 7)),
            Marks = StoredColumns.ReadMarks(StoredColumns.TextOrNull(reader, 8)),
            Aliases =
            [
                .. StoredColumns
                    .ReadTexts(StoredColumns.TextOrNull(reader, 9))
                    .Select(id => CustomerId.Parse(id, CultureInfo.InvariantCulture)),
            ],
            Absorbed = reader.IsDBNull(10) ? null : ReadAbsorbed(sql, reader, from: 10),
            State = reader.GetString(12),
        };

    private static AbsorbedInto? ReadAbsorbed(StoreSql sql, DbDataReader reader, int from) =>
        new AbsorbedInto(
            CustomerId.From(sql.Dialect.ReadId(reader, from)),
            MergeId.From(sql.Dialect.ReadId(reader, from + 1))
        );

    private static MergeRecord ReadRecord(StoreSql sql, DbDataReader reader, MergeId merge, int from) =>
        new()
        {
            Id = merge,
            From = CustomerId.From(sql.Dialect.ReadId(reader, from)),
            Into = CustomerId.From(sql.Dialect.ReadId(reader, from + 1)),
            At = sql.Columns.ReadTime(reader, from + 2),
            By = reader.GetString(from + 3),
        };

    private static Instant? TimeOrNull(StoreSql sql, DbDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : sql.Columns.ReadTime(reader, column);

    /// <summary>The parameters of both, but for those of the one alone.</summary>
    private StoreParameters ParametersOf(StoreSession session, MergeWrite merge, SearchableProperties searchable)
    {
        var (from, into) = (merge.From, merge.Into);
        return session
            .Parameters.Customer(merge.Tenant, into.Profile.Id)
            .Id("from", from.Profile.Id.Value)
            .Id("merge", merge.Merge.Id.Value)
            .Time("at", merge.Merge.At)
            .Text("by", merge.Merge.By)
            .Text("state", into.State)
            .Text("from_state", from.State)
            .Profile(into.Profile, searchable, matchKeys)
            .Time("created_at", into.Profile.CreatedAt)
            .Flag("is_marked", into.IsMarked)
            .Id("marked_by", into.MarkedBy?.Value)
            .Text("checks", CheckDocument.Write(into.Checks))
            .Change(into.Change)
            .Change("from_change", "from_most", from.Change)
            .Event(from.Change?.Event, "from_event");
    }

    private static void RefuseOneCustomer(MergeWrite write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (write.From.Profile.Id == write.Into.Profile.Id)
        {
            throw new ArgumentException(
                "The two customers of a merge are one and the same. Pass two different ones.",
                nameof(write)
            );
        }
    }

    /// <summary>That a merge exists.</summary>
    /// <param name="At">When it was undone; null when it was not.</param>
    private sealed record Undoing(Instant? At);
}
