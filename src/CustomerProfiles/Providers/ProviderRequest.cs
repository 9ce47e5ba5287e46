using System.Collections.Immutable;

namespace CustomerProfiles.Providers;

/// <summary>
/// What a provider is asked about: one customer, by what they are recognised by. Nothing that this provider gave itself
/// is among it.
/// </summary>
/// <param name="Tenant">The tenant, for a provider that keeps a key for each.</param>
/// <param name="Emails">The customer's e-mail addresses. Role addresses are left out, for they are nobody's in
/// particular. May be empty.</param>
/// <remarks>
/// Immutable. A provider uses as much of it as it can and its host allows. <see cref="ToString"/> shows nothing of it.
/// </remarks>
public sealed record ProviderRequest(TenantId Tenant, ImmutableArray<EmailAddress> Emails)
{
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

    /// <summary>By what an answer that comes later from outside is taken; null where none can be.</summary>
    public CallbackReference? Callback { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProviderRequest);
}
