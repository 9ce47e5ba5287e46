using CustomerProfiles.EntityFrameworkCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace CustomerProfiles.EntityFrameworkCore.Tests;

/// <summary>
/// Conversations at the very moment of merging, erasing and retention, again and again. Which of two calls comes first
/// differs from time to time; what must hold holds for both.
/// </summary>
public sealed class RepeatedRaceTests
{
    private const int Races = 1_000;

    private static readonly Actor Kim = Actor.Agent("kim");

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Sixteen_hosts_report_conversations_of_whom_another_merges_and_separates_a_hundred_times(
        DatabaseKind kind
    )
    {
        const int rounds = 100;
        await using var database = await TestDatabase.CreateAsync(kind);
        var hosts = Enumerable.Range(0, 16).Select(_ => Profiles(database)).ToArray();
        var merging = Profiles(database).Merging;
        var ada = (await ReceiveAsync(hosts[0], "ada@example.com", "first")).Profile!;
        var grace = (await ReceiveAsync(hosts[0], "grace@example.org", "second")).Profile!;

        for (var round = 0; round < rounds; round++)
        {
            var conversations = hosts
                .Select((host, i) => Task.Run(() => ReceiveAsync(host, "grace@example.org", $"{round}-{i}")))
                .ToArray();
            var merged = await merging.MergeAsync(new MergeRequest { From = grace.Id, Into = ada.Id }, Kim);
            var merge = merged.Should().BeOfType<MergeOutcome.Merged>().Which.Merge;
            (await merging.UnmergeAsync(merge, Kim)).Should().BeOfType<UnmergeOutcome.Unmerged>();

            var outcomes = await Task.WhenAll(conversations);
            outcomes.Should().AllBeOfType<ConversationOutcome.Existing>();
            outcomes.Select(outcome => outcome.Profile!.Id).Should().BeSubsetOf([ada.Id, grace.Id]);
        }

        (await database.ValueAsync<long>("select count(*) from cp_customers")).Should().Be(2);
        (await database.ValueAsync<long>("select count(*) from cp_conversations")).Should().Be((rounds * 16) + 2);
        (await hosts[0].FindAsync(grace.Identities[0]))!.Id.Should().Be(grace.Id);
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task A_conversation_at_the_moment_of_erasing_is_erased_too_or_makes_a_new_customer(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var (erasing, receiving) = (Profiles(database), Profiles(database));
        for (var race = 0; race < Races; race++)
        {
            var address = $"ada-{race}@example.com";
            var ada = (await ReceiveAsync(receiving, address, $"first-{race}")).Profile!;
            var conversation = Task.Run(() => ReceiveAsync(receiving, address, $"second-{race}"));
            var erased = await Task.Run(() => erasing.Privacy.EraseAsync(ada.Id, Kim).AsTask());

            var receipt = erased.Should().BeOfType<EraseOutcome.Erased>().Which.Receipt;
            var outcome = await conversation;
            var found = await receiving.FindAsync(ada.Identities[0]);
            if (outcome is ConversationOutcome.Created { Profile: var created })
            {
                receipt.Conversations.Should().Be(1);
                created.Id.Should().NotBe(ada.Id);
                found!.Id.Should().Be(created.Id);
            }
            else
            {
                outcome.Should().BeOfType<ConversationOutcome.Existing>();
                receipt.Conversations.Should().Be(2);
                found.Should().BeNull();
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestDatabase.All), MemberType = typeof(TestDatabase))]
    public async Task Whoever_writes_at_the_moment_of_retention_stays_or_comes_back_as_somebody_new(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var clock = new SetClock { Now = StoreCalls.Now };
        var (retaining, receiving) = (Profiles(database, clock), Profiles(database, clock));
        for (var race = 0; race < Races; race++)
        {
            await ReceiveAsync(receiving.ForTenant(TenantOf(race)), "ada@example.com", "first", clock.Now);
        }

        clock.Now += Duration.FromDays(60);
        for (var race = 0; race < Races; race++)
        {
            var (retained, received) = (retaining.ForTenant(TenantOf(race)), receiving.ForTenant(TenantOf(race)));
            var conversation = Task.Run(() => ReceiveAsync(received, "ada@example.com", "second", clock.Now));
            var retention = await Task.Run(() => retained.Privacy.ApplyRetentionAsync(Kim).AsTask());

            var outcome = await conversation;
            retention.Erased.Should().HaveCount(outcome is ConversationOutcome.Created ? 1 : 0);
            var ada = await received.FindAsync(StoreCalls.IdentityOf("ada@example.com"));
            ada!.Id.Should().Be(outcome.Profile!.Id);
        }
    }

    private static TenantId TenantOf(int race) => new($"tenant-{race}");

    private static ICustomerProfiles Profiles(TestDatabase database, SetClock? clock = null) =>
        database
            .Host(
                builder =>
                {
                    if (clock is not null)
                    {
                        builder.Services.AddSingleton<TimeProvider>(clock);
                    }
                },
                options: options => options.EraseInactiveAfter = Period.FromMonths(1)
            )
            .GetRequiredService<ICustomerProfiles>();

    private static Task<ConversationOutcome> ReceiveAsync(
        ICustomerProfiles profiles,
        string from,
        string id,
        Instant? at = null
    ) => profiles.ConversationReceivedAsync(new Conversation(id, from, at ?? StoreCalls.Now)).AsTask();
}
