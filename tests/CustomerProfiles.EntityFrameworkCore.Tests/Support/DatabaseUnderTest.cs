using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests.Support;

/// <summary>
/// A durable store for the conformance kit, with a clock that the kit can advance, and a second host on the same data.
/// </summary>
internal sealed class DatabaseUnderTest : StoreUnderTest
{
    private readonly TestDatabase _database;
    private readonly DatabaseKind _kind;
    private readonly SearchBounds? _bounds;
    private readonly FakeTimeProvider _time = new();

    private DatabaseUnderTest(TestDatabase database, DatabaseKind kind, SearchBounds? bounds)
    {
        _database = database;
        _kind = kind;
        _bounds = bounds;
        Store = Open(StoreConformance.MatchKeys);
    }

    public override ICustomerProfileStore Store { get; }

    public override int Sequences =>
        int.TryParse(Environment.GetEnvironmentVariable("CUSTOMERPROFILES_SEQUENCES"), out var sequences)
            ? sequences
            : 60;

    public static async Task<DatabaseUnderTest> CreateAsync(DatabaseKind kind, SearchBounds? bounds = null)
    {
        var database = await TestDatabase.CreateAsync(kind);
        if (kind == DatabaseKind.PostgreSql)
        {
            await database.ExecuteAsync("create table test_clock as select interval '0' as ahead");
        }

        return new DatabaseUnderTest(database, kind, bounds);
    }

    public override async ValueTask PassTimeAsync(Duration duration, CancellationToken cancellationToken)
    {
        if (_kind == DatabaseKind.PostgreSql)
        {
            await _database.ExecuteAsync(
                $"update test_clock set ahead = ahead + interval '{duration.BclCompatibleTicks / 10} microseconds'"
            );
        }
        else
        {
            _time.Advance(duration.ToTimeSpan());
        }
    }

    public override ValueTask<ICustomerProfileStore?> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new(Open(StoreConformance.MatchKeys));

    public override ValueTask<ICustomerProfileStore?> OpenWithoutMatchKeysAsync(CancellationToken cancellationToken) =>
        new(Open(MatchKeys.Off));

    private ICustomerProfileStore Open(MatchKeys keys) =>
        _database
            .Host(builder =>
            {
                builder.Services.AddSingleton(keys);
                builder.Services.Configure<CustomerProfilesOptions>(options =>
                    options.DefinePropertiesPerTenant = true
                );

                // The clock of PostgreSQL is the server's, that of SQLite the process's; a test advances both.
                builder.Services.AddSingleton<TimeProvider>(_kind == DatabaseKind.Sqlite ? _time : TimeProvider.System);
                builder.Services.AddSingleton(provider => new ProfileDatabase<CustomerProfilesDbContext>(
                    provider.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>(),
                    provider.GetRequiredService<DatabaseStoreOptions>()
                )
                {
                    Bounds = _bounds,
                    KeepsMatchKeys = provider.GetRequiredService<MatchKeys>().IsOn,
                    Direct = provider.GetService<DirectConnections>(),
                    Dialect =
                        _kind == DatabaseKind.Sqlite
                            ? null
                            : PostgreSqlDialect.WithClock("(statement_timestamp() + (select ahead from test_clock))"),
                });
            })
            .GetRequiredService<ICustomerProfileStore>();
}
