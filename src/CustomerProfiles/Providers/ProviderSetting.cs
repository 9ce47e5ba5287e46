using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Whether a tenant lets a provider be asked. A provider that was never switched is on.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="IsEnabled">Whether it may be asked.</param>
/// <param name="ChangedAt">When it was last switched, to the microsecond.</param>
/// <param name="ChangedBy">The id of who switched it.</param>
/// <remarks>Immutable.</remarks>
public sealed record ProviderSetting(string Provider, bool IsEnabled, Instant ChangedAt, string ChangedBy)
{
    /// <summary>The provider and its position only; who switched it may be known by an address.</summary>
    public override string ToString() => $"{Provider} {(IsEnabled ? "on" : "off")}";
}
