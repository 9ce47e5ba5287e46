using System.Collections.Immutable;
using System.Data.Common;
using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Customers that come without a conversation, many at once.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext>
{
    public async ValueTask<ImmutableArray<CustomerProfile>> FindAllAsync(
        TenantId tenant,
        ImmutableArray<Identity> identities,
        CancellationToken cancellationToken
    ) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.FindAll,
                        session.Parameters.Tenant(tenant).Identities(identities),
                        reader => sql.Columns.ReadProfile(reader, tenant, from: 0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    /// <summary>
    /// All in one transaction. When the data of one is to blame, or one waits for a lock too long, nothing was written;
    /// each is then added alone, and only those fail or wait that the failure concerns.
    /// </summary>
    public async ValueTask<ImmutableArray<AddResult>> AddAsync(
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        CancellationToken cancellationToken
    )
    {
        if (profiles.IsEmpty)
        {
            return [];
        }

        var searchable = await SearchableAsync(tenant, profiles, cancellationToken).ConfigureAwait(false);
        if (profiles.Length == 1)
        {
            return
            [
                await AddAloneAsync(tenant, profiles[0], created, searchable, false, waitsLong: true, cancellationToken)
                    .ConfigureAwait(false),
            ];
        }

        StoreDialect? dialect = null;
        var mayBeWritten = false;
        AddResult?[] results;
        try
        {
            results = await WriteAsync(
                    (sql, session) =>
                    {
                        (dialect, mayBeWritten) = (sql.Dialect, session.IsRetry);
                        var statement = sql.Statements.Gathered?.Add ?? sql.Statements.Add;
                        return AddAsync(
                            sql,
                            session,
                            statement,
                            tenant,
                            profiles,
                            created,
                            searchable,
                            false,
                            cancellationToken
                        );
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (Exception exception)
            when (dialect is not null
                && CauseOf(exception) is { } cause
                && (dialect.IsDataError(cause) || dialect.IsLockTimeout(cause))
            )
        {
            return await AddEachAloneAsync(
                    dialect,
                    tenant,
                    profiles,
                    created,
                    searchable,
                    mayBeWritten,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        for (var i = 0; i < results.Length; i++)
        {
            results[i] ??= await AddAloneAsync(
                    tenant,
                    profiles[i],
                    created,
                    searchable,
                    mayBeWritten,
                    waitsLong: true,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return [.. results!];
    }

    /// <summary>
    /// Those that wait for another host come after the others, so that none of the others waits with them.
    /// </summary>
    private async Task<ImmutableArray<AddResult>> AddEachAloneAsync(
        StoreDialect dialect,
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        SearchableProperties searchable,
        bool mayBeWritten,
        CancellationToken cancellationToken
    )
    {
        var results = new AddResult[profiles.Length];
        var waiting = new List<int>();
        StoreDataException? refused = null;
        for (var i = 0; i < profiles.Length; i++)
        {
            try
            {
                results[i] = await AddAloneAsync(
                        tenant,
                        profiles[i],
                        created,
                        searchable,
                        mayBeWritten,
                        waitsLong: false,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (StoreDataException exception)
            {
                refused ??= exception;
            }
            catch (Exception exception) when (CauseOf(exception) is { } cause && dialect.IsLockTimeout(cause))
            {
                waiting.Add(i);
            }
        }

        foreach (var i in waiting)
        {
            try
            {
                results[i] = await AddAloneAsync(
                        tenant,
                        profiles[i],
                        created,
                        searchable,
                        mayBeWritten,
                        waitsLong: true,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
            catch (StoreDataException exception)
            {
                refused ??= exception;
            }
        }

        return refused is null ? [.. results] : throw refused;
    }

    private static DbException? CauseOf(Exception exception) =>
        exception as DbException ?? exception.InnerException as DbException;

    /// <param name="tenant">The tenant.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="created">The event, if it is added.</param>
    /// <param name="searchable">The custom properties by which it is found.</param>
    /// <param name="mayBeWritten">Whether an earlier attempt may have added the profile.</param>
    /// <param name="waitsLong">Whether to wait for locks as long as any call, or only as long as a batch.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    private async Task<AddResult> AddAloneAsync(
        TenantId tenant,
        CustomerProfile profile,
        EventWrite? created,
        SearchableProperties searchable,
        bool mayBeWritten,
        bool waitsLong,
        CancellationToken cancellationToken
    )
    {
        StoreDialect? dialect = null;
        try
        {
            var results = await WriteAsync(
                    (sql, session) =>
                    {
                        dialect = sql.Dialect;
                        var statement = (waitsLong ? null : sql.Statements.Gathered?.Add) ?? sql.Statements.Add;
                        return AddAsync(
                            sql,
                            session,
                            statement,
                            tenant,
                            [profile],
                            created,
                            searchable,
                            mayBeWritten,
                            cancellationToken
                        );
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            return results[0]!;
        }
        catch (DbException exception) when (dialect?.IsDataError(exception) == true)
        {
            throw new StoreDataException(
                "The database refuses what a profile would write, for the reason that the inner exception gives. "
                    + "Nothing of that profile was written; others of the call were added. Do not repeat the call "
                    + "before the reason is gone.",
                exception
            );
        }
    }

    private async Task<AddResult?[]> AddAsync(
        StoreSql sql,
        StoreSession session,
        StoreStatement statement,
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        SearchableProperties searchable,
        bool mayBeWritten,
        CancellationToken cancellationToken
    )
    {
        var results = sql.Dialect.HasOneWriter
            ? await AddAsWriterAsync(sql, session, tenant, profiles, created, searchable, cancellationToken)
                .ConfigureAwait(false)
            : await AddTogetherAsync(sql, session, statement, tenant, profiles, created, searchable, cancellationToken)
                .ConfigureAwait(false);
        if (!session.IsRetry && !mayBeWritten)
        {
            return results;
        }

        for (var i = 0; i < results.Length; i++)
        {
            if (
                results[i] is AddResult.IdTaken
                && await IsWrittenAsync(sql, session, profiles[i], cancellationToken).ConfigureAwait(false)
            )
            {
                results[i] = new AddResult.Added();
            }
        }

        return results;
    }

    /// <summary>
    /// In a transaction that has the write lock already: what is taken is read once for all, and those that can be
    /// added are added together.
    /// </summary>
    private async Task<AddResult?[]> AddAsWriterAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        SearchableProperties searchable,
        CancellationToken cancellationToken
    )
    {
        var takenIds = new HashSet<CustomerId>();
        var owners = new Dictionary<Identity, CustomerId>();
        await session
            .QueryAllAsync(
                sql.Statements.Writer!.FindTaken,
                session
                    .Parameters.Tenant(tenant)
                    .Texts("ids", profiles.Select(profile => profile.Id.ToString()))
                    .Identities(profiles.SelectMany(profile => profile.Identities)),
                reader =>
                {
                    var id = CustomerId.From(sql.Dialect.ReadId(reader, 0));
                    return reader.IsDBNull(1)
                        ? takenIds.Add(id)
                        : owners.TryAdd(
                            Identity.FromStore(StoredNames.Kind(reader.GetString(1)), reader.GetString(2)),
                            id
                        );
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        var results = new AddResult?[profiles.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var profile = profiles[i];
            results[i] =
                takenIds.Contains(profile.Id) ? new AddResult.IdTaken()
                : profile.Identities.FirstOrDefault(owners.ContainsKey) is { Value: not null } taken
                    ? new AddResult.IdentityTaken(taken, owners[taken])
                : new AddResult.Added();
        }

        AddedCustomer[] added =
        [
            .. profiles
                .Where((_, place) => results[place] is AddResult.Added)
                .Select(profile => new AddedCustomer(profile, searchable, Conversation: null)),
        ];
        if (added.Length == 0)
        {
            return results;
        }

        await session
            .QueryAsync(
                sql.Statements.Add,
                session.Parameters.Tenant(tenant).Added(added, matchKeys),
                _ => true,
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach (var customer in added)
        {
            await WriteEventAsync(sql, session, tenant, customer.Profile.Id, created, cancellationToken)
                .ConfigureAwait(false);
        }

        return results;
    }

    /// <summary>
    /// In one statement. The result of one among several is null when what was taken is free again: then it is to be
    /// added alone.
    /// </summary>
    private async Task<AddResult?[]> AddTogetherAsync(
        StoreSql sql,
        StoreSession session,
        StoreStatement statement,
        TenantId tenant,
        ImmutableArray<CustomerProfile> profiles,
        EventWrite? created,
        SearchableProperties searchable,
        CancellationToken cancellationToken
    )
    {
        for (var race = 0; race < MostRaces; race++)
        {
            var rows = await session
                .QueryAllAsync(
                    statement,
                    session
                        .Parameters.Tenant(tenant)
                        .Many("ids", profiles.Select(profile => profile.Id.Value).ToArray())
                        .Many("created_at", profiles.Select(profile => profile.CreatedAt.ToDateTimeOffset()).ToArray())
                        .Many("updated_at", profiles.Select(profile => profile.UpdatedAt.ToDateTimeOffset()).ToArray())
                        .Texts("profiles", profiles.Select(ProfileDocument.Write))
                        .Texts(
                            "searches",
                            profiles.Select(profile =>
                                SearchDocument.Write(profile, searchable, matchKeys, sql.Dialect)
                            )
                        )
                        .Identities(profiles.SelectMany(profile => profile.Identities))
                        .Many(
                            "identity_of",
                            profiles
                                .SelectMany((profile, place) => profile.Identities.Select(_ => place + 1L))
                                .ToArray()
                        )
                        .Event(created),
                    reader =>
                        (
                            Place: (int)reader.GetInt64(0) - 1,
                            Result: reader.GetBoolean(1) ? new AddResult.Added()
                            : reader.GetBoolean(2) ? new AddResult.IdTaken()
                            : reader.IsDBNull(3) ? (AddResult?)null
                            : new AddResult.IdentityTaken(
                                Identity.FromStore(StoredNames.Kind(reader.GetString(3)), reader.GetString(4)),
                                CustomerId.From(sql.Dialect.ReadId(reader, 5))
                            )
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (rows.Length == 1 && rows[0].Result is null)
            {
                // What was taken is free again: try again.
                continue;
            }

            var results = new AddResult?[profiles.Length];
            foreach (var (place, result) in rows)
            {
                results[place] = result;
            }

            return results;
        }

        throw NeverSettled(nameof(AddAsync));
    }

    /// <summary>Whether an earlier attempt of this call has added the profile.</summary>
    private static async Task<bool> IsWrittenAsync(
        StoreSql sql,
        StoreSession session,
        CustomerProfile profile,
        CancellationToken cancellationToken
    ) =>
        await session
            .QueryAsync(
                sql.Statements.Get,
                session.Parameters.Customer(profile.Tenant, profile.Id),
                reader => sql.Columns.ReadProfile(reader, profile.Tenant, from: 0),
                cancellationToken
            )
            .ConfigureAwait(false)
            is { } current
        && IsSame(current, profile);
}
