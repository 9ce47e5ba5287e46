using System.Collections.Immutable;
using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>The number of commands of each operation. docs/operate/stores.md has the same table.</summary>
public sealed class RoundTripTests
{
    private const string Added = "Customers added without a conversation, however many";

    private const string Merged = "Customers merged";

    private const string Unmerged = "Merge undone";

    private const string Erased = "Customer erased";

    private const string Announced = "Edit saved with its event";

    private const string Edited = "Edit saved";

    private const string AddsAddress = "Edit saved that adds an address";

    private const string PhotoCleared = "Photo cleared";

    private const string Completed = "Result recorded, with its values";

    private const string Withheld = "Result withheld, customer suppressed";

    private const string PropertyEdited = "Edit of a property of a tenant saved, its definition read before";

    private const string AddsAddressWithKeys = "Edit saved that adds an address, of a host with erasure keys";

    private const string KnownCustomer = "Conversation received, known customer, nothing due";

    private const string NewCustomer = "Conversation received, new customer";

    private const string CheckDue = "Conversation received, known customer, a check due";

    private const int Many = 20;

    /// <summary>The operations with their number of commands, as in the documentation.</summary>
    private static readonly (string Operation, int Commands)[] Expected =
    [
        (KnownCustomer, 1),
        ("Conversation redelivered", 1),
        (NewCustomer, 2),
        (CheckDue, 2),
        ("Sidebar", 2),
        ("Profile by id", 1),
        ("Profile by identity", 1),
        ("Profiles by many identities", 1),
        ("Page of a list or a search", 1),
        (Added, 1),
        (Edited, 1),
        (AddsAddress, 2),
        (PhotoCleared, 2),
        ("Check claimed", 1),
        ("Nothing to claim", 1),
        (Completed, 1),
        (Withheld, 1),
        ("Check released", 1),
        ("Pending checks counted", 1),
        ("Lookup counted in the budget", 1),
        ("Provider disabled", 1),
        ("Customer suppressed", 1),
        ("Address suppressed", 1),
        ("History read", 1),
        ("Customer exported", 1),
        ("Identity of nobody exported", 2),
        ("Field taken out of the history", 3),
        ("Survivor of an absorbed id", 1),
        ("Two customers read to be merged", 1),
        (Merged, 1),
        ("Merges of a customer", 1),
        ("Merge read to be undone", 1),
        (Unmerged, 1),
        (Erased, 2),
        ("Page of erasures", 1),
        (AddsAddressWithKeys, 4),
        ("Marks of erasures looked up", 1),
        ("Marks of erasures kept", 1),
        ("Marks of erasures removed", 1),
        ("Keys that marks use", 1),
        ("Guards of conversations removed", 1),
        ("Page of customers for retention", 1),
        ("Customers who share a match key", 1),
        ("Two customers marked as no duplicates", 1),
        ("Match keys written later, of up to a hundred profiles", 1),
        (Announced, 1),
        ("Events of up to 100 customers claimed", 1),
        ("Events of up to 100 customers settled", 1),
        ("Stopped events listed", 1),
        ("Stopped events restarted", 1),
        ("Definitions of a tenant's properties read", 1),
        ("Property of a tenant defined", 2),
        (PropertyEdited, 1),
    ];

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Each_operation_sends_no_more_commands_than_the_documentation_says(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var counter = new StatementCounter();
        var host = database.Host(
            builder => builder.AddProvider(new IdleProvider()),
            interceptors: [counter],
            options: options => options.SuggestDuplicates = true
        );
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var now = host.GetRequiredService<IClock>().GetCurrentInstant();
        var later = now + Duration.FromHours(1);
        var kim = Actor.Agent("kim");
        await profiles.ListAsync(new ProfileQuery());
        var keyed = database
            .Host(
                builder => builder.AddProvider(new IdleProvider()),
                interceptors: [counter],
                options: options => options.ErasureKeys.Add(ErasureCalls.NewKey)
            )
            .GetRequiredService<ICustomerProfiles>();
        await keyed.ListAsync(new ProfileQuery());
        var counted = new List<(string, int)>();
        async Task CountAsync(string operation, Func<ValueTask> call) =>
            counted.Add((operation, await counter.OfAsync(() => call().AsTask())));

        var ada = (
            (ConversationOutcome.Created)
                await profiles.ConversationReceivedAsync(new Conversation("1", "Ada <ada@example.com>", now))
        ).Profile;
        await CountAsync(
            KnownCustomer,
            async () =>
                (await profiles.ConversationReceivedAsync(new Conversation("2", "Ada <ada@example.com>", now)))
                    .Checks.Single()
                    .Reason.Should()
                    .Be(CheckReason.AlreadyPending)
        );
        await CountAsync(
            "Conversation redelivered",
            async () => await profiles.ConversationReceivedAsync(new Conversation("2", "Ada <ada@example.com>", now))
        );
        await CountAsync(
            NewCustomer,
            async () =>
                (await profiles.ConversationReceivedAsync(new Conversation("3", "Charles <charles@example.com>", now)))
                    .Should()
                    .BeOfType<ConversationOutcome.Created>()
        );
        var waiting = (
            await store.ClaimNextCheckAsync([IdleProvider.TheName], later, Duration.FromMinutes(1), default)
        )!;
        await store.CompleteCheckAsync(
            waiting,
            CheckOutcome.NoMatch,
            null,
            change: null,
            now - Duration.FromDays(100),
            default
        );
        await CountAsync(
            CheckDue,
            async () =>
                (
                    await profiles.ConversationReceivedAsync(
                        new Conversation("4", waiting.Profile.Emails[0].Address.Value, now)
                    )
                )
                    .Checks.Single()
                    .Reason.Should()
                    .Be(CheckReason.Due)
        );
        await CountAsync("Sidebar", async () => (await profiles.GetSidebarAsync(ada.Id)).Should().NotBeNull());
        await CountAsync("Profile by id", async () => (await profiles.GetAsync(ada.Id)).Should().NotBeNull());
        await CountAsync(
            "Profile by identity",
            async () => (await profiles.FindAsync(StoreCalls.IdentityOf("ada@example.com"))).Should().NotBeNull()
        );
        await CountAsync(
            "Profiles by many identities",
            async () =>
                (
                    await store.FindAllAsync(
                        default,
                        [StoreCalls.IdentityOf("ada@example.com"), StoreCalls.IdentityOf("charles@example.com")],
                        default
                    )
                )
                    .Should()
                    .HaveCount(2)
        );
        await CountAsync(
            Added,
            async () =>
                (
                    await store.AddAsync(
                        default,
                        [.. Enumerable.Range(0, Many).Select(i => StoreCalls.NewProfile($"added-{i}@example.net"))],
                        created: null,
                        default
                    )
                )
                    .Should()
                    .AllBeOfType<AddResult.Added>()
        );
        await CountAsync(
            "Page of a list or a search",
            async () =>
                (await profiles.SearchAsync(new ProfileSearchQuery { Text = "ada example" }))
                    .Profiles.Should()
                    .ContainSingle()
        );
        var edit = ada.Edit(kim);
        edit.Notes = "Likes machines.";
        await CountAsync(Edited, async () => (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>());
        edit = (await profiles.GetAsync(ada.Id))!.Edit(kim);
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        await CountAsync(
            AddsAddress,
            async () => (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>()
        );
        await CountAsync(
            PhotoCleared,
            async () => (await profiles.ClearPhotoAsync(ada.Id, kim)).Should().BeOfType<SaveOutcome.Saved>()
        );

        CheckClaim? claim = null;
        await CountAsync(
            "Check claimed",
            async () =>
                claim = await store.ClaimNextCheckAsync([IdleProvider.TheName], later, Duration.FromMinutes(1), default)
        );
        await CountAsync(
            "Nothing to claim",
            async () =>
                (await store.ClaimNextCheckAsync(["nobody"], now, Duration.FromMinutes(1), default)).Should().BeNull()
        );
        await CountAsync(
            Completed,
            async () =>
                (
                    await store.CompleteCheckAsync(
                        claim!,
                        CheckOutcome.Matched,
                        claim!.Profile.WithNotes("brought"),
                        change: null,
                        now,
                        default
                    )
                )
                    .Should()
                    .BeOfType<CompleteResult.Completed>()
        );
        claim = (await store.ClaimNextCheckAsync([IdleProvider.TheName], later, Duration.FromMinutes(1), default))!;
        await CountAsync(
            "Pending checks counted",
            async () =>
                (await store.CountPendingChecksAsync(default))
                    .Should()
                    .Equal(new PendingChecks(IdleProvider.TheName, 1))
        );
        await CountAsync(
            "Check released",
            () =>
                store.ReleaseCheckAsync(
                    claim,
                    new CheckRelease
                    {
                        At = now,
                        Failure = null,
                        RetryAt = now,
                        CountsAsAttempt = false,
                    },
                    default
                )
        );
        claim = (await store.ClaimNextCheckAsync([IdleProvider.TheName], later, Duration.FromMinutes(1), default))!;
        await CountAsync(
            Withheld,
            async () =>
                (await store.CompleteCheckAsync(claim, CheckOutcome.Withheld, null, change: null, now, default))
                    .Should()
                    .BeOfType<CompleteResult.Completed>()
        );
        await CountAsync(
            "Lookup counted in the budget",
            async () =>
                (await store.TryReserveBudgetAsync(new BudgetPeriod("one", "2026-03"), 1, default)).Should().BeTrue()
        );
        await CountAsync(
            "Provider disabled",
            async () => (await profiles.DisableProviderAsync(IdleProvider.TheName, kim)).Should().BeTrue()
        );
        await CountAsync(
            "Customer suppressed",
            async () => (await profiles.SuppressAsync(ada.Id, kim)).Should().BeTrue()
        );
        await CountAsync(
            "Address suppressed",
            () => profiles.SuppressAsync(StoreCalls.IdentityOf("nobody@example.com"))
        );

        await CountAsync(
            "History read",
            async () => (await profiles.History.GetAsync(ada.Id))!.Entries.Should().NotBeEmpty()
        );
        await CountAsync(
            "Customer exported",
            async () => (await profiles.Privacy.ExportAsync(ada.Id)).Should().NotBeNull()
        );
        await CountAsync(
            "Identity of nobody exported",
            async () =>
                (await profiles.Privacy.ExportAsync(StoreCalls.IdentityOf("nobody@example.com")))
                    .IsSuppressed.Should()
                    .BeTrue()
        );
        await CountAsync(
            "Field taken out of the history",
            async () => (await profiles.History.RedactAsync(ada.Id, ProfileField.Notes)).Should().BeTrue()
        );

        var merging = store.Merging();
        var charles = await store.FindAsync(default, StoreCalls.IdentityOf("charles@example.com"), default);
        var (from, into) = (charles!.Profile.Id, ada.Id);
        var sides = default(MergeSides);
        await CountAsync(
            "Two customers read to be merged",
            async () => sides = await merging.GetSidesAsync(default, from, into, default)
        );
        var merge = MergeCalls.Plan(sides.From!, sides.Into!);
        await CountAsync(Merged, async () => (await merging.MergeAsync(merge, default)).Should().BeTrue());
        await CountAsync(
            "Survivor of an absorbed id",
            async () =>
                (await merging.FindSurvivorAsync(default, from, default))
                    .Should()
                    .Be(new AbsorbedInto(into, merge.Merge.Id))
        );
        await CountAsync(
            "Merges of a customer",
            async () => (await merging.GetMergesAsync(default, into, default)).Should().ContainSingle()
        );
        await CountAsync(
            "Merge read to be undone",
            async () => (await merging.GetMergeAsync(default, merge.Merge.Id, default)).Should().NotBeNull()
        );
        var unmerge = await store.PlanUndoingAsync(merge.Merge.Id, sides);
        await CountAsync(Unmerged, async () => (await merging.UnmergeAsync(unmerge, default)).Should().BeTrue());

        var duplicates = (IDuplicateStore)store;
        var all = (await store.ListAsync(default, new ProfileQuery(), default)).Profiles;
        await CountAsync(
            "Match keys written later, of up to a hundred profiles",
            () => duplicates.WriteMatchKeysAsync(default, all, default)
        );
        await CountAsync(
            "Customers who share a match key",
            async () =>
                (
                    await duplicates.FindByMatchKeysAsync(
                        default,
                        into,
                        MatchKeys.Default.Of(sides.Into!.Profile),
                        2,
                        default
                    )
                )
                    .Should()
                    .BeEmpty()
        );
        await CountAsync(
            "Two customers marked as no duplicates",
            async () =>
                (await duplicates.MarkNotDuplicatesAsync(default, from, into, now, "kim", default)).Should().BeTrue()
        );

        await CountAsync(
            Erased,
            async () =>
                (
                    await keyed.Privacy.EraseAsync(
                        ada.Id,
                        kim,
                        new ErasureOptions { Identities = ErasedIdentities.DoNotKeep }
                    )
                )
                    .Should()
                    .BeOfType<EraseOutcome.Erased>()
        );
        await CountAsync(
            "Page of erasures",
            async () =>
                (await ((IErasureStore)store).GetErasuresAsync(default, now, after: null, 10, default))
                    .Should()
                    .ContainSingle()
        );

        var erasing = store.Erasing();
        var mark = ErasureCalls.Mark("somebody");
        await CountAsync("Marks of erasures kept", () => erasing.AddMarksAsync(default, [mark], default));
        await CountAsync(
            "Marks of erasures looked up",
            async () => (await erasing.FindMarksAsync(default, [mark.Hash], default)).Should().ContainSingle()
        );
        await CountAsync(
            "Marks of erasures removed",
            async () => (await erasing.RemoveMarksAsync(default, [mark.Hash], default)).Should().BeTrue()
        );
        await CountAsync(
            "Keys that marks use",
            async () =>
                (await erasing.GetMarkKeysAsync(default))
                    .Should()
                    .ContainSingle()
                    .Which.Should()
                    .StartWith($"{ErasureCalls.Key}:")
        );
        await CountAsync(
            "Guards of conversations removed",
            async () =>
                (await erasing.RemoveGuardsAsync(default, now + Duration.FromDays(8), 10, default))
                    .Should()
                    .BePositive()
        );
        await CountAsync(
            "Page of customers for retention",
            async () =>
                (await ((IRetentionStore)store).GetRetainedAsync(default, after: null, 10, default))
                    .Should()
                    .HaveCount(10)
        );

        var eve = await store.CreateWithEventAsync("eve@example.net");
        edit = (await profiles.GetAsync(eve.Id))!.Edit(kim);
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("eve@example.org")));
        await CountAsync(
            AddsAddressWithKeys,
            async () => (await keyed.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>()
        );
        eve = (await profiles.GetAsync(eve.Id))!;
        await CountAsync(
            Announced,
            async () =>
                (await store.UpdateAsync(eve.WithNotes("typed"), EventCalls.Change(mostKept: 10), default))
                    .Should()
                    .BeOfType<UpdateResult.Updated>()
        );
        var claimed = ImmutableArray<ClaimedEvents>.Empty;
        await CountAsync("Events of up to 100 customers claimed", async () => claimed = await store.ClaimEventsAsync());
        await CountAsync(
            "Events of up to 100 customers settled",
            async () => await store.SettleAsync(claimed.Single().Failed(stops: true))
        );
        await CountAsync(
            "Stopped events listed",
            async () => (await store.Events().GetStoppedEventsAsync(10, default)).Should().ContainSingle()
        );
        await CountAsync(
            "Stopped events restarted",
            async () =>
                (await store.Events().RestartEventsAsync(default, eve.Id, 1, skips: false, default)).Should().BeTrue()
        );

        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(now.ToDateTimeOffset());
        var defining = database
            .Host(
                builder => builder.Services.AddSingleton<TimeProvider>(clock),
                interceptors: [counter],
                options: options => options.DefinePropertiesPerTenant = true
            )
            .GetRequiredService<ICustomerProfiles>();
        await defining.ListAsync(new ProfileQuery());
        await CountAsync(
            "Property of a tenant defined",
            async () =>
                (await defining.Properties.DefineAsync(PropertyDefinition.Number("seats", "Seats"), kim))
                    .Should()
                    .BeOfType<DefineOutcome.Defined>()
        );
        await CountAsync(
            "Definitions of a tenant's properties read",
            async () => (await defining.Properties.GetAsync()).Should().ContainSingle()
        );
        edit = (await defining.GetAsync(eve.Id))!.Edit(kim);
        edit.Custom["seats"] = "12";
        await CountAsync(
            PropertyEdited,
            async () => (await defining.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>()
        );

        // SQLite has no network; it first reads what is recorded or taken, or what has changed, and then writes. What
        // follows a change (search keys, match keys, history, event) is written after it.
        counted
            .Should()
            .BeEquivalentTo(
                Expected.Select(row =>
                    (kind, row.Operation) switch
                    {
                        (DatabaseKind.Sqlite, KnownCustomer) => (KnownCustomer, 2),
                        (DatabaseKind.Sqlite, NewCustomer) => (NewCustomer, 5),
                        (DatabaseKind.Sqlite, CheckDue) => (CheckDue, 3),
                        (DatabaseKind.Sqlite, Added) => (Added, 2),
                        (DatabaseKind.Sqlite, Edited) => (Edited, 4),
                        (DatabaseKind.Sqlite, AddsAddress) => (AddsAddress, 6),
                        (DatabaseKind.Sqlite, AddsAddressWithKeys) => (AddsAddressWithKeys, 7),
                        (DatabaseKind.Sqlite, PhotoCleared) => (PhotoCleared, 5),
                        (DatabaseKind.Sqlite, Completed) => (Completed, 4),
                        (DatabaseKind.Sqlite, Withheld) => (Withheld, 2),
                        (DatabaseKind.Sqlite, PropertyEdited) => (PropertyEdited, 4),
                        (DatabaseKind.Sqlite, Merged) => (Merged, 3),
                        (DatabaseKind.Sqlite, Unmerged) => (Unmerged, 2),
                        (DatabaseKind.Sqlite, Erased) => (Erased, 3),
                        (DatabaseKind.Sqlite, Announced) => (Announced, 5),
                        _ => row,
                    }
                )
            );
    }

    [Fact]
    public void The_documentation_shows_the_same_numbers()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "operate", "stores.md"));
        Expected.Should().AllSatisfy(row => page.Should().Contain($"| {row.Operation} | {row.Commands} |"));
    }
}
