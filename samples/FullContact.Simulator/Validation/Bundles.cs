using System.Collections.Frozen;

namespace FullContact.Simulator.Validation;

/// <summary>The bundles that a request may select.</summary>
internal static class Bundles
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(
        StringComparer.Ordinal,
        "individual",
        "individual_plus_insights",
        "professional",
        "social",
        "employment_history",
        "demographic_insights",
        "resolve_crm",
        "hem_amplification",
        "maid_amplification",
        "automotive_insights",
        "cpg_insights",
        "education_insights",
        "energy_and_utilities_insights",
        "financial_services_and_insurance_insights",
        "health_insights",
        "media_and_entertainment_insights",
        "non_profit_insights",
        "quick_serve_and_restaurants_insights",
        "retail_insights",
        "technology_and_communications_insights",
        "travel_and_hospitality_insights"
    );

    public static bool AreKnown(string bundle) => Known.Contains(bundle);
}
