using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts with different clocks.</summary>
public sealed class WrongClockTests(WrongClockFleet shared, ITestOutputHelper output) : IClassFixture<WrongClockFleet>
{
    [PostgreSqlFact]
    public Task Each_customer_is_looked_up_once_at_first_and_once_when_due() =>
        Repeat.ManyTimes(async () =>
        {
            var fleet = await shared.StartedAsync();
            var people = Person.NewTenant(fleet.Simulator);
            var tenant = people[0].Tenant;

            await Deliveries.From(people).SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);
            await Deliveries.From(people, "not due").SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);
            fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 1);

            // For the hosts that are an hour behind, the checks are not due yet.
            await fleet.Tables.TwoMonthsPassAsync(tenant, dueFor: TimeSpan.FromMinutes(30));
            var replies = await Deliveries.From(people, "due").SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);
            await Deliveries.From(people, "not due again").SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);

            fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 2);
            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first", "not due", "due", "not due again");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            output.WriteLine(await fleet.CountsAsync(replies, people));
        });

    [PostgreSqlFact]
    public Task A_claimed_check_has_one_holder_whatever_the_hosts_clock() =>
        Repeat.ManyTimes(async () =>
        {
            var fleet = await shared.StartedAsync();
            var waiting = Person.NewTenant(fleet.Simulator)[0];
            var others = new List<Person>();
            using var held = fleet.Simulator.Hold(waiting.Address);
            await fleet.Hosts[0].SendAsync(new HostCommand.Receive(waiting.Tenant, "held", waiting.Address));
            await held.Arrived.WithinMinutes();
            var holder = fleet.CallersFor(waiting).Single();

            // The check that has waited longest is claimed first, so a host that looks up another customer has skipped
            // this one.
            await Eventually.IsSoAsync(
                "every other host has passed it by",
                async () =>
                {
                    var people = Person.NewTenant(fleet.Simulator);
                    await Deliveries.From(people).SendTo(fleet);
                    await fleet.ChecksAreDoneAsync(people[0].Tenant);
                    others.AddRange(people);
                    return others.SelectMany(fleet.CallersFor).Distinct().Except([holder]).Count() == Fleet.Six - 1;
                }
            );

            fleet.CallersFor(waiting).Should().Equal(holder);
            held.Release();
            await fleet.ChecksAreDoneAsync(waiting.Tenant);
            fleet.CallersFor(waiting).Should().Equal(holder);
        });

    [PostgreSqlTheory]
    [InlineData(1)]
    [InlineData(-1)]
    public Task Checks_of_a_killed_host_with_a_wrong_clock_are_finished_by_others_when_the_lease_ends(int hoursAhead) =>
        Repeat.ManyTimes(async () =>
        {
            await using var fleet = await Fleet.StartAsync(
                await PostgreSqlServer.SharedAsync(),
                1,
                (_, settings) =>
                    settings with
                    {
                        ClockOffset = TimeSpan.FromHours(hoursAhead),
                        Lease = TimeSpan.FromSeconds(10),
                    }
            );
            await fleet.WarmUpAsync();
            var person = Person.NewTenant(fleet.Simulator)[1];
            using var held = fleet.Simulator.Hold(person.Address);
            var doomed = fleet.Hosts[0];
            await doomed.SendAsync(new HostCommand.Receive(person.Tenant, "held", person.Address));
            await held.Arrived.WithinMinutes();
            await doomed.KillAsync();
            held.Release();
            var leasedUntil = await fleet.Tables.LeasedUntilAsync(person);

            await fleet.AddAsync(2);
            await fleet.ChecksAreDoneAsync(person.Tenant);

            await fleet.Tables.ShouldHoldTheResultsAsync([person]);

            // On a machine that stalls for as long as the lease, the doomed host calls more than once.
            var callers = fleet.CallersFor(person);
            callers[0].Should().Be(doomed.Name);
            callers
                .Where(caller => caller != doomed.Name)
                .Should()
                .ContainSingle("the kill costs one call more, and {0} called", string.Join(", ", callers));
            (await fleet.Tables.LastCheckAsync(person))
                .Should()
                .BeAfter(leasedUntil, because: "until then the dead host held it");
            output.WriteLine(await fleet.CountsAsync([], [person]));
        });
}
