using System.Collections.Immutable;
using NodaTime;

namespace CustomerProfiles.Stores;

/// <summary>The custom properties that are defined for one tenant.</summary>
/// <remarks>Immutable.</remarks>
public sealed class StoredProperties
{
    /// <summary>None was ever defined.</summary>
    public static StoredProperties None { get; } = new() { Version = 0, Properties = [] };

    /// <summary>The version, from 1; 0 when none was ever defined.</summary>
    public required long Version { get; init; }

    /// <summary>The definitions, each key once, in the order in which a form shows them.</summary>
    public required ImmutableArray<StoredProperty> Properties { get; init; }

    /// <summary>The version and the number of definitions.</summary>
    public override string ToString() => $"version {Version}, {Properties.Length} properties";
}

/// <summary>A custom property that is defined for one tenant.</summary>
/// <remarks>Immutable.</remarks>
public sealed class StoredProperty
{
    /// <summary>The definition.</summary>
    public required PropertyDefinition Definition { get; init; }

    /// <summary>
    /// The options from when the property was last of the type <see cref="PropertyType.Option"/>, while it is of
    /// another type; they are archived when it becomes one of options again. Empty for a property of options.
    /// </summary>
    public ImmutableArray<PropertyOption> EarlierOptions { get; init; } = [];

    /// <summary>When it was last defined.</summary>
    public required Instant DefinedAt { get; init; }

    /// <summary>The id of whoever defined it.</summary>
    public required string DefinedBy { get; init; }

    /// <summary>The key.</summary>
    public override string ToString() => Definition.Key;
}
