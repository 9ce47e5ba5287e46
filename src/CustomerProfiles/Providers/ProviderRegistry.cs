using System.Collections.Immutable;
using CustomerProfiles.Providers;

namespace CustomerProfiles;

/// <summary>The providers that this host has registered, by name.</summary>
internal sealed class ProviderRegistry
{
    public ProviderRegistry(IEnumerable<IProfileProvider> providers)
    {
        All = [.. providers];
        Names = [.. All.Select(provider => provider.Name)];
        if (Names.FirstOrDefault(name => string.IsNullOrWhiteSpace(name) || name.Any(char.IsUpper)) is { } unfit)
        {
            throw new InvalidOperationException($"A provider's name is lower case and not blank; \"{unfit}\" is not.");
        }

        if (Names.Distinct(StringComparer.Ordinal).Count() != Names.Length)
        {
            throw new InvalidOperationException(
                $"Two providers have the same name: {string.Join(", ", Names)}. Register each one once."
            );
        }
    }

    /// <summary>The providers in the order in which they were registered.</summary>
    public ImmutableArray<IProfileProvider> All { get; }

    /// <summary>Their names.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The provider of a name; null when this host has none.</summary>
    public IProfileProvider? Find(string name)
    {
        foreach (var provider in All)
        {
            if (string.Equals(provider.Name, name, StringComparison.Ordinal))
            {
                return provider;
            }
        }

        return null;
    }

    /// <summary>
    /// Where a customer corrects a field: at the provider that gave it, else at the first that has a page.
    /// </summary>
    public Uri? ClaimPageFor(CustomerProfile profile, ProfileField field)
    {
        foreach (var value in profile.Values)
        {
            if (
                field.Equals(value.Field)
                && value.Provenance.Source == ProvenanceSource.Provider
                && Find(value.Provenance.By)?.ClaimPage is { } page
            )
            {
                return page;
            }
        }

        return All.FirstOrDefault(provider => provider.ClaimPage is not null)?.ClaimPage;
    }
}
