using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>Whether a provider is enabled for a tenant. Without a setting it is.</summary>
/// <remarks>Immutable.</remarks>
public sealed record ProviderSetting
{
    /// <summary>Makes a setting.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="isEnabled">Whether it is enabled.</param>
    /// <param name="changedAt">When it was last enabled or disabled, to the microsecond.</param>
    /// <param name="changedBy">The id of who did that.</param>
    public ProviderSetting(string provider, bool isEnabled, Instant changedAt, string changedBy)
    {
        Provider = provider;
        IsEnabled = isEnabled;
        ChangedAt = changedAt;
        ChangedBy = changedBy;
    }

    /// <summary>The provider's name.</summary>
    public string Provider { get; init; }

    /// <summary>Whether it is enabled.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>When it was last enabled or disabled, to the microsecond.</summary>
    public Instant ChangedAt { get; init; }

    /// <summary>The id of who did that.</summary>
    public string ChangedBy { get; init; }

    /// <summary>The provider and its state only: the id of who changed it may be an address.</summary>
    public override string ToString() => $"{Provider} {(IsEnabled ? "on" : "off")}";
}
