using System.Collections.Immutable;

namespace CustomerProfiles.Providers;

/// <summary>
/// What a provider looks up: one customer, by what is known of them. It holds nothing that this provider supplied
/// itself.
/// </summary>
/// <remarks>
/// Immutable. A provider uses as much of it as it can and its host allows. <see cref="ToString"/> shows nothing of it.
/// </remarks>
public sealed record ProviderRequest
{
    /// <summary>Makes a request.</summary>
    /// <param name="tenant">The tenant, for a provider that keeps a key for each.</param>
    /// <param name="emails">The customer's e-mail addresses, without role addresses, which belong to nobody in
    /// particular. May be empty.</param>
    public ProviderRequest(TenantId tenant, ImmutableArray<EmailAddress> emails)
    {
        Tenant = tenant;
        Emails = emails;
    }

    /// <summary>The tenant, for a provider that keeps a key for each.</summary>
    public TenantId Tenant { get; init; }

    /// <summary>
    /// The customer's e-mail addresses, without role addresses, which belong to nobody in particular. May be empty.
    /// </summary>
    public ImmutableArray<EmailAddress> Emails { get; init; }

    /// <summary>
    /// The telephone numbers that are known with their country code: a plus sign and 8 to 15 digits (E.164).
    /// </summary>
    public ImmutableArray<string> Phones { get; init; } = [];

    /// <summary>The accounts in social networks.</summary>
    public ImmutableArray<SocialProfile> SocialProfiles { get; init; } = [];

    /// <summary>The name; null when unknown.</summary>
    public PersonName? Name { get; init; }

    /// <summary>The postal address; null when unknown.</summary>
    public PostalAddress? Address { get; init; }

    /// <summary>The number of this attempt at the check, from 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What a callback that completes this check must carry; null where the check takes none.</summary>
    public CallbackReference? Callback { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProviderRequest);
}
