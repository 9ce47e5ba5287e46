namespace CustomerProfiles;

/// <summary>What failures have in common.</summary>
internal static class ProviderFailures
{
    /// <summary>
    /// Whether the provider may have responded, and charged for it. That includes an exception from its code, which may
    /// come after the response.
    /// </summary>
    public static bool MayBeCharged(this ProviderFailure failure) =>
        failure
            is ProviderFailure.NoResponse
                or ProviderFailure.TimedOut
                or ProviderFailure.InvalidResponse
                or ProviderFailure.Unexpected;
}
