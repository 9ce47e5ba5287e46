using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FullContact.Simulator.People;

/// <summary>Selects the parts of a person's body.</summary>
internal static class BodyParts
{
    private static readonly string[] ClearPersonalFields =
    [
        "fullName",
        "twitter",
        "linkedin",
        "facebook",
        "email",
        "phone",
    ];

    private static readonly (string[] Bundles, string[] Fields, string[] Details)[] Parts =
    [
        (
            ["individual", "individual_plus_insights"],
            ["fullName", "ageRange", "gender", "location", "bio", "email", "phone"],
            ["name", "age", "gender", "location", "locations", "emails", "phones"]
        ),
        (["individual", "individual_plus_insights", "employment_history"], [], ["education"]),
        (["professional"], ["title", "organization", "website"], []),
        (["professional", "employment_history"], [], ["employment"]),
        (
            ["social"],
            ["twitter", "linkedin", "facebook", "avatar"],
            ["profiles", "photos", "urls", "topics", "interests"]
        ),
        (["resolve_crm", "hem_amplification", "maid_amplification"], [], ["identifiers"]),
        (
            ["demographic_insights", "individual_plus_insights"],
            [],
            ["demographics", "household", "households", "census"]
        ),
        (["financial_services_and_insurance_insights", "demographic_insights"], [], ["finance", "finances"]),
        (["automotive_insights"], [], ["automotive"]),
        (["retail_insights", "cpg_insights"], [], ["buyer", "purchases"]),
        (["media_and_entertainment_insights"], [], ["survey"]),
    ];

    /// <summary>A body with the requested bundles only.</summary>
    public static string Filtered(string body, ImmutableArray<string> dataFilter)
    {
        if (dataFilter.IsEmpty || Parse(body) is not { } person)
        {
            return body;
        }

        foreach (
            var (_, fields, details) in Parts.Where(part => !part.Bundles.Any(bundle => dataFilter.Contains(bundle)))
        )
        {
            Remove(person, fields);
            Remove(person["details"] as JsonObject, details);
        }

        return person.ToJsonString();
    }

    /// <summary>A body without the clear personal data that the API omits for hashed identifiers.</summary>
    public static string WithoutClearPersonalData(string body)
    {
        if (Parse(body) is not { } person)
        {
            return body;
        }

        Remove(person, ClearPersonalFields);
        if (person["details"] is JsonObject details)
        {
            Remove(details, ["name", "phones", "profiles"]);
            foreach (var email in (details["emails"] as JsonArray ?? []).OfType<JsonObject>())
            {
                email.Remove("value");
            }
        }

        return person.ToJsonString();
    }

    private static JsonObject? Parse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            // A test may script a match that is not JSON. It is sent unchanged.
            return null;
        }
    }

    private static void Remove(JsonObject? from, string[] names)
    {
        foreach (var name in names)
        {
            from?.Remove(name);
        }
    }
}
