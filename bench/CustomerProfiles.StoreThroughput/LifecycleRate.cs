using System.Collections.Immutable;
using System.Diagnostics;
using CustomerProfiles.Databases.TestSupport;
using CustomerProfiles.EntityFrameworkCore;
using CustomerProfiles.Stores;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.StoreThroughput;

/// <summary>
/// What the life of a customer costs: an edit with history and event against one without, a merge of two customers with
/// many entries and conversations against an edit of one, a page of history, and events delivered by two hosts.
/// </summary>
internal static class LifecycleRate
{
    private const int Customers = 200;
    private const int Entries = 100;
    private const int Conversations = 10_000;
    private const int Pairs = 9;
    private const int Versions = 200;
    private const int Events = 50_000;
    private const int Rounds = 7;

    private static readonly Actor Kim = Actor.Agent("kim");

    public static async Task MeasureAsync(string[] args)
    {
        foreach (var database in args.Where(arg => arg is "sqlite" or "postgresql").DefaultIfEmpty("postgresql"))
        {
            await MeasureAsync(database == "postgresql");
        }
    }

    private static async Task MeasureAsync(bool isPostgreSql)
    {
        var folder = Directory.CreateTempSubdirectory("cp-lifecycle-");
        await using var server = isPostgreSql
            ? await PostgreSqlServer.StartNewAsync(new PostgreSqlSettings { SurvivesPowerFailure = true })
            : null;
        await using var database = server is null ? null : await server.CreateDatabaseAsync();
        ServiceProvider Open(int history, bool writesEvents)
        {
            var builder = new ServiceCollection().AddCustomerProfiles(options => options.HistoryEntries = history);
            void Configure(DatabaseStoreOptions options) => options.UpgradeAtStart = true;
            builder = database is null
                ? builder.UseSqlite($"Data Source={Path.Combine(folder.FullName, "profiles.db")}", Configure)
                : builder.UsePostgreSql(database.ConnectionString, Configure);
            if (writesEvents)
            {
                builder.AddEvents<NoHandler>(options => options.MaxConcurrentCustomers = 16);
            }

            return builder.Services.BuildServiceProvider();
        }

        var name = isPostgreSql ? "postgresql" : "sqlite";
        await using (var plain = Open(history: 0, writesEvents: false))
        await using (var full = Open(history: 200, writesEvents: true))
        {
            await plain.GetRequiredService<ICustomerProfileStore>().GetProviderSettingsAsync(default, default);
            await EditsAsync(name, plain, full);
            await MergesAsync(name, full, isPostgreSql);
            await HistoryAsync(name, full);
            await using var other = Open(history: 200, writesEvents: true);
            await DeliveryAsync(name, full, other);
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Edits with history and event, and without either, in turn.</summary>
    private static async Task EditsAsync(string database, ServiceProvider plain, ServiceProvider full)
    {
        var ids = await MakeAsync(full, Customers, entries: 10);
        var ratios = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var without = await EditTimeAsync(plain, ids, round);
            var with = await EditTimeAsync(full, ids, round);
            if (round > 0)
            {
                ratios.Add(with / without);
            }
        }

        Print(
            $"{database}, edit with history and event against one without: {Median(ratios):N2} (target 1.25; "
                + $"{ratios.Min():N2} to {ratios.Max():N2})"
        );
    }

    private static async Task MergesAsync(string database, ServiceProvider full, bool isPostgreSql)
    {
        var ids = await MakeAsync(full, (Pairs * 2) + 1, Entries);
        await using (
            var context = await full.GetRequiredService<IDbContextFactory<CustomerProfilesDbContext>>()
                .CreateDbContextAsync()
        )
        {
            context.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
            var numbers = isPostgreSql
                ? $"generate_series(1, {Conversations}) n"
                : $"(with recursive s (n) as (values (1) union all select n + 1 from s where n < {Conversations}) "
                    + "select n from s)";
            var time = isPostgreSql ? "timestamptz '2026-03-01 12:00:00+00'" : "1772366400000000";
            foreach (var id in ids)
            {
                var key = isPostgreSql ? $"'{id}'::uuid" : $"'{id}'";
#pragma warning disable EF1002, EF1003 // No value comes from outside.
                await context.Database.ExecuteSqlRawAsync(
                    "insert into cp_conversations (tenant, customer_id, conversation_id, direction, occurred_at) "
                        + $"select 'default', {key}, 'c-' || n, 'received', {time} from {numbers}"
                );
#pragma warning restore EF1002, EF1003
            }
        }

        var merging = full.GetRequiredService<ICustomerProfiles>().Merging;
        var (edits, previews, merges, unmerges) = (
            new List<double>(),
            new List<double>(),
            new List<double>(),
            new List<double>()
        );
        for (var pair = 0; pair < Pairs; pair++)
        {
            edits.Add(await EditTimeAsync(full, [ids[^1]], pair));
            var request = new MergeRequest { From = ids[pair * 2], Into = ids[(pair * 2) + 1] };
            previews.Add(await TimeAsync(async () => await merging.PreviewAsync(request)));
            MergeOutcome? outcome = null;
            merges.Add(await TimeAsync(async () => outcome = await merging.MergeAsync(request, Kim)));
            var merge = ((MergeOutcome.Merged)outcome!).Merge;
            unmerges.Add(await TimeAsync(async () => await merging.UnmergeAsync(merge, Kim)));
        }

        Print(
            $"{database}, {Entries} entries and {Conversations} conversations each: edit {Median(edits):N2} ms, "
                + $"preview {Median(previews):N2} ms, merge {Median(merges):N2} ms, which is "
                + $"{Median(merges) / Median(edits):N1} edits (target 20), undoing {Median(unmerges):N2} ms"
        );
    }

    private static async Task HistoryAsync(string database, ServiceProvider full)
    {
        var id = (await MakeAsync(full, 1, entries: 10))[0];
        for (var version = 0; version < Versions; version++)
        {
            await EditTimeAsync(full, [id], version);
        }

        var history = full.GetRequiredService<ICustomerProfiles>().History;
        var pages = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            pages.Add(await TimeAsync(async () => await history.GetAsync(id)));
        }

        Print($"{database}, a page of a history of {Versions} changes: {Median(pages):N2} ms");
    }

    private static async Task DeliveryAsync(string database, ServiceProvider one, ServiceProvider other)
    {
        await one.GetRequiredService<ICustomerEventRunner>().DrainAsync();
        var store = one.GetRequiredService<ICustomerProfileStore>();
        var now = Population.Now;
        for (var written = 0; written < Events; written += 500)
        {
            ImmutableArray<CustomerProfile> batch =
            [
                .. Enumerable
                    .Range(0, 500)
                    .Select(_ => new CustomerProfile(default, CustomerId.New(now), 1, now, now, [], [])),
            ];
            await store.AddAsync(
                default,
                batch,
                new EventWrite
                {
                    Kind = CustomerEventKind.Created,
                    By = new Provenance(ProvenanceSource.Import, "bench", now),
                },
                default
            );
        }

        var delivered = 0;
        var time = await TimeAsync(async () =>
            delivered = (
                await Task.WhenAll(
                    new[] { one, other }.Select(host =>
                        Task.Run(async () => await host.GetRequiredService<ICustomerEventRunner>().DrainAsync())
                    )
                )
            ).Sum()
        );
        Print($"{database}, two hosts deliver {delivered} events: {delivered / time * 1_000:N0}/s (target 10,000)");
    }

    /// <summary>Customers with so many custom properties.</summary>
    private static async Task<CustomerId[]> MakeAsync(ServiceProvider host, int count, int entries)
    {
        var now = Population.Now;
        var by = new Provenance(ProvenanceSource.Agent, "kim", now);
        ImmutableArray<CustomerProfile> made =
        [
            .. Enumerable
                .Range(0, count)
                .Select(number => new CustomerProfile(
                    default,
                    CustomerId.New(now),
                    1,
                    now,
                    now,
                    [Identity.External($"bench:{Guid.NewGuid()}")],
                    [
                        .. Enumerable
                            .Range(0, entries)
                            .Select(entry => new FieldValue(
                                ProfileField.Custom($"key-{number % 2}-{entry}"),
                                "",
                                $"value {entry} of customer {number}",
                                by
                            )),
                    ]
                )),
        ];
        foreach (var batch in made.Chunk(100))
        {
            await host.GetRequiredService<ICustomerProfileStore>()
                .AddAsync(default, [.. batch], created: null, default);
        }

        return [.. made.Select(profile => profile.Id)];
    }

    /// <summary>Milliseconds for an edit, on average over the customers.</summary>
    private static async Task<double> EditTimeAsync(ServiceProvider host, CustomerId[] ids, int round)
    {
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var edits = new List<ProfileEdit>();
        foreach (var id in ids)
        {
            var edit = (await profiles.GetAsync(id))!.Edit(Kim);
            edit.Company = $"Company {round} {host.GetHashCode()}";
            edits.Add(edit);
        }

        return await TimeAsync(async () =>
            {
                foreach (var edit in edits)
                {
                    if (await profiles.SaveAsync(edit) is not SaveOutcome.Saved)
                    {
                        throw new InvalidOperationException("An edit was not saved.");
                    }
                }
            }) / ids.Length;
    }

    private static async Task<double> TimeAsync(Func<Task> act)
    {
        var begun = Stopwatch.GetTimestamp();
        await act();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(string line) => Console.WriteLine(line);

    private sealed class NoHandler : ICustomerEventHandler
    {
        public ValueTask HandleAsync(CustomerEvent customerEvent, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }
}
