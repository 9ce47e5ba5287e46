using System.Collections.Immutable;

namespace FullContact.Simulator.Validation;

/// <summary>A question that the API would answer.</summary>
/// <param name="Identifiers">Whom it is about, in the order in which they are looked for.</param>
/// <param name="DataFilter">The bundles asked for; empty for all.</param>
/// <param name="LeastLikelihood">How likely it must be that it is the right person.</param>
/// <param name="WebhookUrl">Where the answer is to be sent; null for the usual way.</param>
internal sealed record SimulatedRequest(
    ImmutableArray<Identifier> Identifiers,
    ImmutableArray<string> DataFilter,
    double LeastLikelihood,
    Uri? WebhookUrl
)
{
    /// <summary>Whether it shows nothing of the person, so that the answer must not either.</summary>
    public bool IsOpaque => Identifiers.All(identifier => identifier.IsOpaque);

    /// <summary>Takes a body that broke no rule.</summary>
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
