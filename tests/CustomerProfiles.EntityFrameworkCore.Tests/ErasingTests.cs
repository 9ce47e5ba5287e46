using System.Text;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Erasing as the tables and the file show it, and beside other hosts. The conformance kit has the rest.
/// </summary>
public sealed class ErasingTests
{
    private const int Races = 40;

    /// <summary>A word that is nowhere but in what a customer's profile, conversations and history hold.</summary>
    private const string Word = "quokkawort";

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task After_erasing_no_table_holds_a_word_of_the_customer(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host(options: options => options.SuggestDuplicates = true);
        await LiveAsync(host);
        (await TextOfTablesAsync(database, kind)).Should().Contain(Word, "it is there to be erased");

        await EraseEverybodyAsync(host);

        (await TextOfTablesAsync(database, kind)).Should().NotContainEquivalentOf(Word);
        foreach (
            var table in new[]
            {
                "customers",
                "identities",
                "conversations",
                "search",
                "activity",
                "properties",
                "checks",
                "history",
                "merges",
                "suppressions",
                "match_keys",
                "not_duplicates",
            }
        )
        {
            (await database.ValueAsync<long>($"select count(*) from cp_{table}")).Should().Be(0, table);
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task What_erasing_keeps_says_and_logs_holds_no_word_of_the_customer(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var output = new HostOutput();
        var host = database.Host(
            builder =>
            {
                builder.AddEvents<HostOutput>();
                builder.Services.AddSingleton<ICustomerEventHandler>(output).AddLogging(output.AddTo);
            },
            options: options =>
                options.ErasureKeys.Add(
                    new ErasureKey { Id = "2026", Secret = Convert.ToBase64String(new byte[ErasureKey.MinSecretBytes]) }
                )
        );
        await LiveAsync(host);

        var receipt = await EraseEverybodyAsync(host, ErasedIdentities.DoNotKeep);

        receipt.Marks.Should().HaveCount(2);
        (await TextOfTablesAsync(database, kind))
            .Should()
            .NotContainEquivalentOf(Word, "marks, guards, the receipt and the events hold none")
            .And.Contain(receipt.Marks[0].Hash)
            .And.Contain($"{receipt.Id}");
        receipt.ToJson().Should().NotContainEquivalentOf(Word);
        (await host.GetRequiredService<ICustomerEventRunner>().DrainAsync()).Should().BePositive();
        output.Events.Should().Contain("Erased").And.NotContainEquivalentOf(Word);
        output.Logs.Should().NotBeEmpty().And.NotContainEquivalentOf(Word);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_erasing_and_a_checkpoint_no_byte_of_an_SQLite_file_holds_a_word_of_the_customer(
        bool isOwnContext
    )
    {
        await using var database = new SqliteTestDatabase();
        await using var own = isOwnContext ? Own(database) : null;
        IServiceProvider host = own ?? (IServiceProvider)database.Host();
        await LiveAsync(host, hasPast: !isOwnContext);
        (await BytesAsync(database)).Should().Contain(Word, "it is there to be erased");

        await EraseEverybodyAsync(host);

        (await BytesAsync(database)).Should().NotContainEquivalentOf(Word);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Conversations_beside_an_erasure_are_erased_or_find_nobody(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com");
            var erasing = Task.Run(() => one.EraseAsync(ada));
            var lookups = await Task.WhenAll(
                Enumerable
                    .Range(0, 6)
                    .Select(i =>
                        Task.Run(() =>
                            (i % 2 == 0 ? one : other)
                                .RecordConversationAsync(
                                    default,
                                    ada.Identities[0],
                                    // Half of them change no activity, so that only the foreign key waits.
                                    StoreCalls.Record($"c-{i}", StoreCalls.Now + Duration.FromHours(i - 3)),
                                    default
                                )
                                .AsTask()
                        )
                    )
            );

            var receipt = (await erasing).Should().BeOfType<EraseResult.Erased>().Which.Receipt;
            receipt.Conversations.Should().Be(1 + lookups.Count(lookup => lookup is not null));
        }

        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be(0);
        (await database.ValueAsync<long>("select count(*) from cp_activity")).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_check_that_is_claimed_beside_an_erasure_has_lost_its_lease(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com", StoreCalls.Provider);
            var erasing = Task.Run(() => one.EraseAsync(ada));
            var claim = await Task.Run(() => other.ClaimAsync().AsTask());

            var receipt = (await erasing).Should().BeOfType<EraseResult.Erased>().Which.Receipt;
            receipt.Providers.Should().Equal(claim is null ? [] : [StoreCalls.Provider]);
            if (claim is not null)
            {
                (await other.CompleteAsync(claim, ada.WithNotes("late"))).Should().BeOfType<CompleteResult.LeaseLost>();
            }
        }

        (await database.ValueAsync<long>("select count(*) from cp_checks")).Should().Be(0);
        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(0);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_erasure_beside_merges_into_the_customer_and_out_of_them_is_whole(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com");
            var bob = await one.CreateAsync($"bob-{race}@example.com");
            var eve = await one.CreateAsync($"eve-{race}@example.com");
            var first = await one.PlanAsync(ada.Id, bob.Id);
            (await one.Merging().MergeAsync(first, default)).Should().BeTrue();
            var merge = race % 2 == 0 ? await one.PlanAsync(eve.Id, bob.Id) : await one.PlanAsync(bob.Id, eve.Id);

            var merging = Task.Run(() => other.Merging().MergeAsync(merge, default).AsTask());
            var lapsing = Task.Run(() =>
                other
                    .Merging()
                    .LapseMergesAsync(default, StoreCalls.Now + Duration.FromSeconds(1), 10, default)
                    .AsTask()
            );
            var erased = await Task.Run(() => one.EraseAsync(bob, includesAbsorbed: true));
            await lapsing;

            var isMerged = await merging;
            if (isMerged && race % 2 != 0)
            {
                erased.Should().BeOfType<EraseResult.NotFound>("bob was absorbed by then");
                (await one.EraseAsync(eve, includesAbsorbed: true)).Should().BeOfType<EraseResult.Erased>();
            }
            else
            {
                var receipt = erased.Should().BeOfType<EraseResult.Erased>().Which.Receipt;
                receipt
                    .Customers.Should()
                    .BeEquivalentTo(isMerged ? [bob.Id, ada.Id, eve.Id] : new[] { bob.Id, ada.Id });
                (await one.EraseAsync(eve))
                    .GetType()
                    .Should()
                    .Be(isMerged ? typeof(EraseResult.AlreadyErased) : typeof(EraseResult.Erased));
            }

            (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(0);
            (await database.ValueAsync<long>("select count(*) from cp_identities")).Should().Be(0);
            (await database.ValueAsync<long>("select count(*) from cp_merges")).Should().Be(0);
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task An_erased_id_is_never_given_again(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (one, other) = (database.Store(), database.Store());
        for (var race = 0; race < Races; race++)
        {
            var ada = await one.CreateAsync($"ada-{race}@example.com");
            CustomerProfile Again(string address) =>
                new(default, ada.Id, 1, StoreCalls.Now, StoreCalls.Now, [StoreCalls.IdentityOf(address)], []);

            var erasing = Task.Run(() => one.EraseAsync(ada));
            var added = await Task.Run(() =>
                other.AddAsync(default, [Again("new@example.net")], created: null, default).AsTask()
            );
            (await erasing).Should().BeOfType<EraseResult.Erased>();

            added.Should().AllBeOfType<AddResult.IdTaken>();
            (
                await other.AddAsync(
                    default,
                    [Again("new@example.net"), StoreCalls.NewProfile($"{race}@example.org")],
                    created: null,
                    default
                )
            )
                .Select(result => result.GetType())
                .Should()
                .Equal(typeof(AddResult.IdTaken), typeof(AddResult.Added));
            await FluentActions
                .Awaiting(() =>
                    other
                        .CreateAsync(
                            new NewCustomer
                            {
                                Profile = Again("new@example.net"),
                                Conversation = StoreCalls.Record("1"),
                                Checks = [],
                            },
                            default
                        )
                        .AsTask()
                )
                .Should()
                .ThrowAsync<StoreDataException>();
        }

        (await one.FindAsync(default, StoreCalls.IdentityOf("new@example.net"), default)).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_creation_that_an_erasure_forbids_leaves_every_table_as_it_was(DatabaseKind kind)
    {
        const string Id = "Łódź 会話";
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database
            .Host(options: options => options.SuggestDuplicates = true)
            .GetRequiredService<ICustomerProfileStore>();
        var ada = await store.CreateAsync("ada@example.com", StoreCalls.Provider);
        await store.RecordConversationAsync(default, ada.Identities[0], StoreCalls.Record(Id), default);
        var write = ErasureCalls.Write(
            ada,
            marks: [ErasureCalls.Mark("ada", ErasureMarkKind.DoNotKeep)],
            guardFor: Duration.FromDays(7)
        );
        (await store.Erasing().EraseAsync(write, default)).Should().BeOfType<EraseResult.Erased>();
        var before = await TextOfTablesAsync(database, kind);

        foreach (var hash in (string[])[ErasureCalls.HashOf("ada"), ErasureHash.OfConversation(default, Id)])
        {
            (
                await store.CreateAsync(
                    new NewCustomer
                    {
                        Profile = StoreCalls.NewProfile("ada@example.com"),
                        Conversation = StoreCalls.Record("another"),
                        Checks = [StoreCalls.Provider],
                        ErasureHashes = [ErasureCalls.HashOf("nobody"), hash],
                        Event = EventCalls.Write(CustomerEventKind.Created),
                    },
                    default
                )
            ).Should().BeNull();
        }

        (await TextOfTablesAsync(database, kind)).Should().Be(before);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Undoing_a_merge_does_not_bring_back_what_was_forgotten_meanwhile(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var store = database.Store();
        var (ada, bob) = (await store.CreateAsync("ada@example.com"), await store.CreateAsync("bob@example.com"));
        var sides = await store.Merging().GetSidesAsync(default, ada.Id, bob.Id, default);
        var merge = await store.PlanAsync(ada.Id, bob.Id);
        (await store.Merging().MergeAsync(merge, default)).Should().BeTrue();
        var undoing = await store.PlanUndoingAsync(merge.Merge.Id, sides);

        (await store.Merging().RedactMergeAsync(ErasureCalls.Redaction(merge, ada), default)).Should().BeTrue();

        (await store.Merging().UnmergeAsync(undoing, default)).Should().BeFalse("it was planned with the old journal");
        undoing = await store.PlanUndoingAsync(merge.Merge.Id, sides);
        (await store.Merging().LapseMergesAsync(default, StoreCalls.Now + StoreCalls.Lease, 1, default)).Should().Be(1);
        (await store.Merging().UnmergeAsync(undoing, default)).Should().BeFalse("it can no longer be undone");
    }

    /// <summary>A host with a context of its own, whose connections nobody has set up.</summary>
    private static ServiceProvider Own(SqliteTestDatabase database)
    {
        var builder = new ServiceCollection()
            .AddCustomerProfiles()
            .UseEntityFrameworkCore<CustomerProfilesDbContext>(options => options.UpgradeAtStart = true);
        builder.Services.AddPooledDbContextFactory<CustomerProfilesDbContext>(context =>
            context.UseSqlite(
                database.ConnectionString,
                sqlite => sqlite.MigrationsAssembly(typeof(SqliteCustomerProfilesBuilderExtensions).Assembly)
            )
        );
        return builder.Services.BuildServiceProvider();
    }

    /// <summary>Customers with the word everywhere, of whom two are merged.</summary>
    private static async Task LiveAsync(IServiceProvider host, bool hasPast = true)
    {
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var now = host.GetRequiredService<IClock>().GetCurrentInstant();
        var kim = Actor.Agent("kim");
        foreach (var name in (string[])["ada", "bob"])
        {
            var created = (ConversationOutcome.Created)
                await profiles.ConversationReceivedAsync(
                    new Conversation($"{Word}-{name}", $"{name} {Word} <{name}@{Word}.example>", now)
                );
            var profile = created.Profile;
            for (var i = 0; hasPast && i < 20; i++)
            {
                var edit = profile.Edit(kim);
                edit.Notes = string.Concat(Enumerable.Repeat($"{Word} {i} ", 100 * (1 + (i % 7))));
                edit.Company = $"{Word} {i}";
                edit.Address = new PostalAddress(street: $"{Word} {i}");
                profile = ((SaveOutcome.Saved)await profiles.SaveAsync(edit)).Profile;
            }

            await profiles.SuppressAsync(profile.Id, kim);
        }

        var (ada, bob) = (await FindAsync(profiles, "ada"), await FindAsync(profiles, "bob"));
        (await profiles.Merging.MergeAsync(new MergeRequest { From = ada.Id, Into = bob.Id }, kim))
            .Should()
            .BeOfType<MergeOutcome.Merged>();
    }

    private static async Task<ErasureReceipt> EraseEverybodyAsync(
        IServiceProvider host,
        ErasedIdentities identities = ErasedIdentities.Forget
    )
    {
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var options = new ErasureOptions { IncludeAbsorbed = true, Identities = identities };
        var bob = await FindAsync(profiles, "bob");
        return (await profiles.Privacy.EraseAsync(bob.Id, Actor.Agent("kim"), options))
            .Should()
            .BeOfType<EraseOutcome.Erased>()
            .Which.Receipt;
    }

    private static async Task<CustomerProfile> FindAsync(ICustomerProfiles profiles, string name) =>
        (await profiles.FindAsync(StoreCalls.IdentityOf($"{name}@{Word}.example")))!;

    /// <summary>Every row of every table as text.</summary>
    private static async Task<string> TextOfTablesAsync(TestDatabase database, DatabaseKind kind)
    {
        var tables = await database.ValueAsync<string>(
            kind == DatabaseKind.Sqlite
                ? "select group_concat(name) from sqlite_master where type = 'table' "
                    + "and name like 'cp\\_%' escape '\\' and sql not like '%virtual%' "
                    + "and name not like '%\\_text%' escape '\\'"
                : "select string_agg(table_name, ',') from information_schema.tables where table_name like 'cp\\_%'"
        );
        var text = new StringBuilder();
        foreach (var table in tables.Split(','))
        {
            if (kind == DatabaseKind.PostgreSql)
            {
                text.AppendLine(
                    await database.ValueAsync<string>($"select coalesce(string_agg(t::text, ' '), '') from {table} t")
                );
                continue;
            }

            var columns = await database.ValueAsync<string>(
                $"select group_concat('quote(' || name || ')', ' || ') from pragma_table_info('{table}')"
            );
            text.AppendLine(
                await database.ValueAsync<string>($"select coalesce(group_concat({columns}), '') from {table}")
            );
        }

        return text.ToString();
    }

    /// <summary>The file and its WAL after a checkpoint.</summary>
    private static async Task<string> BytesAsync(SqliteTestDatabase database)
    {
        await database.ExecuteAsync("pragma wal_checkpoint(truncate)");
        var bytes = new StringBuilder();
        foreach (var file in (string[])[database.File, $"{database.File}-wal"])
        {
            if (File.Exists(file))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(stream, Encoding.Latin1);
                bytes.Append(await reader.ReadToEndAsync());
            }
        }

        return bytes.ToString();
    }
}
