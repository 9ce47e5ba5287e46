using System.Collections.Immutable;
using CustomerProfiles.Profiles;

namespace CustomerProfiles.Enrichment;

/// <summary>What a provider is asked about: one customer, by what they are recognised by.</summary>
/// <param name="Tenant">The tenant, for a provider that keeps a key for each.</param>
/// <param name="Emails">The customer's e-mail addresses. Role addresses are left out, for they are nobody's in particular. Never empty.</param>
/// <remarks>Immutable. <see cref="ToString"/> shows no address.</remarks>
public sealed record ProviderQuestion(TenantId Tenant, ImmutableArray<EmailAddress> Emails)
{
    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(ProviderQuestion);
}
