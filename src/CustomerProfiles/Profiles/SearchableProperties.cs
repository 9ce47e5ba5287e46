using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The keys of the custom properties by which profiles are found: <c>CustomerProfilesOptions.SearchableProperties</c>,
/// for a store that implements <c>ISearchStore</c> and takes this class as a constructor parameter.
/// </summary>
/// <remarks>Immutable, safe for any number of threads.</remarks>
public sealed class SearchableProperties
{
    /// <summary>Properties that are searched.</summary>
    /// <param name="keys">Their keys, compared ordinally.</param>
    public SearchableProperties(IEnumerable<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Keys = keys.ToImmutableHashSet(StringComparer.Ordinal);
    }

    /// <summary>No property is searched.</summary>
    public static SearchableProperties None { get; } = new([]);

    /// <summary>The keys, compared ordinally.</summary>
    public ImmutableHashSet<string> Keys { get; }
}
