using System.Collections.Immutable;

namespace CustomerProfiles;

/// <summary>
/// What a store keeps beside a profile to find it: made by <see cref="ProfileSearch.KeysOf"/>, and to be written again
/// when the profile changes. All text is folded and compared by its code points, which is the order of its UTF-8 bytes.
/// </summary>
/// <remarks>Immutable, safe for any number of threads. It holds personal data.</remarks>
public sealed class SearchKeys
{
    internal SearchKeys() { }

    /// <summary>
    /// Everything that is found by text: the parts divided by line feeds, words within a part by one space. Telephone
    /// numbers are their digits.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>
    /// The first one and the first two letters (Unicode code points) of every word in <see cref="Text"/>, in no order,
    /// each once. <see cref="SearchTerm.Beginning"/> is found here.
    /// </summary>
    public required ImmutableArray<string> Prefixes { get; init; }

    /// <summary>
    /// The name that is shown, by which profiles are sorted: at most <see cref="ProfileSearch.MaxNameLength"/> UTF-16
    /// code units; never empty.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>The company; empty when there is none.</summary>
    public required string Company { get; init; }

    /// <summary>The searchable custom properties, each key once.</summary>
    public required ImmutableArray<SearchProperty> Properties { get; init; }

    /// <summary>Whether the profile has a photo.</summary>
    public required bool HasPhoto { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchKeys);
}
