using System.Globalization;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>What the hosts of a fleet are told to do: for each host its commands, in an order of its own.</summary>
internal sealed class Deliveries(int hosts)
{
    private const int SharedByAll = 3;
    private const int OfEachHost = 2;

    private readonly List<HostCommand>[] _commands =
    [
        .. Enumerable.Range(0, hosts).Select(_ => new List<HostCommand>()),
    ];

    public int Count => _commands.Sum(commands => commands.Count);

    /// <summary>
    /// Conversations with everybody: three that every host receives, as when a message is delivered several times, and
    /// two for each host that it alone receives.
    /// </summary>
    public static Deliveries From(IReadOnlyList<Person> people, string round = "first", int hosts = Fleet.Six)
    {
        var deliveries = new Deliveries(hosts);
        foreach (var person in people)
        {
            for (var host = 0; host < hosts; host++)
            {
                foreach (var conversation in ConversationsOf(person, host, round))
                {
                    deliveries
                        ._commands[host]
                        .Add(new HostCommand.Receive(person.Tenant, conversation, person.WrittenBy(host)));
                }
            }
        }

        deliveries.Shuffle();
        return deliveries;
    }

    /// <summary>All conversations with somebody.</summary>
    public static IEnumerable<string> ConversationsWith(Person person, string round, int hosts) =>
        Enumerable.Range(0, hosts).SelectMany(host => ConversationsOf(person, host, round)).Distinct();

    /// <summary>Adds edits of a customer by agents at every host.</summary>
    public Deliveries WithEdits(Person person, int notes, int properties)
    {
        for (var host = 0; host < _commands.Length; host++)
        {
            _commands[host]
                .AddRange(
                    LinesOf(host, notes).Select(line => new HostCommand.AddNote(person.Tenant, person.Address, line))
                );
            _commands[host]
                .AddRange(
                    PropertiesOf(host, properties)
                        .Select(property => new HostCommand.SetProperty(
                            person.Tenant,
                            person.Address,
                            property.Key,
                            property.Value
                        ))
                );
        }

        Shuffle();
        return this;
    }

    /// <summary>All lines that agents added to the notes of a customer.</summary>
    public static IEnumerable<string> LinesOfAll(int notes) =>
        Enumerable.Range(0, Fleet.Six).SelectMany(host => LinesOf(host, notes));

    /// <summary>All properties that agents set.</summary>
    public static IEnumerable<(string Key, string Value)> PropertiesOfAll(int properties) =>
        Enumerable.Range(0, Fleet.Six).SelectMany(host => PropertiesOf(host, properties));

    /// <summary>Begins everything at once.</summary>
    /// <returns>Ends when everything is done, or its host was killed; those replies are null.</returns>
    public Task<HostReply?[]> SendTo(Fleet fleet) =>
        Task.WhenAll(fleet.Hosts.SelectMany((host, number) => _commands[number].Select(host.SendAsync)));

    private static IEnumerable<string> ConversationsOf(Person person, int host, string round) =>
        [
            .. Enumerable
                .Range(0, SharedByAll)
                .Select(number =>
                    string.Create(CultureInfo.InvariantCulture, $"{round}-{person.Number}-shared-{number}")
                ),
            .. Enumerable
                .Range(0, OfEachHost)
                .Select(number =>
                    string.Create(CultureInfo.InvariantCulture, $"{round}-{person.Number}-of-{host}-{number}")
                ),
        ];

    private static IEnumerable<string> LinesOf(int host, int notes) =>
        Enumerable
            .Range(0, notes)
            .Select(number => string.Create(CultureInfo.InvariantCulture, $"noted at {host}: {number}"));

    private static IEnumerable<(string Key, string Value)> PropertiesOf(int host, int properties) =>
        Enumerable
            .Range(0, properties)
            .Select(number =>
                (
                    string.Create(CultureInfo.InvariantCulture, $"property {number} of {host}"),
                    string.Create(CultureInfo.InvariantCulture, $"value {number}")
                )
            );

    /// <summary>Another order for each host, and the same in every run.</summary>
    private void Shuffle()
    {
        for (var host = 0; host < _commands.Length; host++)
        {
            var order = new Random(host);
            _commands[host] = [.. _commands[host].OrderBy(_ => order.Next())];
        }
    }
}
