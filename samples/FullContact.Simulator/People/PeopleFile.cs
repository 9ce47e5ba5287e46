using System.Collections.Immutable;
using System.Text.Json;
using FullContact.Simulator.Responses;
using FullContact.Simulator.Validation;

namespace FullContact.Simulator.People;

/// <summary>
/// Reads people: for each address a list of responses, or an object with "responses", "likelihood" and "knownBy".
/// </summary>
internal static class PeopleFile
{
    private static readonly JsonSerializerOptions Reading = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads the invented people of people.json.</summary>
    public static ImmutableArray<SimulatedPerson> ReadBundled()
    {
        using var stream =
            typeof(PeopleFile).Assembly.GetManifestResourceStream("people.json")
            ?? throw new InvalidOperationException("The resource people.json is missing.");
        return Read(stream);
    }

    /// <summary>Reads a file of people.</summary>
    /// <exception cref="FormatException">The file is invalid.</exception>
    public static ImmutableArray<SimulatedPerson> Read(Stream json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            ImmutableArray<SimulatedPerson> people = [.. document.RootElement.EnumerateObject().Select(Person)];
            return people.DistinctBy(person => person.Address).Count() == people.Length
                ? people
                : throw new FormatException("Two people have one address.");
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("The file of people is invalid.", exception);
        }
    }

    private static SimulatedPerson Person(JsonProperty person)
    {
        var isList = person.Value.ValueKind == JsonValueKind.Array;
        var results = ResponseReader.ReadAll(isList ? person.Value : person.Value.GetProperty("responses"));
        return new SimulatedPerson(
            Identifier.Normalize(person.Name),
            !isList && person.Value.TryGetProperty("knownBy", out var knownBy) ? KnownBy(knownBy) : [],
            !isList && person.Value.TryGetProperty("likelihood", out var likelihood) ? likelihood.GetDouble() : 1,
            results.IsEmpty ? throw new FormatException("A person has no responses.") : results
        );
    }

    private static ImmutableArray<Identifier> KnownBy(JsonElement json)
    {
        // The same form as the body of a lookup.
        var known = json.Deserialize<RequestBody>(Reading)!;
        if (RequestRules.MalformedValue(known) is { } fault)
        {
            throw new FormatException(fault);
        }

        return
        [
            .. known.AllEmails.Select(Identifier.Email),
            .. known.AllPhones.Select(Identifier.Phone),
            .. known.AllProfiles.Select(Identifier.Profile),
            .. known.AllMaids.Select(maid => Identifier.Id("maid", maid, isOpaque: true)),
            .. known.Ids.Select(id => Identifier.Id(id.Field, id.Value)),
            .. known.Name is { } name
                ? (known.Location?.Forms ?? []).Select(address => Identifier.NameAt(name, address))
                : [],
        ];
    }
}
