namespace CustomerProfiles.Providers;

/// <summary>
/// Why a provider is not asked at present, although checks wait for it. They are made when the pause ends.
/// </summary>
/// <param name="Failure">What it is for.</param>
/// <param name="Remedy">What somebody has to do, naming the setting. It is logged and shown, so it holds no key and no
/// personal data.</param>
/// <remarks>Immutable.</remarks>
public sealed record ProviderPause(ProviderFailure Failure, string Remedy)
{
    /// <summary>
    /// Whether a question may be put now all the same, to see whether the pause can end. The provider lets no more
    /// through than it needs.
    /// </summary>
    public bool IsProbeDue { get; init; }
}
