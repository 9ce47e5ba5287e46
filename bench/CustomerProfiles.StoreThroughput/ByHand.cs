using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// Hand-written access without the library: a pooled connection, a command with the same statement and parameters, the
/// columns read and discarded.
/// </summary>
internal sealed class ByHand(DbDataSource source, StoreDialect dialect)
{
    public StoreParameters Parameters => new(dialect);

    public Task RunAsync(StoreStatement statement, StoreParameters parameters, bool inTransaction) =>
        RunAsync(inTransaction, (statement, parameters));

    /// <summary>Runs the statements of one call.</summary>
    public async Task RunAsync(bool inTransaction, params (StoreStatement, StoreParameters)[] statements)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = inTransaction ? await connection.BeginTransactionAsync() : null;
        foreach (var (statement, parameters) in statements)
        {
            await RunAsync(connection, transaction, statement, parameters);
        }

        if (transaction is not null)
        {
            await transaction.CommitAsync();
        }
    }

    private static async Task RunAsync(
        DbConnection connection,
        DbTransaction? transaction,
        StoreStatement statement,
        StoreParameters parameters
    )
    {
        await using var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        command.Transaction = transaction;
        parameters.AddTo(command);

        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    _ = reader.GetValue(column);
                }
            }
        } while (await reader.NextResultAsync());
    }

    /// <summary>
    /// An edit that changes no identity. A profile is serialised by the same code, which is not work of the database.
    /// </summary>
    public Task UpdateAsync(StoreStatements sql, CustomerProfile next)
    {
        if (sql.Changes is not { } changes)
        {
            return RunAsync(
                sql.UpdateValues![OptionalWrites.None],
                Parameters
                    .Customer(next.Tenant, next.Id)
                    .Profile(next, SearchableProperties.None, MatchKeys.Off)
                    .Texts("kinds", next.Identities.Select(identity => StoredNames.Of(identity.Kind)))
                    .Texts("values", next.Identities.Select(identity => identity.Value))
                    .Change(null),
                inTransaction: false
            );
        }

        var written = new WrittenProfile(next, SearchableProperties.None, MatchKeys.Off, dialect);
        return RunAsync(
            inTransaction: true,
            (
                sql.UpdateValues![OptionalWrites.None],
                written.AddTo(Parameters, change: null).Identities(next.Identities)
            ),
            (changes.FoundBy, written.AddKeysTo(Parameters))
        );
    }

    /// <summary>A new customer with a first check.</summary>
    public Task CreateAsync(StoreStatements sql, NewCustomer customer)
    {
        var (profile, conversation) = (customer.Profile, customer.Conversation);
        var identity = profile.Identities[0];
        if (sql.Writer is not { } writer)
        {
            return RunAsync(
                sql.Create[OptionalWrites.None],
                Parameters
                    .Identity(profile.Tenant, identity)
                    .Text("conversation", conversation.Id)
                    .Text("direction", StoredNames.Of(conversation.Direction))
                    .Time("occurred_at", conversation.At)
                    .Id("id", profile.Id.Value)
                    .Time("created_at", profile.CreatedAt)
                    .Profile(profile, SearchableProperties.None, MatchKeys.Off)
                    .Texts("providers", customer.Checks)
                    .Texts("hashes", customer.ErasureHashes)
                    .Event(null),
                inTransaction: false
            );
        }

        var call = new GatheredCall(profile.Tenant, identity, conversation, customer, CancellationToken.None);
        var checks = customer.Checks.Select(provider => (customer, provider));
        var written = new WrittenProfile(profile, SearchableProperties.None, MatchKeys.Off, dialect);
        return RunAsync(
            inTransaction: true,
            (
                writer.FindObstacles,
                Parameters.Tenant(profile.Tenant).Text("creations", AdditionDocument.Creations([call]))
            ),
            (sql.Create[OptionalWrites.None], written.AddNewTo(Parameters, identity, conversation)),
            (writer.RequestChecks, Parameters.Tenant(profile.Tenant).Text("checks", AdditionDocument.Checks(checks)))
        );
    }

    /// <summary>A result that brings values.</summary>
    public Task CompleteAsync(StoreStatements sql, CheckClaim claim, CustomerProfile next)
    {
        var parameters = Parameters
            .Customer(claim.Tenant, claim.CustomerId)
            .Text("provider", claim.Provider)
            .Id("lease", claim.LeaseId)
            .Text("outcome", StoredNames.Of(CheckOutcome.Matched))
            .Time("now", Population.Now);
        if (sql.Changes is not { } changes)
        {
            return RunAsync(
                sql.Complete[OptionalWrites.None],
                parameters.Profile(next, SearchableProperties.None, MatchKeys.Off).Change(null),
                inTransaction: false
            );
        }

        var written = new WrittenProfile(next, SearchableProperties.None, MatchKeys.Off, dialect);
        return RunAsync(
            inTransaction: true,
            (sql.Complete[OptionalWrites.None], parameters.Number("version", next.Version)),
            (changes.Apply, written.AddTo(Parameters, change: null)),
            (changes.FoundBy, written.AddKeysTo(Parameters))
        );
    }
}
