using System.Globalization;
using Xunit.Abstractions;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>
/// Six processes that merge and unmerge customers while they take in conversations, edit and look up, and some of which
/// are killed.
/// </summary>
public sealed class MergingHostsTests(ITestOutputHelper output)
{
    private const int Commands = 700;
    private const int Kills = 5;
    private const int ChecksAtOnce = 2;

    /// <summary>What a killed host held is finished by others after this time.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);

    /// <summary>Set CUSTOMERPROFILES_SEED to repeat a failed run, as far as processes can be repeated.</summary>
    private static int Seed =>
        int.TryParse(
            Environment.GetEnvironmentVariable("CUSTOMERPROFILES_SEED"),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var seed
        )
            ? seed
            : Random.Shared.Next(1_000_000);

    [PostgreSqlFact]
    public async Task Hosts_that_merge_and_are_killed_lose_and_double_nothing()
    {
        var seed = Seed;
        output.WriteLine($"CUSTOMERPROFILES_SEED={seed}");
        await using var fleet = await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), Fleet.Six, Configure);
        var people = Person.NewTenant(fleet.Simulator);
        var tenant = people[0].Tenant;
        Person[] known = [.. people.Take(people.Count / 2)];
        await Task.WhenAll(
            known.Select(
                (person, i) =>
                    fleet.Hosts[i % Fleet.Six].SendAsync(new HostCommand.Receive(tenant, $"known {i}", person.Address))
            )
        );

        var work = new MergingWork(people, known, Commands, new Random(seed));
        var shift = new Shift(fleet, work.Commands.Count);
        var working = Task.WhenAll(work.Commands.Select(shift.CarryOutAsync));
        await shift.KillAsync(Kills, Configure, new Random(seed));
        var replies = await working;
        await fleet.ChecksAreDoneAsync(tenant);
        await fleet.Events.AreAllDeliveredAsync(tenant);

        var because = $"this holds in every run; the seed of this one is {seed}";
        (await fleet.Tables.DisorderAsync()).Should().BeEmpty(because);
        (await fleet.Merges.DisorderAsync()).Should().BeEmpty(because);
        (await fleet.Tables.AddressesAsync(tenant))
            .Should()
            .BeEquivalentTo(
                work.Senders.Values.Concat(known.Select(person => person.Address)).Distinct(),
                because: because
            );
        var customers = await fleet.Merges.CustomersAsync(tenant);
        customers.Should().HaveCount((await fleet.Tables.AddressesAsync(tenant)).Count, because);
        replies.Select(reply => reply.Customer).OfType<Guid>().Should().BeSubsetOf(customers, because);
        await ShouldHoldTheConversationsAsync(fleet, work, tenant, because);
        replies.Select(reply => reply.Outcome).Should().NotContain("not-found", $"nobody is erased: {because}");
        (await fleet.Merges.PropertiesAsync(tenant)).Distinct().Should().BeEquivalentTo(work.Properties, because);
        (await fleet.Merges.DeadlocksAsync())
            .Should()
            .Be(
                0,
                "{0}; the server logged {1}",
                because,
                await (await PostgreSqlServer.SharedAsync()).DeadlocksInLogAsync()
            );
        replies.ShouldHaveNoFaults(because);

        var merges = await fleet.Merges.MergesAsync(tenant);
        var counts = replies
            .CountBy(reply => reply.Outcome)
            .OrderBy(count => count.Key, StringComparer.Ordinal)
            .ToDictionary();
        output.WriteLine(string.Join(", ", counts.Select(count => $"{count.Value} {count.Key}")));
        output.WriteLine($"{merges.Made} merges, {merges.Undone} of them undone, {shift.Repeated} commands repeated");
        output.WriteLine(await fleet.CountsAsync(replies, people));
        merges.Undone.Should().BeGreaterThanOrEqualTo(counts.GetValueOrDefault("unmerged"), because);
        merges.Made.Should().BeGreaterThanOrEqualTo(counts.GetValueOrDefault("merged"), because);

        await ShouldHoldTheEventsAsync(fleet, tenant, customers, merges, because);

        // One for each who wrote, one for each check that a killed host may have held, and one for each result that
        // could not be recorded: its check failed, or ended by merging or unmerging while it was under way.
        var calls = fleet.Simulator.CallLog.Count(call =>
            people.Any(person => call.Identifiers.Contains(person.Address))
        );
        var unrecorded = HostLog.ResultsNotRecorded(await fleet.LogsAsync());
        output.WriteLine($"{calls} calls, {unrecorded} of them without a result that was recorded");
        calls
            .Should()
            .BeLessThanOrEqualTo(
                people.Count + (Kills * ChecksAtOnce) + unrecorded,
                $"{unrecorded} results were not recorded: {because}"
            );
    }

    /// <summary>Each is recorded once, with the customer who wrote it.</summary>
    private static async Task ShouldHoldTheConversationsAsync(
        Fleet fleet,
        MergingWork work,
        string tenant,
        string because
    )
    {
        var conversations = await fleet.Merges.AddressesOfConversationsAsync(tenant);
        foreach (var (conversation, sender) in work.Senders)
        {
            conversations[conversation].Should().Contain(sender, $"{conversation} is theirs: {because}");
        }
    }

    /// <summary>
    /// Each customer's events were delivered from the first to the last one, in their order. A killed host may have
    /// delivered some again, and those only, with the same id.
    /// </summary>
    private async Task ShouldHoldTheEventsAsync(
        Fleet fleet,
        string tenant,
        IReadOnlyList<Guid> customers,
        (long Made, long Undone) merges,
        string because
    )
    {
        var deliveries = await fleet.Events.ReadAsync(tenant);
        var first = deliveries.DistinctBy(delivery => (delivery.Customer, delivery.Sequence)).ToList();
        output.WriteLine($"{first.Count} events, {deliveries.Count - first.Count} of them delivered again");
        var last = await fleet.Events.LastSequencesAsync(tenant);
        last.Keys.Should().BeEquivalentTo(customers, because);
        foreach (var customer in customers)
        {
            first
                .Where(delivery => delivery.Customer == customer)
                .Select(delivery => delivery.Sequence)
                .Should()
                .Equal(Enumerable.Range(1, (int)last[customer]).Select(number => (long)number), because);
        }

        deliveries.Distinct().Should().HaveCount(first.Count, $"repeated events have their ids: {because}");
        first.Select(delivery => delivery.Event).Should().OnlyHaveUniqueItems(because);
        var kinds = first.CountBy(delivery => delivery.Kind).ToDictionary(StringComparer.Ordinal);
        output.WriteLine(string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}")));
        kinds["Created"].Should().Be(customers.Count, because);
        kinds["Merged"].Should().Be((int)merges.Made, because);
        kinds["MergedAway"].Should().Be((int)merges.Made, because);
        kinds["Unmerged"].Should().Be(2 * (int)merges.Undone, because);
    }

    private static HostSettings Configure(int number, HostSettings settings) =>
        settings with
        {
            Lease = Lease,
            MaxConcurrentChecks = ChecksAtOnce,
            HasEvents = true,
        };

    /// <summary>The hosts at work: whoever is killed is replaced, and their commands are given to others.</summary>
    private sealed class Shift(Fleet fleet, int commands)
    {
        private readonly HostProcess[] _hosts = [.. fleet.Hosts];
        private int _done;
        private int _repeated;

        public int Repeated => _repeated;

        public async Task<HostReply> CarryOutAsync(HostCommand command, int number)
        {
            for (var host = number; ; host++)
            {
                if (await Volatile.Read(ref _hosts[host % _hosts.Length]).SendAsync(command) is { } reply)
                {
                    Interlocked.Increment(ref _done);
                    return reply;
                }

                Interlocked.Increment(ref _repeated);
            }
        }

        /// <summary>Kills so many hosts, evenly over the work, and starts another one in the place of each.</summary>
        public async Task KillAsync(int kills, Func<int, HostSettings, HostSettings> configure, Random random)
        {
            for (var kill = 1; kill <= kills; kill++)
            {
                await Eventually.IsSoAsync(
                    "the work goes on",
                    () => Volatile.Read(ref _done) >= commands * kill / (kills + 1)
                );
                var place = random.Next(_hosts.Length);
                await _hosts[place].KillAsync();
                await fleet.AddAsync(1, configure);
                Volatile.Write(ref _hosts[place], fleet.Hosts[^1]);
            }
        }
    }
}
