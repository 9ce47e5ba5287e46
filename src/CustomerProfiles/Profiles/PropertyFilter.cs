namespace CustomerProfiles;

/// <summary>Finds the profiles that have a custom property with a value.</summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the value.</remarks>
public sealed class PropertyFilter
{
    /// <summary>
    /// The property's key, compared ordinally. It must be among <c>CustomerProfilesOptions.SearchableProperties</c>.
    /// </summary>
    public required string Key { get; init; }

    /// <summary>The whole value; case, accents and white space are compared as in a search by text.</summary>
    public required string Value { get; init; }

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PropertyFilter);
}
