namespace CustomerProfiles;

/// <summary>
/// What a profile holds in one field, or in one entry of a list: a value, or the mark that it was cleared on purpose,
/// with its provenance. A field that holds neither is unset.
/// </summary>
/// <remarks>Immutable. <see cref="ToString"/> does not show the value.</remarks>
public sealed record FieldValue
{
    /// <summary>Makes a value as a store kept it.</summary>
    /// <param name="field">The field.</param>
    /// <param name="key">The key of the entry within a list; empty for a field that is no list, and for the mark that a
    /// whole list was cleared.</param>
    /// <param name="value">A value of <see cref="ProfileField.ValueType"/>; null when it was cleared on
    /// purpose.</param>
    /// <param name="provenance">Where it came from.</param>
    /// <exception cref="ArgumentException">The value is of another type than the field's.</exception>
    public FieldValue(ProfileField field, string key, object? value, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(provenance);
        if (value is not null && value.GetType() != field.ValueType && !field.ValueType.IsInstanceOfType(value))
        {
            throw new ArgumentException(
                $"The field {field.Code} holds a {field.ValueType.Name}, not a {value.GetType().Name}.",
                nameof(value)
            );
        }

        Field = field;
        Key = key;
        Value = value;
        Provenance = provenance;
    }

    /// <summary>The field.</summary>
    public ProfileField Field { get; }

    /// <summary>
    /// The key of the entry within a list; empty for a field that is no list, and for the mark that a whole list was
    /// cleared.
    /// </summary>
    public string Key { get; }

    /// <summary>The value, of <see cref="ProfileField.ValueType"/>; null when it was cleared on purpose.</summary>
    public object? Value { get; }

    /// <summary>
    /// The value for people to read: of an entry with a label both, of a postal address several lines; null when it was
    /// cleared.
    /// </summary>
    public string? Text => Value is null ? null : ValueText.Of(Value);

    /// <summary>Where it came from.</summary>
    public Provenance Provenance { get; }

    /// <summary>Whether somebody cleared it on purpose. Only a person can set a value there again.</summary>
    public bool IsCleared => Value is null;

    internal static FieldValue Set(ProfileField field, object value, Provenance provenance) =>
        new(field, field.KeyOf(value), value, provenance);

    internal static FieldValue Cleared(ProfileField field, string key, Provenance provenance) =>
        new(field, key, null, provenance);

    internal bool IsAt(ProfileField field, string key) =>
        field.Equals(Field) && string.Equals(Key, key, StringComparison.Ordinal);

    /// <summary>The field's code only.</summary>
    public override string ToString() => Field.Code;
}
