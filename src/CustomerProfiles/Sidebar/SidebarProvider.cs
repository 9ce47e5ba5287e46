using CustomerProfiles.Providers;
using NodaTime;

namespace CustomerProfiles;

/// <summary>One provider of a sidebar.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="IsEnabled">Whether it may be asked for this tenant.</param>
/// <param name="LastCheckAt">When it last answered about the customer; null when it never has.</param>
/// <param name="LastOutcome">What that check found; null exactly when <paramref name="LastCheckAt"/> is.</param>
/// <param name="IsPending">Whether a check is waiting or under way.</param>
/// <param name="LastFailure">Why the last attempt failed, if it did after the last answer; null otherwise.</param>
/// <param name="NextCheckAfter"> The instant after which a new received conversation starts the next check. Null when
/// nothing will (the provider is off, or the customer is not to be looked up), and when the next conversation does at
/// once, for there has been no check yet.
/// </param>
/// <param name="ClaimPage">Where the customer can claim, correct or switch off what the provider says of them; null
/// when there is no such page.</param>
/// <param name="OptOutPage">Where the customer can have the provider stop collecting about them; null when there is no
/// such page.</param>
/// <param name="Pause">Why the provider is not asked at present, although it is on; null when it is.</param>
/// <remarks>Immutable.</remarks>
public sealed record SidebarProvider(
    string Provider,
    bool IsEnabled,
    Instant? LastCheckAt,
    CheckOutcome? LastOutcome,
    bool IsPending,
    ProviderFailure? LastFailure,
    Instant? NextCheckAfter,
    Uri? ClaimPage,
    Uri? OptOutPage,
    ProviderPause? Pause
);
