using System.Collections.Immutable;
using FullContact.Simulator.People;

namespace FullContact.Simulator;

/// <summary>
/// A body of each kind that a client must be able to read, of an invented person in people.json. It is what the
/// simulator returns for the address.
/// </summary>
/// <param name="Address">The person's address.</param>
/// <param name="Body">The body, as it is sent.</param>
public sealed record Persona(string Address, string Body)
{
    private static readonly ImmutableDictionary<string, string> Bodies = PeopleFile
        .ReadBundled()
        .Where(person => person.Responses[^1] is SimulatedResponse.Match)
        .ToImmutableDictionary(
            person => person.Address,
            person => ((SimulatedResponse.Match)person.Responses[^1]).Json,
            StringComparer.Ordinal
        );

    /// <summary>
    /// Every documented section, including household, finance, health and survey, which no client should store.
    /// </summary>
    public static Persona Full { get; } = Of("frances.fulton@example.org");

    /// <summary>A name only.</summary>
    public static Persona Thin { get; } = Of("theo.lund@example.net");

    /// <summary>An empty object.</summary>
    public static Persona Empty { get; } = Of("oskar.lindqvist@example.org");

    /// <summary>Null details.</summary>
    public static Persona NullDetails { get; } = Of("nadia.brook@example.org");

    /// <summary>Empty details.</summary>
    public static Persona EmptyDetails { get; } = Of("tomas.brandt@example.net");

    /// <summary>Social profiles as a list instead of an object.</summary>
    public static Persona ProfilesAsList { get; } = Of("arne.vestby@example.net");

    /// <summary>Null social profiles, and null in most other places.</summary>
    public static Persona NullProfiles { get; } = Of("petra.novak@example.org");

    /// <summary>Dates with missing parts.</summary>
    public static Persona PartialDates { get; } = Of("dario.conti@example.org");

    /// <summary>Old names and types of fields, labels in any case, links without TLS.</summary>
    public static Persona Drifted { get; } = Of("dora.szabo@example.net");

    /// <summary>Unknown social networks.</summary>
    public static Persona UnknownNetworks { get; } = Of("una.keane@example.org");

    /// <summary>All personas.</summary>
    public static ImmutableArray<Persona> All { get; } =
    [
        Full,
        Thin,
        Empty,
        NullDetails,
        EmptyDetails,
        ProfilesAsList,
        NullProfiles,
        PartialDates,
        Drifted,
        UnknownNetworks,
    ];

    private static Persona Of(string address) => new(address, Bodies[address]);
}
