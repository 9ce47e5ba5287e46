using System.Collections.Frozen;
using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>The custom properties that are defined, in code or for a tenant, and whether others are allowed.</summary>
internal sealed class PropertyDefinitions
{
    /// <summary>None is defined, and any is allowed.</summary>
    public static readonly PropertyDefinitions None = new([], allowsUnknown: true);

    private readonly FrozenDictionary<string, PropertyDefinition> _byKey;

    public PropertyDefinitions(IEnumerable<PropertyDefinition> definitions, bool allowsUnknown)
    {
        All = [.. definitions];
        _byKey = All.ToFrozenDictionary(definition => definition.Key, StringComparer.Ordinal);
        AllowsUnknown = allowsUnknown;
    }

    /// <summary>All, in the order in which they were defined.</summary>
    public ImmutableArray<PropertyDefinition> All { get; }

    /// <summary>Whether properties without a definition can be set.</summary>
    public bool AllowsUnknown { get; }

    /// <summary>The definition of a field; null for a property without one, and for every other field.</summary>
    public PropertyDefinition? Find(ProfileField field) =>
        All.Length > 0 && field.CustomKey is { } key ? Find(key) : null;

    /// <summary>The definition of a key; null when there is none.</summary>
    public PropertyDefinition? Find(string key) => _byKey.GetValueOrDefault(key);
}
