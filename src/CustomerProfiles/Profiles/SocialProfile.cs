namespace CustomerProfiles;

/// <summary>An account of the customer in a social network.</summary>
/// <param name="Network">The network's name as the provider calls it, in lower case, such as "github". An open set: new
/// ones appear.</param>
/// <param name="Url">Where the account is seen, http or https; null when unknown.</param>
/// <param name="Username">The account's name there; null when unknown.</param>
/// <remarks>Immutable. <see cref="ToString"/> shows the network only.</remarks>
public sealed record SocialProfile(string Network, Uri? Url = null, string? Username = null)
{
    /// <summary>The network only.</summary>
    public override string ToString() => $"{nameof(SocialProfile)} {Network}";
}
