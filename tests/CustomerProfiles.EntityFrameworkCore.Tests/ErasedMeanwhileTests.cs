using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Providers;
using CustomerProfiles.Stores;
using CustomerProfiles.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// A customer who is erased after another call has read them and before it writes, on each store: the call has an
/// outcome, and nothing of the customer is left.
/// </summary>
public sealed class ErasedMeanwhileTests
{
    private const string Memory = "Memory";

    /// <summary>A word that is nowhere but in what the customer held before.</summary>
    private const string Word = "quokkawort";

    private static readonly Actor Kim = Actor.Agent("kim");
    private static readonly Identity AdasAddress = StoreCalls.IdentityOf("ada@example.com");
    private static readonly Identity GracesAddress = StoreCalls.IdentityOf("grace@example.org");

    /// <summary>Each call, with the call of the store by which it writes, and its outcome.</summary>
    private static readonly Dictionary<string, Call> Calls = new(StringComparer.Ordinal)
    {
        ["edit"] = new(nameof(ICustomerProfileStore.UpdateAsync), "erased", EditAsync),
        ["clear photo"] = new(
            nameof(ICustomerProfileStore.UpdateAsync),
            "erased",
            async scene => (await scene.Profiles.ClearPhotoAsync(scene.Ada.Id, Kim)).Code
        ),
        ["import"] = new(nameof(ICustomerProfileStore.UpdateAsync), "created", ImportAsync),
        ["conversation"] = new(
            nameof(ICustomerProfileStore.RecordConversationAsync),
            "created",
            async scene => (await scene.ReceiveAsync("ada@example.com", "second")).Code
        ),
        ["check"] = new(nameof(ICustomerProfileStore.CompleteCheckAsync), "1 lookup", CheckAsync),
        ["callback"] = new(nameof(ICustomerProfileStore.CompleteCheckAsync), "NotExpected", CallbackAsync),
        ["merge into"] = new(
            nameof(IMergingStore.MergeAsync),
            "not-found",
            scene => MergeAsync(scene, scene.Grace.Id, scene.Ada.Id)
        ),
        ["merge from"] = new(
            nameof(IMergingStore.MergeAsync),
            "not-found",
            scene => MergeAsync(scene, scene.Ada.Id, scene.Grace.Id)
        ),
        ["unmerge"] = new(nameof(IMergingStore.UnmergeAsync), "not-found", UnmergeAsync),
        ["suppress"] = new(
            nameof(ICustomerProfileStore.SetSuppressedAsync),
            "False",
            async scene => $"{await scene.Profiles.SuppressAsync(scene.Ada.Id, Kim)}"
        ),
        ["redact"] = new(
            nameof(IHistoryStore.ReplaceChangesAsync),
            "False",
            async scene => $"{await scene.Profiles.History.RedactAsync(scene.Ada.Id, ProfileField.Notes)}"
        ),
        ["erase"] = new(
            nameof(IErasureStore.EraseAsync),
            "already-erased",
            async scene => (await scene.Profiles.Privacy.EraseAsync(scene.Ada.Id, Kim)).Code
        ),
        ["retention"] = new(nameof(IErasureStore.EraseAsync), "nobody", RetainAsync),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (
                var store in new[] { Memory }.Concat(
                    ((IEnumerable<object[]>)TestDatabase.All).Select(row => $"{row[0]}")
                )
            )
            {
                foreach (var call in Calls.Keys)
                {
                    cases.Add(store, call);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_call_whose_customer_is_erased_before_it_writes_has_an_outcome_and_leaves_nothing(
        string store,
        string call
    )
    {
        await using var scene = await Scene.StartAsync(store);
        var (write, expected, makeAsync) = Calls[call];
        scene.Write = write;

        (await makeAsync(scene)).Should().Be(expected);

        scene.Receipt.Should().NotBeNull($"{write} was called");
        (await scene.Profiles.GetAsync(scene.Ada.Id)).Should().BeNull();
        (await scene.Profiles.Privacy.ExportAsync(scene.Ada.Id)).Should().BeNull();
        var writer = await scene.Profiles.FindAsync(AdasAddress);
        (writer is null).Should().Be(expected != "created");
        writer?.Notes.Should().BeNull("it is a new customer");
        (await scene.Profiles.FindAsync(GracesAddress) is null)
            .Should()
            .Be(scene.Receipt!.Customers.Contains(scene.Grace.Id), "others stay");
        (await scene.TextAsync()).Should().NotContainEquivalentOf(Word);
    }

    private static async Task<string> EditAsync(Scene scene)
    {
        var edit = (await scene.Profiles.GetAsync(scene.Ada.Id))!.Edit(Kim);
        edit.Company = Word;
        return (await scene.Profiles.SaveAsync(edit)).Code;
    }

    private static async Task<string> ImportAsync(Scene scene)
    {
        var row = new ImportRow
        {
            Id = "1",
            Profile = new NewProfile { Emails = [new ProfileEmail("ada@example.com")] },
        };
        var results = scene.Profiles.ImportAsync(
            new[] { row }.ToAsyncEnumerable(),
            new ImportOptions { System = "old-crm" }
        );
        return (await results.SingleAsync()).Outcome.Code;
    }

    private static async Task<string> CheckAsync(Scene scene)
    {
        scene.Provider.Next(Result());
        return $"{await scene.Services.GetRequiredService<ICheckRunner>().DrainAsync()} lookup";
    }

    private static async Task<string> CallbackAsync(Scene scene)
    {
        scene.Provider.Next(new ProviderResult.CallbackExpected(Duration.FromHours(1)));
        await scene.Services.GetRequiredService<ICheckRunner>().DrainAsync();
        var callback = scene.Provider.Requests.Single().Callback!;
        return $"{await scene.Services.GetRequiredService<IProviderCallbacks>().CompleteAsync(callback, Result())}";
    }

    private static async Task<string> MergeAsync(Scene scene, CustomerId from, CustomerId into) =>
        (await scene.Profiles.Merging.MergeAsync(new MergeRequest { From = from, Into = into }, Kim)).Code;

    private static async Task<string> UnmergeAsync(Scene scene)
    {
        var request = new MergeRequest { From = scene.Grace.Id, Into = scene.Ada.Id };
        var merged = (MergeOutcome.Merged)await scene.Profiles.Merging.MergeAsync(request, Kim);
        return (await scene.Profiles.Merging.UnmergeAsync(merged.Merge, Kim)).Code;
    }

    private static async Task<string> RetainAsync(Scene scene)
    {
        // A pending check would keep her anyway.
        await scene.Services.GetRequiredService<ICheckRunner>().DrainAsync();
        return (await scene.Profiles.Privacy.ApplyRetentionAsync(Kim)).Erased.IsEmpty ? "nobody" : "somebody";
    }

    private static ProviderResult.Matched Result() => new(new PublicInformation { Bio = Word });

    private sealed record Call(string Write, string Outcome, Func<Scene, Task<string>> MakeAsync);

    /// <summary>Erases who has notes, which nobody has but the customer of the test.</summary>
    private sealed class EraseWhoHasNotes : IRetentionPolicy
    {
        public RetentionDecision Decide(in RetentionRequest request) =>
            request.Profile.Notes is null
                ? RetentionDecision.Keep("no notes")
                : RetentionDecision.Erase("notes", request.Now);
    }

    /// <summary>Two customers, of whom one is erased before a call of the store.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly TestDatabase? _database;
        private readonly DatabaseKind _kind;

        private Scene(TestDatabase? database, DatabaseKind kind)
        {
            (_database, _kind) = (database, kind);
            var store = new FaultInjectingStore(
                database?.Store() ?? new InMemoryCustomerProfileStore(TimeProvider.System)
            )
            {
                Before = BeforeAsync,
            };
            var builder = new ServiceCollection().AddCustomerProfiles().AddProvider(Provider).UseStore(store);
            builder.Services.AddSingleton<IRetentionPolicy, EraseWhoHasNotes>();
            Services = builder.Services.BuildServiceProvider();
        }

        public FakeProvider Provider { get; } = new();

        public ServiceProvider Services { get; }

        public ICustomerProfiles Profiles => Services.GetRequiredService<ICustomerProfiles>();

        public CustomerProfile Ada { get; private set; } = null!;

        public CustomerProfile Grace { get; private set; } = null!;

        /// <summary>The call of the store before which the customer is erased.</summary>
        public string? Write { get; set; }

        public ErasureReceipt? Receipt { get; private set; }

        public static async Task<Scene> StartAsync(string store)
        {
            var kind = store == Memory ? default : Enum.Parse<DatabaseKind>(store);
            var scene = new Scene(store == Memory ? null : await TestDatabase.CreateAsync(kind), kind);
            scene.Ada = (await scene.ReceiveAsync("ada@example.com", "first")).Profile!;
            scene.Grace = (
                (CreateOutcome.Created)
                    await scene.Profiles.CreateAsync(new NewProfile { Identities = [GracesAddress] }, Kim)
            ).Profile;
            var edit = scene.Ada.Edit(Kim);
            edit.Notes = Word;
            (await scene.Profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>();
            return scene;
        }

        public async Task<ConversationOutcome> ReceiveAsync(string from, string id) =>
            await Profiles.ConversationReceivedAsync(
                new Conversation(id, from, Services.GetRequiredService<IClock>().GetCurrentInstant())
            );

        /// <summary>What the tables hold; nothing of the store in memory, which its calls show.</summary>
        public async Task<string> TextAsync() => _database is null ? "" : await _database.TextOfTablesAsync(_kind);

        public async ValueTask DisposeAsync()
        {
            await Services.DisposeAsync();
            if (_database is not null)
            {
                await _database.DisposeAsync();
            }
        }

        private async Task BeforeAsync(string call)
        {
            if (call == Write)
            {
                Write = null;
                var erasing = new ErasureOptions { IncludeAbsorbed = true };
                Receipt = ((EraseOutcome.Erased)await Profiles.Privacy.EraseAsync(Ada.Id, Kim, erasing)).Receipt;
            }
        }
    }
}
