using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FullContact.Simulator;

/// <summary>The invented people of people.json, and how the simulator answers about each.</summary>
internal static class SimulatedPeople
{
    private static readonly string[] ClearPersonalFields =
        ["fullName", "twitter", "linkedin", "facebook", "email", "phone"];

    /// <summary>Reads them: by address, the answers in the order in which they are given; the last one is repeated.</summary>
    public static ImmutableDictionary<string, ImmutableArray<SimulatedAnswer>> Read()
    {
        using var stream = typeof(SimulatedPeople).Assembly.GetManifestResourceStream("people.json")
            ?? throw new InvalidOperationException("The resource people.json is missing from the program.");
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.EnumerateObject().ToImmutableDictionary(
            person => person.Name,
            person => person.Value.EnumerateArray().Select(Answer).ToImmutableArray(),
            StringComparer.Ordinal);
    }

    /// <summary>A body without what the API leaves out when it was asked by a hash only.</summary>
    public static string WithoutClearPersonalData(string body)
    {
        if (JsonNode.Parse(body) is not JsonObject person)
        {
            return body;
        }

        foreach (var field in ClearPersonalFields)
        {
            person.Remove(field);
        }

        if (person["details"] is JsonObject details)
        {
            details.Remove("name");
            details.Remove("emails");
            details.Remove("phones");
            details.Remove("profiles");
        }

        return person.ToJsonString();
    }

    /// <summary>A body with the bundles only that were asked for.</summary>
    public static string Filtered(string body, ImmutableArray<string> dataFilter)
    {
        if (dataFilter.IsEmpty || JsonNode.Parse(body) is not JsonObject person)
        {
            return body;
        }

        void Drop(string bundle, string[] fields, string[] details)
        {
            if (dataFilter.Contains(bundle))
            {
                return;
            }

            foreach (var field in fields)
            {
                person.Remove(field);
            }

            foreach (var detail in details)
            {
                (person["details"] as JsonObject)?.Remove(detail);
            }
        }

        Drop("individual", ["fullName", "ageRange", "gender", "location", "bio"], ["name", "age", "gender", "locations", "emails", "phones", "education"]);
        Drop("professional", ["title", "organization", "website"], ["employment"]);
        Drop("social", ["twitter", "linkedin", "facebook", "avatar"], ["profiles", "photos", "urls"]);
        Drop("demographic_insights", [], ["demographics", "household", "census", "finance"]);
        return person.ToJsonString();
    }

    private static SimulatedAnswer Answer(JsonElement answer)
    {
        var one = answer.EnumerateObject().Single();
        return one.Name switch
        {
            "match" => new SimulatedAnswer.Match(one.Value.GetRawText()),
            "queued" => new SimulatedAnswer.Queued(),
            "throttled" => SimulatedAnswer.Throttled(),
            "unavailable" => SimulatedAnswer.Unavailable($"{one.Value.GetInt32()}"),
            "serverError" => new SimulatedAnswer.Status(500),
            var other => throw new InvalidOperationException($"people.json has an answer \"{other}\", which the simulator does not know."),
        };
    }
}
