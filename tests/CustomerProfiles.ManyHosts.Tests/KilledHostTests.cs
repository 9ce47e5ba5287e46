using FullContact.Simulator;
using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts that are killed while they work.</summary>
public sealed class KilledHostTests(ITestOutputHelper output)
{
    private static readonly TimeSpan LeaseOfTheDoomed = TimeSpan.FromSeconds(30);

    [PostgreSqlFact]
    public Task Checks_of_killed_hosts_are_finished_by_others_with_at_most_one_extra_call_each() =>
        Repeat.ManyTimes(async () =>
        {
            // Four hosts with two checks at once cannot hold all twenty, so each of the hosts to be killed gets some.
            await using var fleet = await Fleet.StartAsync(
                await PostgreSqlServer.SharedAsync(),
                Fleet.Six,
                (number, settings) =>
                    settings with
                    {
                        MaxConcurrentChecks = 2,
                        Lease = number < 2 ? LeaseOfTheDoomed : settings.Lease,
                    }
            );
            await fleet.WarmUpAsync();
            var people = Person.NewTenant(fleet.Simulator);
            HostProcess[] doomed = [fleet.Hosts[0], fleet.Hosts[1]];
            List<HeldResponse> held = [.. people.Select(person => fleet.Simulator.Hold(person.Address))];

            var deliveries = Deliveries.From(people).SendTo(fleet);
            await Task.WhenAll(
                doomed.Select(async host =>
                {
                    await Eventually.IsSoAsync(
                        "a doomed host waits for a result",
                        () => people.SelectMany(fleet.CallersFor).Contains(host.Name)
                    );
                    await host.KillAsync();
                })
            );

            held.ForEach(result => result.Release());
            var replies = await deliveries;
            var again = await Task.WhenAll(doomed.SelectMany(host => host.Left).Select(fleet.Hosts[2].SendAsync));
            await fleet.ChecksAreDoneAsync(people[0].Tenant);

            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            var names = doomed.Select(host => host.Name).ToList();
            foreach (var callers in people.Select(fleet.CallersFor))
            {
                callers.Should().NotBeEmpty();
                callers
                    .SkipLast(1)
                    .Should()
                    .BeSubsetOf(
                        names,
                        "only what a killed host held may cost one call more, and {0} called",
                        string.Join(", ", callers)
                    );
                names
                    .Should()
                    .NotContain(
                        callers[^1],
                        because: "no result reached the killed hosts, so another must have looked up"
                    );
            }

            // On a machine that stalls for as long as its lease, a doomed host looks the same person up again.
            people
                .SelectMany(person => fleet.CallersFor(person).Distinct())
                .Should()
                .Contain(names)
                .And.HaveCountLessThanOrEqualTo(people.Count + (2 * doomed.Length));
            output.WriteLine(await fleet.CountsAsync([.. replies, .. again], people));
        });
}
