namespace FullContact.Simulator.Validation;

/// <summary>A social profile in a request.</summary>
internal sealed record RequestedProfile
{
    private static readonly string[] ByUrlOnly = ["facebook", "instagram"];

    public string? Service { get; init; }

    public string? Username { get; init; }

    public string? Userid { get; init; }

    public string? Url { get; init; }

    /// <summary>The error; null when it is valid.</summary>
    public string? Fault =>
        (IsGiven(Url), IsGiven(Service), IsGiven(Username), IsGiven(Userid)) switch
        {
            (true, _, true, _) or (true, _, _, true) =>
                "A profile has either a url, or a service and a username or userid.",
            (true, _, _, _) => IsUrl(Url!) ? null : "Invalid profile url provided.",
            (_, _, true, true) => "A profile has either a username or a userid, not both.",
            (_, false, _, _) => "A profile has either a url, or a service and a username or userid.",
            (_, _, false, false) => "A profile with a service has a username or a userid.",
            _ => ByUrlOnly.Contains(Service!.Trim().ToLowerInvariant())
                ? "Facebook and Instagram profiles are accepted by url only."
                : null,
        };

    private static bool IsGiven(string? text) => !string.IsNullOrWhiteSpace(text);

    // The scheme is optional.
    private static bool IsUrl(string text) =>
        !text.Trim().Any(char.IsWhiteSpace)
        && Uri.TryCreate(
            text.Contains("://", StringComparison.Ordinal) ? text.Trim() : "https://" + text.Trim(),
            UriKind.Absolute,
            out var url
        )
        && url.Scheme is "http" or "https"
        && url.Host.Contains('.', StringComparison.Ordinal);
}
