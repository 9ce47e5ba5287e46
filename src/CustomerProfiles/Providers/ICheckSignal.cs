namespace CustomerProfiles.Providers;

/// <summary>Wakes the runner of this host, so that waiting checks run at once and not at the next sweep.</summary>
/// <remarks>
/// For a provider whose <see cref="IProfileProvider.Pause"/> ends early, for example because its key was corrected. A
/// singleton, safe for any number of threads. The checks are in the store, so a lost signal costs only time.
/// </remarks>
public interface ICheckSignal
{
    /// <summary>Wakes the runner. Returns at once, and does nothing when the runner is already running.</summary>
    void Raise();
}
