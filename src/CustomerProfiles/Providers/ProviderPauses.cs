namespace CustomerProfiles.Providers;

/// <summary>What pauses have in common.</summary>
internal static class ProviderPauses
{
    /// <summary>
    /// The pause because of which no request may be sent now; null when one may be sent, even if only as a probe.
    /// </summary>
    public static ProviderPause? CurrentPause(this IProfileProvider provider) =>
        provider.Pause is { IsProbeDue: false } pause ? pause : null;
}
