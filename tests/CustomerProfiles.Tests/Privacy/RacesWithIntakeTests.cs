using CustomerProfiles.Tests.Merging;
using NodaTime;

namespace CustomerProfiles.Tests.Privacy;

/// <summary>
/// Conversations at the very moment of erasing and of retention, 1,000 times in memory; the durable stores have the
/// same in <c>RepeatedRaceTests</c>.
/// </summary>
public sealed class RacesWithIntakeTests
{
    private const int Races = 1_000;

    [Fact]
    public async Task A_conversation_at_the_moment_of_erasing_is_erased_too_or_makes_a_new_customer()
    {
        await using var host = new TestHost();
        for (var race = 0; race < Races; race++)
        {
            var address = $"ada-{race}@example.com";
            var ada = await host.WriterAsync(address);
            var conversation = Task.Run(() => host.ReceiveAsync(address));
            var receipt = await Task.Run(() => host.ErasedAsync(ada.Id));

            var outcome = await conversation;
            var found = await host.Profiles.FindAsync(TestHost.IdentityOf(address));
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

    [Fact]
    public async Task Whoever_writes_at_the_moment_of_retention_stays_or_comes_back_as_somebody_new()
    {
        await using var host = new TestHost(options => options.EraseInactiveAfter = Period.FromMonths(1));
        await host.SetEnabledAsync(isEnabled: false);
        for (var race = 0; race < Races; race++)
        {
            await host.ReceiveAsync(tenant: TenantOf(race));
        }

        await host.DrainAsync();
        host.Time.Advance(TimeSpan.FromDays(60));
        for (var race = 0; race < Races; race++)
        {
            var tenant = TenantOf(race);
            var conversation = Task.Run(() => host.ReceiveAsync(tenant: tenant));
            var retention = await Task.Run(() =>
                host.Profiles.ForTenant(tenant).Privacy.ApplyRetentionAsync(TestHost.Kim).AsTask()
            );

            var outcome = await conversation;
            retention.Erased.Should().HaveCount(outcome is ConversationOutcome.Created ? 1 : 0);
            var ada = await host.Profiles.ForTenant(tenant).FindAsync(TestHost.AdasAddress);
            ada!.Id.Should().Be(outcome.Profile!.Id);
        }
    }

    private static TenantId TenantOf(int race) => new($"tenant-{race}");
}
