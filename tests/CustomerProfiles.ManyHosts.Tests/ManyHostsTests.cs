using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Six processes with one PostgreSQL, without failures.</summary>
public sealed class ManyHostsTests(SharedFleet shared, ITestOutputHelper output) : IClassFixture<SharedFleet>
{
    private const int Notes = 6;
    private const int Properties = 4;

    [PostgreSqlFact]
    public Task Each_address_becomes_one_customer_who_is_looked_up_once() =>
        Repeat.ManyTimes(async () =>
        {
            var fleet = await shared.StartedAsync();
            var people = Person.NewTenant(fleet.Simulator);
            var deliveries = Deliveries.From(people);

            var replies = await deliveries.SendTo(fleet);
            await fleet.ChecksAreDoneAsync(people[0].Tenant);

            replies.Should().HaveCount(600);
            replies.ShouldHaveNoFaults();
            replies.Count(reply => reply!.Outcome == "created").Should().Be(people.Count, replies.Summary());
            replies.Count(reply => reply!.Outcome == "existing").Should().Be(600 - people.Count, replies.Summary());
            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 1);
            output.WriteLine(await fleet.CountsAsync(replies, people));
        });

    [PostgreSqlFact]
    public Task Each_due_customer_is_looked_up_once_more_and_the_others_are_not() =>
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

            await fleet.Tables.TwoMonthsPassAsync(tenant, dueFor: TimeSpan.FromMinutes(1));
            await Deliveries.From(people, "not due").SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);
            fleet
                .CallsFor(people)
                .Should()
                .OnlyContain(calls => calls.Value == 1, because: "a conversation that is redelivered is no new one");

            var replies = await Deliveries.From(people, "due").SendTo(fleet);
            await fleet.ChecksAreDoneAsync(tenant);
            fleet.CallsFor(people).Should().OnlyContain(calls => calls.Value == 2);

            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first", "not due", "due");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            output.WriteLine(await fleet.CountsAsync(replies, people));
        });

    [PostgreSqlFact]
    public Task No_edit_is_lost_while_others_edit_and_results_arrive() =>
        Repeat.ManyTimes(async () =>
        {
            var fleet = await shared.StartedAsync();
            var people = Person.NewTenant(fleet.Simulator);
            Person[] edited = [people[0], people[1], people[2]];
            using (var held = fleet.Simulator.Hold(edited[1].Address))
            {
                await Deliveries.From(people).SendTo(fleet);
                await held.Arrived.WithinMinutes();
                var edits = new Deliveries(Fleet.Six);
                foreach (var person in edited)
                {
                    edits.WithEdits(person, Notes, Properties);
                }

                var saving = edits.SendTo(fleet);
                await Eventually.IsSoAsync("the edits are under way", () => fleet.Waiting < edits.Count);
                held.Release();

                var replies = await saving;
                replies.Should().OnlyContain(reply => reply!.Outcome == "saved", replies.Summary());
                replies.ShouldHaveNoFaults();
                replies.Sum(reply => reply!.Conflicts).Should().BePositive(because: "else nobody met anybody");
                output.WriteLine(await fleet.CountsAsync(replies, people));
            }

            await fleet.ChecksAreDoneAsync(people[0].Tenant);
            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first");
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            var versions = await fleet.Tables.VersionsAsync(people[0].Tenant);
            foreach (var person in edited)
            {
                await fleet.Tables.ShouldHoldTheEditsAsync(person, Notes, Properties);

                // The first version, the edits, the result, and the name if it came with a later conversation.
                versions[person.Address]
                    .Should()
                    .BeInRange(
                        1 + (Fleet.Six * (Notes + Properties)) + (person.IsKnown ? 1 : 0),
                        2 + (Fleet.Six * (Notes + Properties)) + (person.IsKnown ? 1 : 0)
                    );
            }
        });

    [PostgreSqlFact]
    public Task Customers_merged_in_a_ring_by_all_hosts_become_one_without_a_deadlock() =>
        Repeat.ManyTimes(async () =>
        {
            const int merges = 16;
            var fleet = await shared.StartedAsync();
            Person[] people = [.. Person.NewTenant(fleet.Simulator).Take(merges)];
            var tenant = people[0].Tenant;
            await Task.WhenAll(
                people.Select(person =>
                    fleet
                        .Hosts[person.Number % Fleet.Six]
                        .SendAsync(new HostCommand.Receive(tenant, $"first of {person.Number}", person.Address))
                )
            );

            var replies = await Task.WhenAll(
                people.Select(
                    (person, i) =>
                        fleet
                            .Hosts[i % Fleet.Six]
                            .SendAsync(new HostCommand.Merge(tenant, person.Address, people[(i + 1) % merges].Address))
                )
            );
            await fleet.ChecksAreDoneAsync(tenant);

            replies.Count(reply => reply!.Outcome == "merged").Should().Be(merges - 1, replies.Summary());
            replies.Count(reply => reply!.Outcome == "same-customer").Should().Be(1, replies.Summary());
            replies.ShouldHaveNoFaults();
            (await fleet.Merges.DeadlocksAsync()).Should().Be(0);
            (await fleet.Tables.DisorderAsync()).Should().BeEmpty();
            (await fleet.Merges.DisorderAsync()).Should().BeEmpty();
            (await fleet.Merges.LivingAsync(tenant)).Should().Be(1);
            (await fleet.Merges.CustomersAsync(tenant)).Should().HaveCount(merges);
            (await fleet.Tables.AddressesAsync(tenant)).Should().HaveCount(merges);
        });
}
