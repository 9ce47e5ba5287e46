using System.Data.Common;
using CustomerProfiles.EntityFrameworkCore;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// Hand-written access without the library: a pooled connection, a command with the same statement and parameters, the
/// columns read and discarded.
/// </summary>
internal sealed class ByHand(DbDataSource source, StoreDialect dialect)
{
    public StoreParameters Parameters => new(dialect);

    public async Task RunAsync(StoreStatement statement, StoreParameters parameters, bool inTransaction)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = inTransaction ? await connection.BeginTransactionAsync() : null;
        await using var command = connection.CreateCommand();
        command.CommandText = statement.Text;
        command.Transaction = transaction;
        parameters.AddTo(command);

        await using (var reader = await command.ExecuteReaderAsync())
        {
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

        if (transaction is not null)
        {
            await transaction.CommitAsync();
        }
    }

    /// <summary>A profile as it is stored, serialized by the same code, which is not work of the database.</summary>
    public StoreParameters Update(CustomerProfile next) =>
        Parameters
            .Customer(next.Tenant, next.Id)
            .Profile(next, SearchableProperties.None, MatchKeys.Off)
            .Texts("kinds", next.Identities.Select(identity => StoredNames.Of(identity.Kind)))
            .Texts("values", next.Identities.Select(identity => identity.Value))
            .Change(null);
}
