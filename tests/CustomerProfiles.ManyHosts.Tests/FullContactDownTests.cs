using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>FullContact cannot be reached for a while.</summary>
public sealed class FullContactDownTests(ITestOutputHelper output)
{
    private const int Hosts = 3;

    [PostgreSqlFact]
    public Task Nothing_waits_for_the_outage_and_afterwards_each_customer_is_looked_up_once() =>
        Repeat.ManyTimes(async () =>
        {
            await using var fleet = await Fleet.StartAsync(
                await PostgreSqlServer.SharedAsync(),
                Hosts,
                (_, settings) => settings with { MaxAttempts = 1, MaxRetries = 0 }
            );
            var people = Person.NewTenant(fleet.Simulator);
            var tenant = people[0].Tenant;
            await fleet.StopFullContactAsync();

            var replies = await Deliveries.From(people, "first", Hosts).SendTo(fleet);

            replies.ShouldHaveNoFaults();
            await fleet.Tables.ShouldHoldEachOnceAsync(people, Hosts, "first");
            (await fleet.Tables.OutcomesAsync(tenant)).Should().NotContain(check => check.Value != "unavailable");

            // A customer who was looked up before the hosts noticed the outage was given up after the only attempt; all
            // others still wait.
            await fleet.StartFullContactAsync(people);
            replies = await Deliveries.From(people, "second", Hosts).SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);

            fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 1);
            await fleet.Tables.ShouldHoldEachOnceAsync(people, Hosts, "first", "second");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            output.WriteLine(await fleet.CountsAsync(replies, people));
            (await fleet.LogsAsync())
                .Should()
                .NotContainEquivalentOf("@example", because: "a fault is no reason to log an address");
        });
}
