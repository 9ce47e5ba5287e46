using CustomerProfiles.Databases;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts that are killed in the middle of everything.</summary>
public sealed class KilledHostTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    [PostgreSqlFact]
    public Task What_a_killed_host_held_another_finishes_for_at_most_one_call_more() => Repeat.ManyTimes(async () =>
    {
        await using var fleet = await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), (_, settings) => settings with { Lease = Lease, Timeout = Lease / 2 });
        var people = Person.NewTenant(fleet.Simulator);
        var (first, second) = (people[1], people[2]);
        using var heldFirst = fleet.Simulator.Hold(first.Address);
        using var heldSecond = fleet.Simulator.Hold(second.Address);
        var deliveries = Deliveries.From(people).SendTo(fleet);

        // The one while messages still come in, the other when it alone is left, unless it was killed with the first.
        await heldFirst.Arrived;
        var killed = new HashSet<HostProcess> { fleet.HostThatAsks(first) };
        await killed.Single().KillAsync();
        heldFirst.Release();
        await heldSecond.Arrived;
        if (killed.Add(fleet.HostThatAsks(second)))
        {
            await fleet.HostThatAsks(second).KillAsync();
        }

        heldSecond.Release();
        await deliveries;
        await Task.WhenAll(killed.SelectMany(host => host.Left).Select(fleet.Hosts.First(host => !killed.Contains(host)).SendAsync));
        await fleet.ChecksAreDoneAsync(people[0].Tenant);

        await fleet.Tables.ShouldHoldEachOnceAsync(people, "first");
        await fleet.Tables.ShouldHoldTheAnswersAsync(people);
        var names = killed.Select(host => host.Name).ToList();
        foreach (var person in people)
        {
            var callers = fleet.CallersFor(person);
            callers.Should().NotBeEmpty().And.OnlyHaveUniqueItems();
            callers.SkipLast(1).Should().BeSubsetOf(names, because: $"only what a killed host held may cost one call more ({string.Join(", ", callers)})");
        }

        fleet.CallsFor([first, second]).Should().OnlyContain(calls => calls.Value == 2);
    });
}
