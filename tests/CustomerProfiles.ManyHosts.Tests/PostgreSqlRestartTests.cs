using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>
/// The server is restarted and crashes while hosts receive conversations, agents edit and results arrive.
/// </summary>
public sealed class PostgreSqlRestartTests(ITestOutputHelper output)
{
    private const int Notes = 6;
    private const int Properties = 4;

    [PostgreSqlFact(throwAway: true)]
    public Task A_restart_of_the_server_loses_and_duplicates_nothing() =>
        Repeat.ManyTimes(async () =>
        {
            await using var server = await PostgreSqlServer.StartNewAsync(
                new PostgreSqlSettings { SurvivesPowerFailure = true }
            );
            await using var fleet = await Fleet.StartAsync(
                server,
                Fleet.Six,
                (_, settings) => settings with { Lease = TimeSpan.FromSeconds(30) }
            );
            IReadOnlyList<Person> known = [.. Person.NewTenant(fleet.Simulator).Take(3)];
            var people = Person.NewTenant(fleet.Simulator);
            await Deliveries.From(known, "before").SendTo(fleet);

            var deliveries = Deliveries.From([.. known, .. people]);
            foreach (var person in known)
            {
                deliveries.WithEdits(person, Notes, Properties);
            }

            var replies = deliveries.SendTo(fleet);

            await Eventually.IsSoAsync("a quarter is done", () => fleet.Waiting < deliveries.Count * 3 / 4);
            await server.StopAsync(PostgreSqlStop.Fast);
            var left = fleet.Waiting;
            left.Should().BePositive(because: "it was to be stopped in the middle");
            await server.StartAsync();
            await Eventually.IsSoAsync("the hosts go on", () => fleet.Waiting < left * 3 / 4);
            await server.StopAsync(PostgreSqlStop.Immediate);
            fleet.Waiting.Should().BePositive(because: "it was to crash in the middle");
            await server.StartAsync();

            (await replies)
                .Should()
                .OnlyContain(reply =>
                    reply!.Outcome == "created"
                    || reply.Outcome == "existing"
                    || reply.Outcome == "saved"
                    || reply.Outcome == "there"
                );
            await fleet.ChecksAreDoneAsync(known[0].Tenant);
            await fleet.ChecksAreDoneAsync(people[0].Tenant);

            await fleet.Tables.ShouldHoldEachOnceAsync(known, "before", "first");
            await fleet.Tables.ShouldHoldEachOnceAsync(people, "first");
            await fleet.Tables.ShouldHoldTheResultsAsync(known);
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            foreach (var person in known)
            {
                await fleet.Tables.ShouldHoldTheEditsAsync(person, Notes, Properties);
            }

            fleet.CallsFor([.. known, .. people]).Should().OnlyContain(calls => calls.Value == 1);
            output.WriteLine(await fleet.CountsAsync(await replies, [.. known, .. people]));
            (await fleet.LogsAsync())
                .Should()
                .NotContainEquivalentOf("@example", because: "a fault is no reason to log an address");
        });
}
