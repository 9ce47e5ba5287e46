using System.Collections.Immutable;

namespace FullContact.Simulator.Validation;

/// <summary>A valid lookup.</summary>
/// <param name="Identifiers">The identifiers, in the order of their use.</param>
/// <param name="DataFilter">The requested bundles; empty for all.</param>
/// <param name="MinLikelihood">The minimum likelihood of a match.</param>
/// <param name="WebhookUrl">The webhook for the result; null for the response.</param>
internal sealed record SimulatedRequest(
    ImmutableArray<Identifier> Identifiers,
    ImmutableArray<string> DataFilter,
    double MinLikelihood,
    Uri? WebhookUrl
)
{
    /// <summary>Whether it reveals nothing of the person, so that the response must not either.</summary>
    public bool IsOpaque => Identifiers.All(identifier => identifier.IsOpaque);

    /// <summary>Creates a lookup from a valid body.</summary>
    public static SimulatedRequest Of(RequestBody body)
    {
        var identifiers = ImmutableArray.CreateBuilder<Identifier>();
        identifiers.AddRange(body.AllEmails.Select(Identifier.Email));
        identifiers.AddRange(body.AllPhones.Select(Identifier.Phone));
        identifiers.AddRange(body.AllProfiles.Select(Identifier.Profile));
        if (RequestRules.NamesSomebodyAtAnAddress(body))
        {
            identifiers.Add(Identifier.NameAt(body.Name!, body.Location!.Forms.First()));
        }

        if (RequestRules.NamesSomebodyAtAPlace(body))
        {
            identifiers.Add(Identifier.NameAt(body.Name!, $"placekey:{body.Placekey}"));
        }

        identifiers.AddRange(body.AllMaids.Select(maid => Identifier.Id("maid", maid, isOpaque: true)));
        identifiers.AddRange(
            body.Ids.Select(id => Identifier.Id(id.Field, id.Value, id.Field is "li_nonid" or "panoramaId"))
        );
        return new SimulatedRequest(
            [.. identifiers],
            body.Bundles,
            Confidence.Of(body.Confidence ?? body.ConfidenceLevel ?? "HIGH") ?? Confidence.Default,
            body.WebhookUrl is null ? null : new Uri(body.WebhookUrl)
        );
    }
}
