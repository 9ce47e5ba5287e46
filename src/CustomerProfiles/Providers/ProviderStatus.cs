using NodaTime;

namespace CustomerProfiles;

/// <summary>One of the host's providers, and whether it is enabled for a tenant.</summary>
/// <remarks>Immutable. <see cref="ToString"/> shows the provider and its state only.</remarks>
public sealed class ProviderStatus
{
    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether it is enabled.</summary>
    public required bool IsEnabled { get; init; }

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
