namespace CustomerProfiles.AspNetCore;

/// <summary>That the data of a provider was removed from every profile of a tenant.</summary>
internal sealed class RemovedDataResponse
{
    /// <summary>How many profiles held any.</summary>
    public required int Changed { get; init; }
}

/// <summary>One provider of the sidebar, and its checks of the customer.</summary>
internal sealed class SidebarProviderResponse
{
    /// <summary>The provider's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is enabled for the tenant.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>When the last check was completed; null when none was.</summary>
    public string? LastCheckAt { get; init; }

    /// <summary>What it found, such as <c>Matched</c> or <c>NoMatch</c>; null when there was none.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>Whether a check is waiting or running.</summary>
    public required bool IsPending { get; init; }

    /// <summary>Why the last attempt failed, such as <c>Unavailable</c>; null otherwise.</summary>
    public string? LastFailure { get; init; }

    /// <summary>
    /// After which time a received conversation starts the next check; null when none will, or at once.
    /// </summary>
    public string? NextCheckAfter { get; init; }

    /// <summary>Where the customer can correct what the provider publishes; null when there is no such page.</summary>
    public string? ClaimPage { get; init; }

    /// <summary>Where the customer can opt out; null when there is no such page.</summary>
    public string? OptOutPage { get; init; }

    /// <summary>Why it is paused although it is enabled; null when it is not.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>The provider for a page.</summary>
    public static SidebarProviderResponse Of(SidebarProvider provider) =>
        new()
        {
            Name = provider.Provider,
            IsEnabled = provider.IsEnabled,
            LastCheckAt = WebTime.Of(provider.LastCheckAt),
            LastOutcome = provider.LastOutcome?.ToString(),
            IsPending = provider.IsPending,
            LastFailure = provider.LastFailure?.ToString(),
            NextCheckAfter = WebTime.Of(provider.NextCheckAfter),
            ClaimPage = WebLink.Of(provider.ClaimPage),
            OptOutPage = WebLink.Of(provider.OptOutPage),
            PausedBecause = provider.Pause?.Failure.ToString(),
        };
}

/// <summary>The host's providers.</summary>
internal sealed class ProviderListResponse
{
    /// <summary>One for each, in the order in which they were registered.</summary>
    public required ProviderStatusResponse[] Providers { get; init; }
}

/// <summary>One of the host's providers.</summary>
internal sealed class ProviderStatusResponse
{
    /// <summary>The provider's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is enabled for the tenant.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>When it was last enabled or disabled; null when never.</summary>
    public string? ChangedAt { get; init; }

    /// <summary>The id of who did that; null when nobody has.</summary>
    public string? ChangedBy { get; init; }

    /// <summary>Where a person can correct what it publishes about them; null when there is no such page.</summary>
    public string? ClaimPage { get; init; }

    /// <summary>The provider for a page.</summary>
    public static ProviderStatusResponse Of(ProviderStatus status) =>
        new()
        {
            Name = status.Provider,
            IsEnabled = status.IsEnabled,
            ChangedAt = WebTime.Of(status.ChangedAt),
            ChangedBy = status.ChangedBy,
            ClaimPage = WebLink.Of(status.ClaimPage),
        };
}
