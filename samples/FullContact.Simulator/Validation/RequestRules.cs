namespace FullContact.Simulator.Validation;

/// <summary>The rules for requests.</summary>
internal static class RequestRules
{
    /// <summary>The maximum number of values of one kind.</summary>
    public const int MaxValues = 25;

    /// <summary>The error of a request; null when it is valid.</summary>
    public static string? FaultOf(RequestBody body) =>
        TooMany(body)
        ?? MalformedValue(body)
        ?? NameAndLocation(body)
        ?? Modifiers(body)
        ?? (HasIdentifier(body) ? null : "No valid identifier provided.");

    /// <summary>The error of a single address, number or profile; null when all are valid.</summary>
    public static string? MalformedValue(RequestBody body)
    {
        if (body.AllEmails.Any(email => !Identifier.IsAddressOrHash(Identifier.Normalize(email))))
        {
            return "Invalid email format";
        }

        return body.AllPhones.Any(phone => PhoneNumber.Normalize(phone) is null)
            ? "Invalid phone format"
            : body.AllProfiles.Select(profile => profile.Fault).FirstOrDefault(fault => fault is not null);
    }

    /// <summary>Whether name and address together identify a person.</summary>
    public static bool NamesSomebodyAtAnAddress(RequestBody body) =>
        body is { Name.IsValid: true, Location.IsValid: true };

    /// <summary>Whether name and place together identify a person.</summary>
    public static bool NamesSomebodyAtAPlace(RequestBody body) =>
        body.Name is { IsValid: true } && !string.IsNullOrWhiteSpace(body.Placekey);

    private static string? TooMany(RequestBody body)
    {
        foreach (
            var (kind, count) in new[]
            {
                ("emails", body.AllEmails.Length),
                ("phones", body.AllPhones.Length),
                ("profiles", body.AllProfiles.Length),
                ("maids", body.AllMaids.Length),
            }
        )
        {
            if (count > MaxValues)
            {
                return $"At most {MaxValues} {kind} are allowed.";
            }
        }

        return null;
    }

    private static string? NameAndLocation(RequestBody body)
    {
        // With another identifier, errors in these are ignored.
        if (HasIdentifier(body))
        {
            return null;
        }

        return body switch
        {
            { Name: null, Location: null } => null,
            { Location: null } when string.IsNullOrWhiteSpace(body.Placekey) => "A name needs a location.",
            { Name: null } => "A location needs a name.",
            { Name.IsValid: false } => "A name is either full, or given and family.",
            _ => "A location has addressLine1 and postalCode, or addressLine1, city and region or regionCode.",
        };
    }

    private static string? Modifiers(RequestBody body)
    {
        if (body.WebhookUrl is { } webhook && !IsWebAddress(webhook))
        {
            return $"Invalid webhookUrl provided: '{webhook}'";
        }

        if (body.Bundles.FirstOrDefault(bundle => !Bundles.AreKnown(bundle)) is { } unknown)
        {
            return $"Invalid dataFilter provided: '{unknown}'";
        }

        if (body.DataFilterLogic is not (null or "OR" or "AND"))
        {
            return $"Invalid dataFilterLogic provided: '{body.DataFilterLogic}'";
        }

        return
            new[] { body.Confidence, body.ConfidenceLevel }
                .OfType<string>()
                .FirstOrDefault(level => Confidence.Of(level) is null)
                is { } level
            ? $"Invalid confidence provided: '{level}'"
            : null;
    }

    private static bool HasIdentifier(RequestBody body) =>
        !body.AllEmails.IsEmpty
        || !body.AllPhones.IsEmpty
        || !body.AllProfiles.IsEmpty
        || !body.AllMaids.IsEmpty
        || !body.Ids.IsEmpty
        || NamesSomebodyAtAnAddress(body)
        || NamesSomebodyAtAPlace(body);

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
}
