using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using CustomerProfiles.Stores;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>The number of commands of each operation. docs/operate/stores.md has the same table.</summary>
public sealed class RoundTripTests
{
    private const string Added = "Customers added without a conversation, however many";

    private const int Many = 20;

    /// <summary>The operations with their number of commands, as in the documentation.</summary>
    private static readonly (string Operation, int Commands)[] Expected =
    [
        ("Conversation received, known customer, nothing due", 1),
        ("Conversation redelivered", 1),
        ("Conversation received, new customer", 2),
        ("Conversation received, known customer, a check due", 2),
        ("Sidebar", 1),
        ("Profile by id", 1),
        ("Profile by identity", 1),
        ("Profiles by many identities", 1),
        ("Page of a list or a search", 1),
        (Added, 1),
        ("Edit saved", 1),
        ("Edit saved that adds an address", 1),
        ("Photo cleared", 2),
        ("Check claimed", 1),
        ("Nothing to claim", 1),
        ("Result recorded, with its values", 1),
        ("Result withheld, customer suppressed", 1),
        ("Check released", 1),
        ("Pending checks counted", 1),
        ("Lookup counted in the budget", 1),
        ("Provider disabled", 1),
        ("Customer suppressed", 1),
        ("Address suppressed", 1),
        ("History read", 1),
        ("Customer exported", 1),
        ("Field taken out of the history", 3),
    ];

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Each_operation_sends_no_more_commands_than_the_documentation_says(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var counter = new StatementCounter();
        var host = database.Host(builder => builder.AddProvider(new IdleProvider()), interceptors: [counter]);
        var profiles = host.GetRequiredService<ICustomerProfiles>();
        var store = host.GetRequiredService<ICustomerProfileStore>();
        var now = host.GetRequiredService<IClock>().GetCurrentInstant();
        var later = now + Duration.FromHours(1);
        var kim = Actor.Agent("kim");
        await profiles.ListAsync(new ProfileQuery());
        var counted = new List<(string, int)>();
        async Task CountAsync(string operation, Func<ValueTask> call) =>
            counted.Add((operation, await counter.OfAsync(() => call().AsTask())));

        var ada = (
            (ConversationOutcome.Created)
                await profiles.ConversationReceivedAsync(new Conversation("1", "Ada <ada@example.com>", now))
        ).Profile;
        await CountAsync(
            "Conversation received, known customer, nothing due",
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
            "Conversation received, new customer",
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
            "Conversation received, known customer, a check due",
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
        await CountAsync(
            "Edit saved",
            async () => (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>()
        );
        edit = (await profiles.GetAsync(ada.Id))!.Edit(kim);
        edit.Emails.Add(new ProfileEmail(EmailAddress.Parse("ada@example.org")));
        await CountAsync(
            "Edit saved that adds an address",
            async () => (await profiles.SaveAsync(edit)).Should().BeOfType<SaveOutcome.Saved>()
        );
        await CountAsync(
            "Photo cleared",
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
            "Result recorded, with its values",
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
            "Result withheld, customer suppressed",
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
            "Field taken out of the history",
            async () => (await profiles.History.RedactAsync(ada.Id, ProfileField.Notes)).Should().BeTrue()
        );

        // SQLite has no network; it reads once what is taken, and then writes each customer.
        counted
            .Should()
            .BeEquivalentTo(
                Expected.Select(row => kind == DatabaseKind.Sqlite && row.Operation == Added ? (Added, 1 + Many) : row)
            );
    }

    [Fact]
    public void The_documentation_shows_the_same_numbers()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "operate", "stores.md"));
        Expected.Should().AllSatisfy(row => page.Should().Contain($"| {row.Operation} | {row.Commands} |"));
    }
}
