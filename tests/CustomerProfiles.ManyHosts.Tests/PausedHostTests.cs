namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>Hosts that stand still in the middle of everything.</summary>
public sealed class PausedHostTests
{
    private const int Pauses = 12;

    [PostgreSqlFact(signals: true)]
    public async Task Hosts_that_stand_still_hold_up_no_other_host_and_go_on_afterwards()
    {
        await using var fleet = await Fleet.StartAsync(await PostgreSqlServer.SharedAsync(), hosts: 3);
        var (paused, other) = (fleet.Hosts[0], fleet.Hosts[1]);
        var people = Person.NewTenant(fleet.Simulator);
        var tenant = people[0].Tenant;

        // The first call of each takes long.
        await Task.WhenAll(fleet.Hosts.Select((host, number) => ReceiveAsync(host, $"first-{number}")));
        for (var pause = 0; pause < Pauses; pause++)
        {
            // In the middle of many calls: each pause meets them somewhere else.
            var held = Enumerable
                .Range(0, 40)
                .Select(number => ReceiveAsync(paused, $"held-{pause}-{number}"))
                .ToList();
            await Task.WhenAny(held);
            await paused.PauseAsync();

            // Each waits for a reply, and a reply says whether the call had to be made again.
            var replies = await Task.WhenAll(
                Enumerable.Range(0, 20).Select(number => ReceiveAsync(other, $"other-{pause}-{number}"))
            );

            replies.Should().OnlyContain(reply => reply != null && reply.Faults.Count == 0);
            await paused.ResumeAsync();
            (await Task.WhenAll(held)).Should().OnlyContain(reply => reply != null);
        }

        (await fleet.Tables.CustomersAsync(tenant)).Should().Be(3 + (Pauses * 60));
        (await fleet.Tables.DisorderAsync()).Should().BeEmpty();

        Task<HostReply?> ReceiveAsync(HostProcess host, string name) =>
            host.SendAsync(new HostCommand.Receive(tenant, $"conversation-{name}", $"{name}@example.net"));
    }
}
