using System.Globalization;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>What hosts do that merge customers: commands in a random order, the same for the same seed.</summary>
internal sealed class MergingWork
{
    private const int ConversationsOfEach = 10;
    private const int Groups = 5;

    private readonly IReadOnlyList<Person> _people;
    private readonly IReadOnlyList<Person> _known;
    private readonly Random _random;
    private readonly List<HostCommand> _commands = [];
    private readonly Dictionary<string, string> _senders = new(StringComparer.Ordinal);

    /// <param name="people">All people.</param>
    /// <param name="known">Those who are customers already, so that they can be edited.</param>
    /// <param name="count">The number of commands.</param>
    /// <param name="random">Decides about everything.</param>
    public MergingWork(IReadOnlyList<Person> people, IReadOnlyList<Person> known, int count, Random random)
    {
        (_people, _known, _random) = (people, known, random);
        for (var number = 0; number < count; number++)
        {
            _commands.Add(Next(number));
        }
    }

    public IReadOnlyList<HostCommand> Commands => _commands;

    /// <summary>The address of the sender or recipient of each reported conversation.</summary>
    public IReadOnlyDictionary<string, string> Senders => _senders;

    /// <summary>The properties that agents set.</summary>
    public IEnumerable<(string Field, string Value)> Properties =>
        _commands.OfType<HostCommand.SetProperty>().Select(set => ($"custom:{set.Key}", set.Value));

    private HostCommand Next(int number)
    {
        var person = Any(_people);
        return _random.Next(20) switch
        {
            < 9 => Reported(person),
            < 13 => new HostCommand.SetProperty(
                person.Tenant,
                Any(_known).Address,
                Text($"property {number}"),
                Text($"value {number}")
            ),
            < 16 => new HostCommand.Merge(person.Tenant, person.Address, AnyOfGroup(person).Address),
            _ => new HostCommand.Unmerge(person.Tenant, person.Address),
        };
    }

    /// <summary>One of few conversations, so that many are redelivered.</summary>
    private HostCommand Reported(Person person)
    {
        var number = _random.Next(ConversationsOfEach);
        var conversation = Text($"with {person.Number} {number}");
        _senders[conversation] = person.Address;
        var party = person.WrittenBy(_random.Next(3));
        return number % 3 == 0
            ? new HostCommand.Compose(person.Tenant, conversation, party)
            : new HostCommand.Receive(person.Tenant, conversation, party);
    }

    /// <summary>Groups, so that there are always several customers to merge and merges to undo.</summary>
    private Person AnyOfGroup(Person person) =>
        Any([.. _people.Where(other => other.Number % Groups == person.Number % Groups)]);

    private T Any<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
