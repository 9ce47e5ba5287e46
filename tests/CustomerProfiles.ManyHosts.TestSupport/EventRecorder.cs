using Npgsql;

namespace CustomerProfiles.ManyHosts.TestSupport;

/// <summary>A handler that writes each event that it gets to a table of the test.</summary>
internal sealed class EventRecorder(HostSettings settings) : ICustomerEventHandler
{
    public async ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            INSERT INTO test_deliveries (tenant, customer_id, sequence, event_id, kind, host)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            connection
        )
        {
            Parameters =
            {
                new NpgsqlParameter { Value = customerEvent.Tenant.Value },
                new NpgsqlParameter { Value = customerEvent.CustomerId.Value },
                new NpgsqlParameter { Value = customerEvent.Sequence },
                new NpgsqlParameter { Value = customerEvent.Id },
                new NpgsqlParameter { Value = customerEvent.Kind.ToString() },
                new NpgsqlParameter { Value = settings.Name },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
