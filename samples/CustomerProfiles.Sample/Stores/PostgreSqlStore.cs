using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace CustomerProfiles.Sample.Stores;

/// <summary>A database of a PostgreSQL server.</summary>
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

            // It has more to say about what a connection string needs.
            Use(new ServiceCollection().AddCustomerProfiles(), upgrade: false);
        }
        catch (ArgumentException exception)
        {
            // Without the name of the parameter, which says nothing to who typed it.
            var message = exception.Message.Split(" (Parameter", 2)[0];
            throw new BadInputException($"The connection string of --postgres cannot be used: {message}");
        }
    }

    public override string Description { get; }

    public override void Use(CustomerProfilesBuilder builder, bool upgrade) =>
        builder.UsePostgreSql(_connectionString, options => options.UpgradeAtStart = upgrade);

    /// <summary>Whether there are tables is for the server to say.</summary>
    public override void ThrowIfNothingIsKept() { }

    public override void Remove() =>
        throw new BadInputException("--fresh deletes a file of --db. A database on a server is yours to drop.");
}
