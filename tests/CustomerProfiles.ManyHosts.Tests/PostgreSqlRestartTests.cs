using System.Globalization;
using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>
/// The server is restarted and crashes while hosts receive conversations, agents edit and results arrive.
/// </summary>
public sealed class PostgreSqlRestartTests(ITestOutputHelper output)
{
    private const int Notes = 6;
    private const int Properties = 4;

    /// <summary>
    /// What was claimed by a command whose reply was lost waits for so long. A result that arrives during an outage is
    /// recorded when the outage ends before.
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

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
                (_, settings) => settings with { Lease = Lease }
            );
            IReadOnlyList<Person> known = [.. Person.NewTenant(fleet.Simulator).Take(3)];
            var people = Person.NewTenant(fleet.Simulator);
            await Deliveries.From(known, "before").SendTo(fleet);

            var deliveries = Deliveries.From([.. known, .. people]);
            foreach (var person in known)
            {
                deliveries.WithEdits(person, Notes, Properties);
            }

            var work = new Work(fleet, [.. known, .. people]);
            work.Begin("first", deliveries);
            await Eventually.IsSoAsync("a quarter is done", () => fleet.Waiting < deliveries.Count * 3 / 4);
            var left = await work.RestartAsync(server, PostgreSqlStop.Fast);
            await Eventually.IsSoAsync("the hosts go on", () => fleet.Waiting <= left * 3 / 4);
            await work.RestartAsync(server, PostgreSqlStop.Immediate);

            var replies = await work.RepliesAsync();
            replies
                .Should()
                .OnlyContain(
                    reply =>
                        reply!.Outcome == "created"
                        || reply.Outcome == "existing"
                        || reply.Outcome == "saved"
                        || reply.Outcome == "there",
                    replies.Summary()
                );
            await fleet.ChecksAreDoneAsync(known[0].Tenant);
            await fleet.ChecksAreDoneAsync(people[0].Tenant);

            await fleet.Tables.ShouldHoldEachOnceAsync(known, ["before", .. work.Rounds]);
            await fleet.Tables.ShouldHoldEachOnceAsync(people, [.. work.Rounds]);
            await fleet.Tables.ShouldHoldTheResultsAsync(known);
            await fleet.Tables.ShouldHoldTheResultsAsync(people);
            foreach (var person in known)
            {
                await fleet.Tables.ShouldHoldTheEditsAsync(person, Notes, Properties);
            }

            output.WriteLine(await fleet.CountsAsync(replies, [.. known, .. people]));
            var log = await fleet.LogsAsync();

            // A result that cannot be recorded while its check is held costs one call more, as a host does that dies.
            var calls = fleet.CallsFor([.. known, .. people]);
            var unrecorded = HostLog.ResultsNotRecorded(log);
            var reason = $"{unrecorded} results were not recorded, and the outages took {work.OutagesText}";
            output.WriteLine(reason);
            calls.Should().OnlyContain(count => count.Value >= 1, reason);
            calls.Values.Sum(count => count - 1).Should().BeLessThanOrEqualTo(unrecorded, reason);
            log.Should().NotContainEquivalentOf("@example", because: "a fault is no reason to log an address");
        });

    /// <summary>What hosts do while the server is restarted.</summary>
    private sealed class Work(Fleet fleet, IReadOnlyList<Person> people)
    {
        private readonly List<Task<HostReply?[]>> _replies = [];
        private readonly List<string> _rounds = [];
        private readonly List<TimeSpan> _outages = [];

        /// <summary>The rounds of conversations.</summary>
        public IReadOnlyList<string> Rounds => _rounds;

        /// <summary>How long the server was away each time.</summary>
        public string OutagesText => string.Join(" and ", _outages);

        public void Begin(string round, Deliveries deliveries)
        {
            _rounds.Add(round);
            _replies.Add(deliveries.SendTo(fleet));
        }

        /// <summary>
        /// Restarts the server while hosts work. On a machine that stalls they may be done before it stops, so they get
        /// more to do then.
        /// </summary>
        /// <returns>The number of commands that it interrupted.</returns>
        public async Task<int> RestartAsync(PostgreSqlServer server, PostgreSqlStop how)
        {
            var begin = TimeProvider.System.GetTimestamp();
            var stopping = server.StopAsync(how);
            while (await Task.WhenAny(stopping, Task.WhenAll(_replies)) != stopping)
            {
                BeginAnother();
            }

            await stopping;
            if (fleet.Waiting == 0)
            {
                BeginAnother();
            }

            var left = fleet.Waiting;
            await server.StartAsync();
            _outages.Add(TimeProvider.System.GetElapsedTime(begin));
            return left;
        }

        public async Task<IReadOnlyList<HostReply?>> RepliesAsync() =>
            [.. (await Task.WhenAll(_replies)).SelectMany(replies => replies)];

        private void BeginAnother()
        {
            var round = string.Create(CultureInfo.InvariantCulture, $"round {_rounds.Count + 1}");
            Begin(round, Deliveries.From(people, round));
        }
    }
}
