using CustomerProfiles.Databases;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts whose clocks are apart: two an hour behind, two right, two an hour ahead.</summary>
public sealed class WrongClockTests
{
    [PostgreSqlFact]
    public Task Each_customer_is_asked_about_once_at_first_and_once_when_due() => Repeat.ManyTimes(async () =>
    {
        await using var fleet = await StartAsync();
        var people = Person.NewTenant(fleet.Simulator);
        var tenant = people[0].Tenant;

        await Deliveries.From(people).SendTo(fleet);
        await fleet.ChecksAreDoneAsync(tenant);
        await Deliveries.From(people, "not due").SendTo(fleet);
        await fleet.ChecksAreDoneAsync(tenant);
        fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 1);

        // For those who are an hour behind they are not due yet.
        await fleet.Tables.TwoMonthsPassAsync(tenant, dueFor: TimeSpan.FromMinutes(30));
        await Deliveries.From(people, "due").SendTo(fleet);
        await fleet.ChecksAreDoneAsync(tenant);
        await Deliveries.From(people, "not due again").SendTo(fleet);
        await fleet.ChecksAreDoneAsync(tenant);

        fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 2);
        await fleet.Tables.ShouldHoldEachOnceAsync(people, "first", "not due", "due", "not due again");
        await fleet.Tables.ShouldHoldTheAnswersAsync(people);
    });

    [PostgreSqlFact]
    public Task A_check_that_is_held_is_nobody_elses_however_late_it_is_there() => Repeat.ManyTimes(async () =>
    {
        await using var fleet = await StartAsync();
        var people = Person.NewTenant(fleet.Simulator);
        var (waiting, others) = (people[0], people.Skip(1).ToList());
        using var held = fleet.Simulator.Hold(waiting.Address);
        await fleet.Hosts[0].SendAsync(new HostCommand.Receive(waiting.Tenant, "held", waiting.Address));
        await held.Arrived;
        var holder = fleet.HostThatAsks(waiting).Name;

        // Of the checks that may be claimed the oldest comes first, so whoever asks about somebody else has passed this one by.
        await Eventually.IsSoAsync("every other host has passed it by", async () =>
        {
            var someone = Person.NewTenant(fleet.Simulator);
            await Deliveries.From(someone).SendTo(fleet);
            await fleet.ChecksAreDoneAsync(someone[0].Tenant);
            others.AddRange(someone);
            return others.SelectMany(fleet.CallersFor).Distinct().Except([holder]).Count() == Fleet.Size - 1;
        });

        fleet.CallersFor(waiting).Should().Equal(holder);
        held.Release();
        await fleet.ChecksAreDoneAsync(waiting.Tenant);
        fleet.CallersFor(waiting).Should().Equal(holder);
    });

    [PostgreSqlFact]
    public Task What_a_host_with_a_fast_clock_asked_for_and_held_when_it_was_killed_another_finishes_when_the_lease_ends() => Repeat.ManyTimes(async () =>
    {
        await using var fleet = await StartAsync(TimeSpan.FromSeconds(4));
        var people = Person.NewTenant(fleet.Simulator);
        var person = people[1];
        var fast = fleet.Hosts[^1];
        using var held = fleet.Simulator.Hold(person.Address);
        await fast.SendAsync(new HostCommand.Receive(person.Tenant, "held", person.Address));
        await held.Arrived;
        foreach (var host in fleet.Hosts.Where(IsFast))
        {
            await host.KillAsync();
        }

        held.Release();
        await fleet.ChecksAreDoneAsync(person.Tenant);

        await fleet.Tables.ShouldHoldTheAnswersAsync([person]);
        fleet.CallersFor(person).Should().HaveCount(2);
    });

    private static bool IsFast(HostProcess host) => host.Name is "host-4" or "host-5";

    private static async Task<Fleet> StartAsync(TimeSpan? lease = null) => await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), (number, settings) => settings with
    {
        ClockOffset = TimeSpan.FromHours((number / 2) - 1),
        Lease = lease ?? settings.Lease,
        Timeout = lease / 2 ?? settings.Timeout,
    });
}
