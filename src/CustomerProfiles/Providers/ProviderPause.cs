namespace CustomerProfiles.Providers;

/// <summary>Why a provider is not called for now, although checks wait for it. They run when the pause ends.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ProviderPause
{
    /// <summary>Makes a pause.</summary>
    /// <param name="failure">The failure that caused it.</param>
    /// <param name="remedy">What somebody has to do, naming the setting. It is logged and shown, so it holds no key and
    /// no personal data.</param>
    public ProviderPause(ProviderFailure failure, string remedy)
    {
        Failure = failure;
        Remedy = remedy;
    }

    /// <summary>The failure that caused it.</summary>
    public ProviderFailure Failure { get; init; }

    /// <summary>
    /// What somebody has to do, naming the setting. It is logged and shown, so it holds no key and no personal data.
    /// </summary>
    public string Remedy { get; init; }

    /// <summary>
    /// Whether one request may be sent now all the same, to find out whether the pause can end. The provider lets no
    /// more through than it needs.
    /// </summary>
    public bool IsProbeDue { get; init; }
}
