using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.Sample;

/// <summary>A PostgreSQL database.</summary>
internal sealed class PostgreSqlStore : SampleStore
{
    private readonly string _connectionString;

    public PostgreSqlStore(string connectionString)
    {
        _connectionString = connectionString;
        try
        {
            var parts = new NpgsqlConnectionStringBuilder(connectionString);
            Description =
                $"PostgreSQL at {parts.Host}, database {parts.Database ?? parts.Username ?? "of the user's name"}";

            // The library validates the rest of the connection string.
            AddTo(new ServiceCollection().AddCustomerProfiles(), upgrade: false);
        }
        catch (ArgumentException exception)
        {
            // The name of the parameter means nothing to the user.
            var message = exception.Message.Split(" (Parameter", 2)[0];
            throw new BadInputException($"The connection string of --postgres cannot be used: {message}");
        }
    }

    public override string Description { get; }

    public override void AddTo(CustomerProfilesBuilder builder, bool upgrade) =>
        builder.UsePostgreSql(_connectionString, options => options.UpgradeAtStart = upgrade);

    /// <summary>The library reports missing tables when it connects.</summary>
    public override void ThrowIfMissing() { }

    public override void Delete() =>
        throw new BadInputException("--fresh deletes the file of --db only. Drop the database on the server yourself.");
}
