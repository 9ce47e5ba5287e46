using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles;

/// <summary>One provider of a sidebar.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SidebarProvider
{
    /// <summary>The provider's name.</summary>
    public required string Provider { get; init; }

    /// <summary>Whether it is enabled for this tenant.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>When the last check of the customer was completed; null when none was.</summary>
    public required Instant? LastCheckAt { get; init; }

    /// <summary>What that check found; null exactly when <see cref="LastCheckAt"/> is.</summary>
    public required CheckOutcome? LastOutcome { get; init; }

    /// <summary>Whether a check is waiting or running.</summary>
    public required bool IsPending { get; init; }

    /// <summary>Why the last attempt failed, if it did after the last completed check; null otherwise.</summary>
    public required ProviderFailure? LastFailure { get; init; }

    /// <summary>
    /// The instant after which a new received conversation starts the next check. Null when none will (the provider is
    /// disabled, or the customer suppressed), and when the next conversation starts one at once because there has been
    /// no check yet.
    /// </summary>
    public required Instant? NextCheckAfter { get; init; }

    /// <summary>
    /// Where the customer can claim, correct or opt out of what the provider publishes about them; null when there is
    /// no such page.
    /// </summary>
    public required Uri? ClaimPage { get; init; }

    /// <summary>
    /// Where the customer can have the provider stop collecting about them; null when there is no such page.
    /// </summary>
    public required Uri? OptOutPage { get; init; }

    /// <summary>Why the provider is paused although it is enabled; null when it is not.</summary>
    public required ProviderPause? Pause { get; init; }

    /// <summary>The provider's name only.</summary>
    public override string ToString() => $"{nameof(SidebarProvider)} {Provider}";
}
