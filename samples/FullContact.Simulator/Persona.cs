using System.Collections.Immutable;
using FullContact.Simulator.People;

namespace FullContact.Simulator;

/// <summary>
/// A body of each kind that a reader must cope with, about an invented person of people.json. Each is what the
/// simulator answers about the address.
/// </summary>
/// <param name="Address">The person's address.</param>
/// <param name="Body">The body, as it is sent.</param>
public sealed record Persona(string Address, string Body)
{
    private static readonly ImmutableDictionary<string, string> Bodies = PeopleFile
        .ReadBundled()
        .Where(person => person.Answers[^1] is SimulatedResponse.Match)
        .ToImmutableDictionary(
            person => person.Address,
            person => ((SimulatedResponse.Match)person.Answers[^1]).Json,
            StringComparer.Ordinal
        );

    /// <summary>
    /// Every section that is documented, also those of household, finance, health and survey that nobody should keep.
    /// </summary>
    public static Persona Full { get; } = Of("frances.fulton@example.org");

    /// <summary>A name and nothing else.</summary>
    public static Persona Thin { get; } = Of("theo.lund@example.net");

    /// <summary>Nothing at all.</summary>
    public static Persona Empty { get; } = Of("oskar.lindqvist@example.org");

    /// <summary>Details that are null.</summary>
    public static Persona NullDetails { get; } = Of("nadia.brook@example.org");

    /// <summary>Details with nothing in them.</summary>
    public static Persona EmptyDetails { get; } = Of("tomas.brandt@example.net");

    /// <summary>Social profiles as a list, where an object is usual.</summary>
    public static Persona ProfilesAsList { get; } = Of("arne.vestby@example.net");

    /// <summary>Social profiles that are null, and null wherever else it may be.</summary>
    public static Persona NullProfiles { get; } = Of("petra.novak@example.org");

    /// <summary>Dates of which parts are missing.</summary>
    public static Persona PartialDates { get; } = Of("dario.conti@example.org");

    /// <summary>Names and types as they have changed over the years, labels in any case, links without TLS.</summary>
    public static Persona Drifted { get; } = Of("dora.szabo@example.net");

    /// <summary>Networks that nobody has heard of.</summary>
    public static Persona UnknownNetworks { get; } = Of("una.keane@example.org");

    /// <summary>All of them.</summary>
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
