namespace CustomerProfiles;

/// <summary>An account of the customer in a social network.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the network only.</remarks>
public sealed record SocialProfile
{
    /// <summary>An account, known by its address, its name, or both.</summary>
    /// <param name="network">The network's name as the provider calls it, in lower case, such as "github". An open set:
    /// new ones appear.</param>
    /// <param name="url">The page of the account, http or https; null when unknown.</param>
    /// <param name="username">The account's name there; null when unknown.</param>
    public SocialProfile(string network, Uri? url = null, string? username = null)
    {
        Network = network;
        Url = url;
        Username = username;
    }

    /// <summary>
    /// The network's name as the provider calls it, in lower case, such as "github". An open set: new ones appear.
    /// </summary>
    public string Network { get; init; }

    /// <summary>The page of the account, http or https; null when unknown.</summary>
    public Uri? Url { get; init; }

    /// <summary>The account's name there; null when unknown.</summary>
    public string? Username { get; init; }

    /// <summary>The network only.</summary>
    public override string ToString() => $"{nameof(SocialProfile)} {Network}";
}
