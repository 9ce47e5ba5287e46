using NodaTime;

namespace CustomerProfiles;

/// <summary>One of the host's providers, as a tenant has it.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="IsEnabled">Whether it may be asked.</param>
/// <param name="ChangedAt">When it was last switched; null when never.</param>
/// <param name="ChangedBy">The id of who switched it; null when nobody has.</param>
/// <param name="ClaimPage">Where a person can correct what the provider says of them; null when there is no such
/// page.</param>
/// <remarks>Immutable.</remarks>
public sealed record ProviderStatus(
    string Provider,
    bool IsEnabled,
    Instant? ChangedAt,
    string? ChangedBy,
    Uri? ClaimPage
)
{
    /// <summary>The provider and its position only; who switched it may be known by an address.</summary>
    public override string ToString() => $"{Provider} {(IsEnabled ? "on" : "off")}";
}
