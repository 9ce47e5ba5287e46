namespace CustomerProfiles.Enrichment;

/// <summary>What failures have in common.</summary>
internal static class ProviderFailures
{
    /// <summary>Whether the provider may have answered, and charged for it.</summary>
    public static bool MayBeCharged(this ProviderFailure failure) =>
        failure is ProviderFailure.Unanswered or ProviderFailure.TimedOut or ProviderFailure.Unreadable;
}
