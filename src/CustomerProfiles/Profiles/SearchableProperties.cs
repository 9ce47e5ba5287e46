using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// The custom properties by which profiles are found: those of <c>CustomerProfilesOptions.Properties</c> that are
/// searchable, for a store that implements <c>ISearchStore</c> and takes this class as a constructor parameter.
/// </summary>
/// <remarks>Immutable, safe for any number of threads.</remarks>
public sealed class SearchableProperties
{
    private readonly ImmutableArray<PropertyDefinition> _definitions;
    private readonly FrozenDictionary<string, PropertyDefinition> _byKey;

    /// <summary>Properties that are searched.</summary>
    /// <param name="definitions">Definitions of different keys, compared ordinally. Those that are not
    /// <see cref="PropertyDefinition.IsSearchable"/> are left out.</param>
    /// <exception cref="ArgumentException">Two definitions have the same key.</exception>
    public SearchableProperties(IEnumerable<PropertyDefinition> definitions)
    {
        ArgumentNullException.ThrowIfNull(definitions);
        _definitions = [.. definitions];
        _byKey = _definitions
            .Where(definition => definition.IsSearchable)
            .ToFrozenDictionary(definition => definition.Key, StringComparer.Ordinal);
        Keys = [.. _byKey.Keys];
    }

    /// <summary>No property is searched.</summary>
    public static SearchableProperties None { get; } = new([]);

    /// <summary>The keys, compared ordinally.</summary>
    public ImmutableHashSet<string> Keys { get; }

    /// <summary>The same with more definitions; one whose key is defined here already is left out.</summary>
    internal SearchableProperties With(IEnumerable<PropertyDefinition> definitions)
    {
        var keys = _definitions.Select(definition => definition.Key).ToHashSet(StringComparer.Ordinal);
        return new([.. _definitions, .. definitions.Where(definition => !keys.Contains(definition.Key))]);
    }

    /// <summary>The definition of a key; null when it is not searched.</summary>
    internal PropertyDefinition? Find(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>The form in which a value is compared: its order key, else the folded text.</summary>
    internal static string KeyOf(PropertyDefinition? definition, string text) =>
        definition?.OrderKeyOf(text) ?? SearchFolding.Cut(SearchFolding.FoldWords(text), ProfileSearch.MaxValueLength);
}
