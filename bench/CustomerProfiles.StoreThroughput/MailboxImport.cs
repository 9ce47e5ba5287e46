using System.Diagnostics;
using System.Globalization;
using System.Text;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.Sample;
using CustomerProfiles.Sample.Mail;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// Imports a generated mailbox as the sample does, one message after the other: four messages in two conversations of
/// each customer.
/// </summary>
internal static class MailboxImport
{
    private const int Customers = 2_500;
    private const int MessagesOfEach = 4;
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 8, 0);

    public static async Task<IReadOnlyList<ImportRate>> MeasureAsync(IEnumerable<string> databases)
    {
        var mailbox = Encoding.ASCII.GetBytes(Text());
        var rates = new List<ImportRate>();
        foreach (var store in databases.Prepend("in memory"))
        {
            var (reading, messages) = (0d, 0d);
            for (var round = 0; round < 5; round++)
            {
                reading = Math.Max(reading, await ReadAsync(mailbox));
                messages = Math.Max(messages, await TakeInAsync(store, mailbox));
            }

            rates.Add(new ImportRate(store, messages, reading));
            Console.Error.WriteLine(rates[^1]);
        }

        return rates;
    }

    private static async Task<double> ReadAsync(byte[] mailbox)
    {
        var (begun, messages) = (Stopwatch.GetTimestamp(), 0);
        await foreach (var item in new MboxReader(new MemoryStream(mailbox), new OwnAddresses([], [])).ReadAsync())
        {
            messages += item is MailItem.Message ? 1 : 0;
        }

        return PerSecond(messages, begun);
    }

    private static async Task<double> TakeInAsync(string store, byte[] mailbox)
    {
        var folder = Directory.CreateTempSubdirectory("cp-import-");
        await using var server =
            store == "postgresql"
                ? await PostgreSqlServer.StartNewAsync(new PostgreSqlSettings { SurvivesPowerFailure = true })
                : null;
        await using var database = server is null ? null : await server.CreateDatabaseAsync();
        var clock = new MailboxClock();
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock);
        var builder = services.AddCustomerProfiles();
        _ = store switch
        {
            "postgresql" => builder.UsePostgreSql(database!.ConnectionString, options => options.UpgradeAtStart = true),
            "sqlite" => builder.UseSqlite(
                $"Data Source={Path.Combine(folder.FullName, "profiles.db")}",
                options => options.UpgradeAtStart = true
            ),
            _ => builder,
        };
        double rate;
        await using (var provider = services.BuildServiceProvider())
        {
            var profiles = provider.GetRequiredService<ICustomerProfiles>();
            await profiles.GetProvidersAsync();
            var run = new Sample.MailboxImport(
                profiles,
                provider.GetRequiredService<ICheckRunner>(),
                clock,
                Start + Duration.FromDays(365)
            );
            var begun = Stopwatch.GetTimestamp();
            await run.RunAsync(
                new MboxReader(new MemoryStream(mailbox), new OwnAddresses([], [])),
                _ => { },
                _ => { },
                CancellationToken.None
            );
            rate = PerSecond(run.Totals.Messages, begun);
        }

        folder.Delete(recursive: true);
        return rate;
    }

    private static double PerSecond(int messages, long begun) =>
        messages == Customers * MessagesOfEach
            ? messages / Stopwatch.GetElapsedTime(begun).TotalSeconds
            : throw new InvalidOperationException(
                $"{messages} messages were read in a mailbox of {Customers * MessagesOfEach}."
            );

    private static string Text()
    {
        var text = new StringBuilder();
        for (var message = 0; message < MessagesOfEach; message++)
        {
            for (var customer = 0; customer < Customers; customer++)
            {
                var sent = (Start + Duration.FromSeconds((message * Customers) + customer)).ToDateTimeUtc();
                var thread = $"<{customer}-{message / 2}@mail.example.com>";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"From customer{customer}@example.com {sent:ddd MMM dd HH:mm:ss yyyy}\n"
                );
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"Message-ID: {(message % 2 == 0 ? thread : $"<{customer}-{message}-answer@mail.example.com>")}\n"
                );
                text.Append(message % 2 == 0 ? "" : $"References: {thread}\nIn-Reply-To: {thread}\n");
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"Date: {sent:ddd, dd MMM yyyy HH:mm:ss} +0000\nFrom: Customer {customer} "
                        + $"<customer{customer}@example.com>\nTo: support@example.net\n"
                );
                text.Append(CultureInfo.InvariantCulture, $"Subject: Order {customer}\n\nWhere is it?\n\n");
            }
        }

        return text.ToString();
    }
}
