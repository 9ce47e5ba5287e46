namespace CustomerProfiles;

/// <summary>What failures have in common.</summary>
internal static class ProviderFailures
{
    /// <summary>
    /// Whether the provider may have answered, and charged for it: also when its code threw, for nobody knows how far
    /// it had got.
    /// </summary>
    public static bool MayBeCharged(this ProviderFailure failure) =>
        failure
            is ProviderFailure.NoResponse
                or ProviderFailure.TimedOut
                or ProviderFailure.InvalidResponse
                or ProviderFailure.Unexpected;
}
