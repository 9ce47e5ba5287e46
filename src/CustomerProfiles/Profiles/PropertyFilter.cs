namespace CustomerProfiles;

/// <summary>
/// Finds the profiles that have a custom property with a value, or with a value within a range. Either
/// <see cref="Value"/> is set, or <see cref="From"/>, <see cref="To"/> or both.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the values.</remarks>
public sealed class PropertyFilter
{
    /// <summary>The property's key, compared ordinally. Its definition must be searchable.</summary>
    public required string Key { get; init; }

    /// <summary>
    /// The whole value. Numbers and dates are compared as such, so that <c>1.0</c> finds <c>1</c>; in every other
    /// value, and in what fits no definition, case, accents and white space are compared as in a search by text. Null
    /// for a range.
    /// </summary>
    public string? Value { get; init; }

    /// <summary>
    /// The least number or the first date, itself included, as text of the property's type; null for no bound.
    /// </summary>
    public string? From { get; init; }

    /// <summary>
    /// The greatest number or the last date, itself included, as text of the property's type; null for no bound.
    /// </summary>
    public string? To { get; init; }

    /// <summary>The profiles that have a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="property">The property.</param>
    /// <param name="value">The value.</param>
    /// <returns>The filter.</returns>
    public static PropertyFilter Is<T>(PropertyDefinition<T> property, T value)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(property);
        ArgumentNullException.ThrowIfNull(value);
        return new PropertyFilter { Key = property.Key, Value = property.Write(value) };
    }

    /// <summary>The profiles that have a number or a date within a range.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="property">The property.</param>
    /// <param name="from">The least value, itself included; null for no bound.</param>
    /// <param name="to">The greatest value, itself included; null for no bound.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="ArgumentException">Both bounds are null, or the property is neither a number nor a
    /// date.</exception>
    public static PropertyFilter Between<T>(PropertyDefinition<T> property, T? from, T? to)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(property);
        var filter = new PropertyFilter
        {
            Key = property.Key,
            From = from is { } least ? property.Write(least) : null,
            To = to is { } greatest ? property.Write(greatest) : null,
        };
        return filter.Misuse(property) is { } misuse ? throw new ArgumentException(misuse, nameof(property)) : filter;
    }

    /// <summary>What is wrong with the filter, in a sentence that says what to do; null when nothing is.</summary>
    internal string? Misuse(PropertyDefinition? definition) =>
        Value is null && From is null && To is null ? "The filter of a property has a Value, a From or a To; set one."
        : Value is not null && (From is not null || To is not null)
            ? "The filter of a property has a Value or a range; leave From and To null, or Value."
        : Value is not null ? null
        : definition?.OrderKeys is null
            ? "Only a number or a date has a range; set Value, or define the property as one of them."
        : new[] { From, To }.Any(bound => bound is not null && definition.OrderKeyOf(bound) is null)
            ? $"A bound of the range cannot be read as a {definition.Type}; numbers are written as 1234.5, dates as "
                + "2024-02-29."
        : null;

    /// <summary>The type's name only.</summary>
    public override string ToString() => nameof(PropertyFilter);
}
