using NodaTime;

namespace CustomerProfiles;

/// <summary>One of the host's providers, and whether it is enabled for a tenant.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ProviderStatus
{
    /// <summary>Makes a status.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="isEnabled">Whether it is enabled.</param>
    /// <param name="changedAt">When it was last enabled or disabled; null when never.</param>
    /// <param name="changedBy">The id of who did that; null when nobody has.</param>
    /// <param name="claimPage">Where a person can correct what the provider publishes about them; null when there is no
    /// such page.</param>
    public ProviderStatus(string provider, bool isEnabled, Instant? changedAt, string? changedBy, Uri? claimPage)
    {
        Provider = provider;
        IsEnabled = isEnabled;
        ChangedAt = changedAt;
        ChangedBy = changedBy;
        ClaimPage = claimPage;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; init; }

    /// <summary>Whether it is enabled.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>When it was last enabled or disabled; null when never.</summary>
    public Instant? ChangedAt { get; init; }

    /// <summary>The id of who did that; null when nobody has.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>
    /// Where a person can correct what the provider publishes about them; null when there is no such page.
    /// </summary>
    public Uri? ClaimPage { get; init; }

    /// <summary>The provider and its state only: the id of who changed it may be an address.</summary>
    public override string ToString() => $"{Provider} {(IsEnabled ? "on" : "off")}";
}
