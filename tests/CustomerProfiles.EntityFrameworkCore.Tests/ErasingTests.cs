using System.Text;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
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
    private const int Races = 42;

    /// <summary>A word that is nowhere but in what a customer's profile, conversations and history hold.</summary>
    private const string Word = "quokkawort";

    /// <summary>What the telephone numbers of the customers have in common.</summary>
    private const string Digits = "207946095";

    private enum Order
    {
        ErasingFirst,

        /// <summary>After the others, though it has read the customer before them.</summary>
        ErasingLast,
        AtOnce,
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task After_erasing_no_table_holds_a_word_of_the_customer(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var host = database.Host(
            builder => builder.AddProvider(Provider()),
            options: options => options.SuggestDuplicates = true
        );
        await LiveAsync(host);
        string[] words =
        [
            "customers",
            "identities",
            "conversations",
            "search",
            "properties",
            "history",
            "suppressions",
        ];
        foreach (var table in words)
        {
            (await database.TextOfAsync(kind, $"cp_{table}")).Should().Contain(Word, $"{table} has it to be erased");
        }

        string[] rows = ["activity", "checks", "merges", "match_keys", "not_duplicates"];
        foreach (var table in rows)
        {
            (await CountAsync(database, table)).Should().BePositive($"{table} has rows to be erased");
        }

        (await database.TextOfTablesAsync(kind)).Should().Contain(Digits, "they are there to be erased");

        await EraseEverybodyAsync(host);

        (await database.TextOfTablesAsync(kind)).Should().NotContainEquivalentOf(Word).And.NotContain(Digits);
        foreach (var table in words.Concat(rows))
        {
            (await CountAsync(database, table)).Should().Be(0, table);
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
                builder.AddProvider(Provider()).AddEvents<HostOutput>();
                builder.Services.AddSingleton<ICustomerEventHandler>(output).AddLogging(output.AddTo);
            },
            options: options =>
                options.ErasureKeys.Add(
                    new ErasureKey { Id = "2026", Secret = Convert.ToBase64String(new byte[ErasureKey.MinSecretBytes]) }
                )
        );
        await LiveAsync(host);
        var identities = await CountAsync(database, "identities");
        identities.Should().BeGreaterThanOrEqualTo(4, "each has an address and the id of a row");

        var receipt = await EraseEverybodyAsync(host, ErasedIdentities.DoNotKeep);

        receipt.Marks.Should().HaveCount((int)identities);
        (await database.TextOfTablesAsync(kind))
            .Should()
            .NotContainEquivalentOf(Word, "marks, guards, the receipt and the events hold none")
            .And.NotContain(Digits)
            .And.Contain(receipt.Marks[0].Hash)
            .And.Contain($"{receipt.Id}");
        receipt.ToJson().Should().NotContainEquivalentOf(Word).And.NotContain(Digits);
        (await host.GetRequiredService<ICustomerEventRunner>().DrainAsync()).Should().BePositive();
        output.Events.Should().Contain("Erased").And.NotContainEquivalentOf(Word).And.NotContain(Digits);
        output.Logs.Should().NotBeEmpty().And.NotContainEquivalentOf(Word).And.NotContain(Digits);
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
        IServiceProvider host = own ?? (IServiceProvider)database.Host(builder => builder.AddProvider(Provider()));
        await LiveAsync(host, hasPast: !isOwnContext);
        (await BytesAsync(database)).Should().Contain(Word, "it is there to be erased");

        await EraseEverybodyAsync(host);

        (await BytesAsync(database)).Should().NotContainEquivalentOf(Word).And.NotContain(Digits);
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
            var (erased, found) = await EraseBesideAsync(
                OrderOf(race),
                meanwhile => one.EraseAsync(ada, afterFirstRead: meanwhile),
                async () =>
                    (
                        await Task.WhenAll(
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
                        )
                    ).Count(lookup => lookup is not null)
            );

            found.Should().BeInRange(OrderOf(race) == Order.ErasingLast ? 6 : 0, IsErasedFirst(race) ? 0 : 6);
            var receipt = erased.Should().BeOfType<EraseResult.Erased>().Which.Receipt;
            receipt.Conversations.Should().Be(1 + found);
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
            var (erased, claim) = await EraseBesideAsync(
                OrderOf(race),
                meanwhile => one.EraseAsync(ada, afterFirstRead: meanwhile),
                () => other.ClaimAsync().AsTask()
            );

            if (OrderOf(race) != Order.AtOnce)
            {
                (claim is null).Should().Be(IsErasedFirst(race));
            }

            var receipt = erased.Should().BeOfType<EraseResult.Erased>().Which.Receipt;
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

            var (erased, isMerged) = await EraseBesideAsync(
                OrderOf(race),
                meanwhile => one.EraseAsync(bob, includesAbsorbed: true, afterFirstRead: meanwhile),
                async () =>
                {
                    var lapsing = Task.Run(() =>
                        other
                            .Merging()
                            .LapseMergesAsync(default, StoreCalls.Now + Duration.FromSeconds(1), 10, default)
                            .AsTask()
                    );
                    var isMerged = await other.Merging().MergeAsync(merge, default);
                    await lapsing;
                    return isMerged;
                }
            );

            if (OrderOf(race) != Order.AtOnce)
            {
                isMerged.Should().Be(!IsErasedFirst(race));
            }

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

            var (erased, added) = await EraseBesideAsync(
                OrderOf(race),
                meanwhile => one.EraseAsync(ada, afterFirstRead: meanwhile),
                () => other.AddAsync(default, [Again("new@example.net")], created: null, default).AsTask()
            );
            erased.Should().BeOfType<EraseResult.Erased>();

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
        var before = await database.TextOfTablesAsync(kind);

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

        (await database.TextOfTablesAsync(kind)).Should().Be(before);
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

    private static Order OrderOf(int race) => (Order)(race % 3);

    private static bool IsErasedFirst(int race) => OrderOf(race) == Order.ErasingFirst;

    /// <summary>Erases beside calls of another host.</summary>
    /// <param name="order">What comes first.</param>
    /// <param name="erase">Erases, and runs what it is given after it has read the customer.</param>
    /// <param name="others">The calls.</param>
    private static async Task<(EraseResult Erased, T Others)> EraseBesideAsync<T>(
        Order order,
        Func<Func<Task>?, Task<EraseResult>> erase,
        Func<Task<T>> others
    )
    {
        if (order == Order.ErasingFirst)
        {
            return (await erase(null), await others());
        }

        if (order == Order.ErasingLast)
        {
            var result = default(T)!;
            var last = await erase(async () => result = await others());
            return (last, result);
        }

        var erasing = Task.Run(() => erase(null));
        var beside = await Task.Run(others);
        return (await erasing, beside);
    }

    /// <summary>A provider that knows the word of everybody.</summary>
    private static FakeProvider Provider() =>
        new()
        {
            DefaultResult = new ProviderResult.Matched(
                new PublicInformation
                {
                    Bio = $"{Word} of a provider",
                    Location = $"{Word} of a provider",
                    Websites = [new Uri($"https://{Word}.example/provider")],
                }
            ),
        };

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
            var created = (ConversationOutcome.Created)await profiles.ConversationReceivedAsync(First(name));
            var profile = hasPast ? await LiveBesideAsync(host, name, created.Profile.Id) : created.Profile;
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
        if (hasPast)
        {
            await profiles.Merging.MarkNotDuplicatesAsync(ada.Id, bob.Id, kim);
        }

        (await profiles.Merging.MergeAsync(new MergeRequest { From = ada.Id, Into = bob.Id }, kim))
            .Should()
            .BeOfType<MergeOutcome.Merged>();

        Conversation First(string name) => new($"{Word}-{name}", $"{name} {Word} <{name}@{Word}.example>", now);

        async Task<CustomerProfile> LiveBesideAsync(IServiceProvider host, string name, CustomerId id)
        {
            (await host.GetRequiredService<ICheckRunner>().DrainAsync()).Should().Be(1);
            (await profiles.ConversationReceivedAsync(First(name)))
                .Should()
                .BeOfType<ConversationOutcome.Existing>("it is delivered again");
            var row = new ImportRow
            {
                Id = $"{Word}-{name}",
                Profile = new NewProfile
                {
                    JobTitle = $"{Word} of a row",
                    Emails = [new ProfileEmail($"{name}@{Word}.example")],
                },
            };
            await foreach (var result in profiles.ImportAsync(OneRow(row), new ImportOptions { System = "old-crm" }))
            {
                result.Outcome.Should().BeOfType<ImportOutcome.Updated>();
            }

            var edit = (await profiles.GetAsync(id))!.Edit(kim);
            edit.Custom["plan"] = $"{Word} {name}";
            edit.Phones.Add(new PhoneNumber($"+44{Digits}{(name == "ada" ? 8 : 9)}"));
            var saved = (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>().Which.Profile;
            saved.Find(ProfileField.Bio)!.Provenance.Source.Should().Be(ProvenanceSource.Provider);
            return saved;
        }
    }

    private static async IAsyncEnumerable<ImportRow> OneRow(ImportRow row)
    {
        await Task.Yield();
        yield return row;
    }

    private static Task<long> CountAsync(TestDatabase database, string table) =>
        database.ValueAsync<long>($"select count(*) from cp_{table}");

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
