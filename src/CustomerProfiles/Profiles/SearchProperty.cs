namespace CustomerProfiles;

/// <summary>A custom property by which a profile is found.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the value.</remarks>
public sealed class SearchProperty
{
    internal SearchProperty() { }

    /// <summary>The key, as it is.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The value as it is compared: a number or a date as a text of ASCII letters that sorts as the values do, anything
    /// else folded; at most <see cref="ProfileSearch.MaxValueLength"/> UTF-16 code units of it.
    /// </summary>
    public required string Value { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(SearchProperty);
}
