namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts that are paused while they work.</summary>
public sealed class PausedHostTests
{
    private const int Pauses = 12;

    [PostgreSqlFact(signals: true)]
    public async Task Paused_hosts_block_no_other_host_and_continue_afterwards()
    {
        await using var fleet = await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), hosts: 3);
        var (paused, other) = (fleet.Hosts[0], fleet.Hosts[1]);
        var people = Person.NewTenant(fleet.Simulator);
        var tenant = people[0].Tenant;

        // The first call of each is slow.
        await Task.WhenAll(fleet.Hosts.Select((host, number) => ReceiveAsync(host, $"first-{number}")));
        for (var pause = 0; pause < Pauses; pause++)
        {
            // During many calls, so that each pause happens at another point.
            var held = Enumerable
                .Range(0, 40)
                .Select(number => ReceiveAsync(paused, $"held-{pause}-{number}"))
                .ToList();
            await Task.WhenAny(held);
            await paused.PauseAsync();

            // Each waits for its reply, which says whether the call had to be repeated.
            var replies = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(number => ReceiveAsync(other, $"other-{pause}-{number}"))
            );

            // Whom the paused host blocks would not succeed before it is resumed, however often the call is repeated.
            replies.ShouldHaveNoFaults($"host {paused.Name} is paused");
            await paused.ResumeAsync();
            (await Task.WhenAll(held)).Should().OnlyContain(reply => reply != null);
        }

        (await fleet.Tables.CustomersAsync(tenant)).Should().Be(3 + (Pauses * 60));
        (await fleet.Tables.DisorderAsync()).Should().BeEmpty();

        Task<HostReply?> ReceiveAsync(HostProcess host, string name) =>
            host.SendAsync(new HostCommand.Receive(tenant, $"conversation-{name}", $"{name}@example.net"));
    }
}
