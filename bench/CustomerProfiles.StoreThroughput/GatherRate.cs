using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// Conversations per second by 16 callers with gathering off and on, in turns on one database, and those of a mailbox
/// of new customers through the bulk entry point.
/// </summary>
internal static class GatherRate
{
    private const int Customers = 10_000;
    private const int Callers = 16;

    /// <summary>The first is not counted: code that runs once a batch is optimized only after some time.</summary>
    private const int Rounds = 4;
    private const int MailboxCustomers = 10_000;
    private const int MessagesOfEach = 4;

    public static async Task MeasureAsync(string[] args)
    {
        foreach (var database in args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("postgresql"))
        {
            await MeasureAsync(database == "postgresql");
        }
    }

    private static async Task MeasureAsync(bool isPostgreSql)
    {
        var folder = Directory.CreateTempSubdirectory("cp-gather-");
        await using var server = isPostgreSql
            ? await PostgreSqlServer.StartNewAsync(new PostgreSqlSettings { SurvivesPowerFailure = true })
            : null;
        await using var database = server is null ? null : await server.CreateDatabaseAsync();
        ServiceProvider Open(bool gathers)
        {
            var builder = new ServiceCollection().AddCustomerProfiles();
            void Configure(DatabaseStoreOptions options) =>
                (options.UpgradeAtStart, options.GatherWrites) = (true, gathers);
            _ = database is null
                ? builder.UseSqlite($"Data Source={Path.Combine(folder.FullName, "profiles.db")}", Configure)
                : builder.UsePostgreSql(database.ConnectionString, Configure);
            return builder.Services.BuildServiceProvider();
        }

        await using (var off = Open(gathers: false))
        await using (var on = Open(gathers: true))
        {
            var store = off.GetRequiredService<ICustomerProfileStore>();
            await store.GetProviderSettingsAsync(default, default);
            await using var context = await off.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
                .CreateDbContextAsync();
            foreach (var statement in Population.Statements(isPostgreSql, Customers))
            {
                await context.Database.ExecuteSqlRawAsync(
                    statement.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
                );
            }

            var made = Customers;
            var turn = 0;
            for (var round = 0; round < Rounds; round++)
            {
                foreach (var (name, host) in new[] { ("off", off), ("on", on) })
                {
                    var one = host.GetRequiredService<ICustomerProfileStore>();
                    var known = await RateAsync(async () =>
                    {
                        var number = Interlocked.Increment(ref turn);
                        await one.RecordConversationAsync(
                            default,
                            Population.IdentityOf((int)(number * 7_919L % Customers)),
                            new ConversationRecord(
                                $"g-{number}",
                                ConversationDirection.Received,
                                Population.Now + Duration.FromSeconds(number)
                            ),
                            default
                        );
                    });
                    var created = await RateAsync(async () =>
                    {
                        var number = Interlocked.Increment(ref made);
                        await one.CreateAsync(
                            new NewCustomer
                            {
                                Profile = Population.ProfileOf(Population.IdOf(number), Population.AddressOf(number)),
                                Conversation = new ConversationRecord(
                                    "g",
                                    ConversationDirection.Received,
                                    Population.Now
                                ),
                                Checks = ["fullcontact"],
                                ErasureHashes = [ErasureHash.OfConversation(default, "g")],
                            },
                            default
                        );
                    });
                    if (round == 0)
                    {
                        continue;
                    }

                    Console.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{(isPostgreSql ? "postgresql" : "sqlite")}, gathering {name}: known {known:N0}/s, "
                                + $"new {created:N0}/s"
                        )
                    );
                }
            }

            var begun = Stopwatch.GetTimestamp();
            var messages = 0;
            await foreach (
                var result in on.GetRequiredService<ICustomerProfiles>()
                    .RecordAllAsync(MailboxAsync(), new BulkIntakeOptions { RequestChecks = false })
            )
            {
                messages += result.Outcome is null ? 0 : 1;
            }

            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"mailbox: {messages / Stopwatch.GetElapsedTime(begun).TotalSeconds:N0} messages/s"
                )
            );
        }

        folder.Delete(recursive: true);
    }

    private static async IAsyncEnumerable<IConversation> MailboxAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await Task.CompletedTask;
        for (var message = 0; message < MessagesOfEach; message++)
        {
            for (var customer = 0; customer < MailboxCustomers; customer++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new Conversation(
                    $"{customer}-{message / 2}",
                    $"mailbox{customer}@example.com",
                    $"Customer {customer}",
                    Population.Now
                );
            }
        }
    }

    private static async Task<double> RateAsync(Func<Task> call)
    {
        const double Seconds = 2;
        var (begun, calls) = (Stopwatch.GetTimestamp(), 0);
        await Task.WhenAll(
            Enumerable
                .Range(0, Callers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < Seconds)
                        {
                            await call();
                            Interlocked.Increment(ref calls);
                        }
                    })
                )
        );
        return calls / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
