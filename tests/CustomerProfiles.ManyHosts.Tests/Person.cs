using System.Globalization;
using FullContact.Simulator;

namespace CustomerProfiles.ManyHosts.Tests;

/// <summary>A sender: twenty in each tenant, of whom FullContact knows every other one.</summary>
internal sealed record Person(string Tenant, int Number)
{
    public const int Count = 20;

    private static int _tenants;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"person-{Number:00}.{Tenant}@example.com");

    public bool IsKnown => Number % 2 == 0;

    public string Bio => $"The bio of {Address}";

    public string Outcome => IsKnown ? "matched" : "no-match";

    /// <summary>Twenty people of a tenant of their own.</summary>
    public static IReadOnlyList<Person> NewTenant(FullContactSimulator simulator)
    {
        var tenant = string.Create(CultureInfo.InvariantCulture, $"tenant-{Interlocked.Increment(ref _tenants)}");
        List<Person> people = [.. Enumerable.Range(1, Count).Select(number => new Person(tenant, number))];
        people.ForEach(person => person.Introduce(simulator));
        return people;
    }

    /// <summary>The sender of a message, as different mail programs write it.</summary>
    public string WrittenBy(int program) =>
        (program % 3) switch
        {
            0 => Address,
            1 => $"Person {Number} <{Address.ToUpperInvariant()}>",
            _ => $"\"Person {Number}\" <Person{Address[6..]}>",
        };

    /// <summary>Makes FullContact return this person.</summary>
    public void Introduce(FullContactSimulator simulator)
    {
        if (IsKnown)
        {
            simulator.Script(Address, new SimulatedResponse.Match($$"""{"bio":"{{Bio}}"}"""));
        }
    }
}
