using CustomerProfiles.Stores;

namespace CustomerProfiles.EntityFrameworkCore;

/// <content>What follows a change in a database with one writer: the statements that it needs, and no other.</content>
internal sealed partial class EntityFrameworkCoreProfileStore<TContext>
{
    /// <summary>Null without a profile, and where the statement of the change writes everything.</summary>
    private async ValueTask<WrittenProfile?> PrepareAsync(
        CustomerProfile? profile,
        SearchableProperties searchable,
        CancellationToken cancellationToken
    )
    {
        var sql = await database.ReadyAsync(cancellationToken).ConfigureAwait(false);
        return profile is null || sql.Statements.Changes is null
            ? null
            : new WrittenProfile(profile, searchable, matchKeys, sql.Dialect);
    }

    /// <summary>Writes what a result changes of its customer, after the check was ended.</summary>
    private async Task WriteResultAsync(
        StoreSql sql,
        StoreSession session,
        CheckClaim claim,
        CheckOutcome outcome,
        CustomerProfile? profile,
        WrittenProfile? written,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        if (sql.Statements.Changes is { } statements)
        {
            if (written is not null)
            {
                await ExecuteAsync(
                        session,
                        statements.Apply,
                        written.AddTo(session.Parameters, change),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            if (outcome == CheckOutcome.Withheld)
            {
                await ExecuteAsync(
                        session,
                        statements.Withhold,
                        session
                            .Parameters.Customer(claim.Tenant, claim.CustomerId)
                            .Remembered(written is null ? change : null),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }

        await WriteDependentsAsync(
                sql,
                session,
                claim.Tenant,
                claim.CustomerId,
                profile?.Version,
                written,
                change,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Writes what depends on a change: how the customer is found, the history, the event.</summary>
    private async Task WriteDependentsAsync(
        StoreSql sql,
        StoreSession session,
        TenantId tenant,
        CustomerId id,
        long? version,
        WrittenProfile? written,
        ProfileChange? change,
        CancellationToken cancellationToken
    )
    {
        if (sql.Statements.Changes is { } statements)
        {
            if (
                written is not null
                && await ExecuteAsync(
                        session,
                        statements.FoundBy,
                        written.AddKeysTo(session.Parameters),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
            {
                await ExecuteAsync(
                        session,
                        statements.Properties,
                        session.Parameters.Customer(tenant, id),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }

            if (written is not null && statements.MatchKeys is { } keys)
            {
                await ExecuteAsync(session, keys, written.AddMatchKeysTo(session.Parameters), cancellationToken)
                    .ConfigureAwait(false);
            }

            if (change is { MostKept: > 0 })
            {
                await ExecuteAsync(
                        session,
                        statements.Remember,
                        session
                            .Parameters.Customer(tenant, id)
                            .Number("version", version)
                            .Change("change", "most", change),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }

        await WriteEventAsync(sql, session, tenant, id, change?.Event, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the statement returns a row.</summary>
    private static Task<bool> ExecuteAsync(
        StoreSession session,
        StoreStatement statement,
        StoreParameters parameters,
        CancellationToken cancellationToken
    ) => session.QueryAsync(statement, parameters, _ => true, cancellationToken);
}
