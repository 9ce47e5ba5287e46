using System.Collections.Immutable;
using System.Data.Common;
using CustomerProfiles.Stores;
using NodaTime;
using NodaTime.Extensions;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>Events that wait for delivery.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext> : IEventStore
{
    /// <summary>How many queues are emptied at once, while those who write to them wait.</summary>
    private const int MostClearedAtOnce = 1_000;

    public async ValueTask<bool> AreEventsOnAsync(CancellationToken cancellationToken) =>
        await RunAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Events.AreOn,
                        session.Parameters,
                        reader => reader.GetBoolean(0),
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);

    public async ValueTask SetEventsOnAsync(bool areOn, CancellationToken cancellationToken)
    {
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Events.SetOn,
                        session.Parameters.Flag("is_on", areOn),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
        var isToClear = !areOn;
        while (isToClear)
        {
            isToClear = await WriteAsync(
                    (sql, session) =>
                        session.QueryAsync(
                            sql.Statements.Events.Clear,
                            session.Parameters.Number("most", MostClearedAtOnce),
                            reader => reader.GetInt64(0) > 0,
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A claim whose response was lost is free when its lease ends: a repeated call claims others. So is a queue that
    /// this version cannot read, so that it keeps no other from being delivered.
    /// </summary>
    public async ValueTask<ImmutableArray<ClaimedEvents>> ClaimEventsAsync(
        int mostQueues,
        int mostEvents,
        Duration lease,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostQueues, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostEvents, 1);
        for (var race = 0; race < MostRaces; race++)
        {
            var leaseId = Guid.NewGuid();
            ProfileDatabaseException? unreadable = null;
            var found = await WriteAsync(
                    (sql, session) =>
                        session.QueryAllAsync(
                            sql.Statements.Events.Claim,
                            session
                                .Parameters.Number("queues", mostQueues)
                                .Number("events", mostEvents)
                                .Id("lease", leaseId)
                                .Duration("lease_for", lease)
                                .Time("clock", time.GetCurrentInstant()),
                            reader => Read(sql, reader, leaseId),
                            cancellationToken
                        ),
                    cancellationToken
                )
                .ConfigureAwait(false);
            ImmutableArray<ClaimedEvents> claimed = [.. found.OfType<ClaimedEvents>()];
            if (found.IsEmpty || !claimed.IsEmpty)
            {
                return claimed;
            }

            if (unreadable is not null)
            {
                throw unreadable;
            }

            // Others have just written to each queue that was found; the next statement sees that.
            ClaimedEvents? Read(StoreSql sql, DbDataReader reader, Guid lease)
            {
                try
                {
                    return reader.IsDBNull(0) ? null : sql.Columns.ReadClaimedEvents(reader, lease);
                }
                catch (ProfileDatabaseException fault)
                {
                    unreadable = fault;
                    return null;
                }
            }
        }

        throw NeverSettled(nameof(ClaimEventsAsync));
    }

    public async ValueTask SettleEventsAsync(
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    )
    {
        if (settlements.IsEmpty)
        {
            return;
        }

        await WriteAsync(
                (sql, session) =>
                    sql.Dialect.HasOneWriter
                        ? SettleInTurnAsync(sql, session, settlements, cancellationToken)
                        : SettleTogetherAsync(sql, session, settlements, cancellationToken),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    public async ValueTask<ImmutableArray<StoppedEvents>> GetStoppedEventsAsync(
        int most,
        CancellationToken cancellationToken
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return await RunAsync(
                (sql, session) =>
                    session.QueryAllAsync(
                        sql.Statements.Events.GetStopped,
                        session.Parameters.Number("most", most),
                        sql.Columns.ReadStoppedEvents,
                        cancellationToken
                    ),
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Not repeated when the connection breaks: afterwards nobody can tell who restarted the queue.</summary>
    public async ValueTask<bool> RestartEventsAsync(
        TenantId tenant,
        CustomerId id,
        long sequence,
        bool skips,
        CancellationToken cancellationToken
    ) =>
        await WriteAsync(
                (sql, session) =>
                    session.QueryAsync(
                        sql.Statements.Events.Restart,
                        session
                            .Parameters.Customer(tenant, id)
                            .Number("sequence", sequence)
                            .Flag("skips", skips)
                            .Time("clock", time.GetCurrentInstant()),
                        _ => true,
                        cancellationToken
                    ),
                cancellationToken,
                mayRetry: false
            )
            .ConfigureAwait(false);

    /// <summary>In a transaction that has the write lock already.</summary>
    private async Task<bool> SettleInTurnAsync(
        StoreSql sql,
        StoreSession session,
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    )
    {
        foreach (var settlement in settlements)
        {
            await session
                .QueryAsync(
                    sql.Statements.Events.Settle,
                    session
                        .Parameters.Customer(settlement.Claim.Tenant, settlement.Claim.CustomerId)
                        .Id("lease", settlement.Claim.Lease)
                        .Number("delivered", settlement.DeliveredThrough)
                        .Number("attempts", settlement.Attempts)
                        .Duration("delay", settlement.Delay)
                        .Flag("is_stopped", settlement.Stops)
                        .Time("clock", time.GetCurrentInstant()),
                    _ => true,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }

        return true;
    }

    private static Task<bool> SettleTogetherAsync(
        StoreSql sql,
        StoreSession session,
        ImmutableArray<EventSettlement> settlements,
        CancellationToken cancellationToken
    )
    {
        T[] All<T>(Func<EventSettlement, T> value) => [.. settlements.Select(value)];
        return session.QueryAsync(
            sql.Statements.Events.Settle,
            session
                .Parameters.Many("tenants", All(settlement => settlement.Claim.Tenant.Value))
                .Many("ids", All(settlement => settlement.Claim.CustomerId.Value))
                .Many("leases", All(settlement => settlement.Claim.Lease))
                .Many("delivered", All(settlement => settlement.DeliveredThrough))
                .Many("attempts", All(settlement => settlement.Attempts))
                .Many("delays", All(settlement => settlement.Delay.ToTimeSpan()))
                .Many("stopped", All(settlement => settlement.Stops)),
            _ => true,
            cancellationToken
        );
    }

    /// <summary>
    /// Where there is one writer, writes the event of what this transaction has just written; elsewhere the statement
    /// that wrote that has written it.
    /// </summary>
    private async Task WriteEventAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        CustomerId id,
        EventWrite? write,
        CancellationToken cancellationToken
    )
    {
        if (write is not null && sql.Statements.Events.Write is { } statement)
        {
            await session
                .QueryAsync(
                    statement,
                    session.Parameters.Customer(tenant, id).Event(write).Time("clock", time.GetCurrentInstant()),
                    _ => true,
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
    }
}
